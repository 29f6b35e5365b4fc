import { answerKey, answeredTask, answerFailedKey } from '../../domain/action-keys.js';
import type { MemberId } from '../../domain/ids.js';
import { memberPageOf } from '../../domain/member-page.js';
import { priorities } from '../../domain/priorities.js';
import { closesAt, SERVICE_TEXT_BYTES, windowRefusal } from '../../domain/service/service-window.js';
import { quoted } from '../../domain/shown-name.js';
import { isSameUserid } from '../../domain/userid.js';
import { afterQuiet } from '../../domain/sending/send-policy.js';
import type { OutboxRow } from '../../outbox/outbox-row.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { identityStore } from '../members/identity.store.js';
import { memberStore } from '../members/member.store.js';
import { taskStore } from '../tasks/task.store.js';
import type { Run } from '../run.js';
import { serviceWindowStore } from './service-window.store.js';

/** The answer of staff to what a member wrote. */
export interface StaffAnswer {
  readonly task: number;
  readonly member: MemberId;
  readonly words: string;
}

/**
 * How an answer reaches the member: it is sent by customer service, or waits on their page. `unreachable`: neither, and
 * nothing was planned. `why`: for staff, why customer service cannot carry it.
 */
export type AnswerWay =
  | { readonly way: 'kf'; readonly hasPage: boolean }
  | { readonly way: 'page'; readonly why: string }
  | { readonly way: 'unreachable'; readonly why: string };

const refusals: Readonly<Record<string, string>> = {
  kf_customer_refuses: 'TA 拒收微信客服的消息',
  kf_person_serves: '同事正在微信客服里接待 TA，机器人不插话',
  kf_window_closed: 'TA 最近 48 小时没有在微信客服里留言',
  kf_session_ended: '微信客服的会话已经结束',
  kf_messages_used_up: 'TA 上次留言后的 5 条客服消息已经用完',
  kf_text_refused: '企业微信的安全策略不让发这段话',
  expired: '等到微信客服的 48 小时过了也没发出去',
  sent_unconfirmed: '没有收到确认，也可能已经送到',
};
const NEVER_WROTE = 'TA 没有在微信客服里留过言';
const NO_SERVICE = '没有接入微信客服';
const TOO_LONG = `这段话超过一条客服消息的长度（${SERVICE_TEXT_BYTES} 字节，大约 680 个汉字）`;

/**
 * Sends the answer by customer service while the member's window is open there, once for each task. The limits are checked
 * again when it goes. Otherwise it waits on the member's page.
 */
export async function sendStaffAnswer(run: Run, { task, member, words }: StaffAnswer): Promise<AnswerWay> {
  const { tx, context, now } = run;
  const page = await pageOf(run, member);
  const windows = (await serviceWindowStore.ofMembers(tx, [member])).get(member) ?? [];
  const open = windows.find((window) => windowRefusal(window, window.sends, 1, now) === null);
  const isTooLong = Buffer.byteLength(words) > SERVICE_TEXT_BYTES;
  const without = (why: string): AnswerWay => ({ way: page === null ? 'unreachable' : 'page', why });
  if (!context.abilities.has('kf_say')) return without(NO_SERVICE);
  if (open === undefined) {
    const [last] = windows;
    const code = last && windowRefusal(last, last.sends, 1, now);
    return without((code && refusals[code]) ?? NEVER_WROTE);
  }
  if (isTooLong && page === null) return without(TOO_LONG);
  const { account, externalUserId } = open;
  const attachments = isTooLong && page !== null ? [{ kind: 'link' as const, title: '全文', url: page }] : [];
  await outboxStore.enqueue(
    tx,
    [
      {
        key: answerKey(task),
        action: { kind: 'kf_say', account, externalUserId, message: { text: words, attachments } },
        member,
        notBefore: now,
        expiresAt: closesAt(open),
        priority: priorities.reply,
      },
    ],
    now,
  );
  return { way: 'kf', hasPage: page !== null };
}

/** The address of the member's page; null when there is none, or when WeChat could not say there who they are. */
async function pageOf({ tx, context }: Run, member: MemberId): Promise<string | null> {
  if (context.consoleUrl === undefined) return null;
  const ids = (await identityStore.externalIdsOf(tx, [member])).get(member) ?? [];
  return ids.length === 0 ? null : memberPageOf(context.consoleUrl);
}

/** Tells whoever answers the member that customer service did not deliver the answer, and where it is now. */
export async function staffAnswerFailed(run: Run, { key, member }: OutboxRow, code: string): Promise<void> {
  const { tx, context, now } = run;
  const id = answeredTask(key);
  const task = id === null ? null : await taskStore.byId(tx, id);
  if (task === null || member === null || !context.abilities.has('notify_staff')) return;
  const by = context.operators.find((operator) => isSameUserid(operator, task.answeredBy ?? '')) ?? task.staff;
  const staff = by === '' ? context.operators : [by];
  if (staff.length === 0) return;
  const name = quoted(await memberStore.nameOf(tx, member), `#${member}`);
  const where =
    (await pageOf(run, member)) === null
      ? '请在企业微信里直接回复 TA。'
      : 'TA 打开自己的页面看得到；急的话，请在企业微信里直接回复 TA。';
  const why = refusals[code] ?? '企业微信没有送达';
  const text = `给${name}（#${member}）的回答（待办 ${task.id}）没能通过微信客服送到：${why}。${where}`;
  const notBefore = afterQuiet(now, context.ruleset.sending, context.timeZone);
  await outboxStore.enqueue(
    tx,
    [{ key: answerFailedKey(task.id), action: { kind: 'notify_staff', staff, text }, member, notBefore }],
    now,
  );
}
