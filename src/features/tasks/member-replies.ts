import { cutToCharacters } from '../../domain/cut-text.js';
import { DAY_MS, HOUR_MS } from '../../domain/day.js';
import { takesMessagesSince, type WordsKeptSince } from '../../domain/words-kept.js';
import type { MemberId } from '../../domain/ids.js';
import { inStaffHours } from '../../domain/sending/mass-send-policy.js';
import { onOneLine, quoted } from '../../domain/shown-name.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { factsOf } from '../../domain/member-fact.js';
import { memberQuestionStore } from './member-question.store.js';
import { memberReplyStore } from './member-reply.store.js';
import { type StoredTask, taskStore } from './task.store.js';
import { contactPairStore } from '../members/contact-pair.store.js';
import { identityStore } from '../members/identity.store.js';
import { memberStore } from '../members/member.store.js';
import { staffStore } from '../members/staff.store.js';
import { templateStore } from '../templates/template.store.js';
import { type SentMessage, messageStore } from '../../outbox/message.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';

/** A message that comes later than this after ours is not counted as its reply. */
const ANSWERS_WITHIN_MS = 7 * DAY_MS;
/** 收到 is said once in this time: somebody who writes five lines gets one answer. */
const ACKNOWLEDGE_EVERY_MS = 24 * HOUR_MS;
const DUE_AFTER_MS = 24 * HOUR_MS;
const REPLY_CHARACTERS_SHOWN = 60;
/** Where staff cannot see the chat, the task shows more of the words. A task as a text message has room for this. */
const UNSEEN_CHARACTERS_SHOWN = 400;

export interface MemberReply {
  readonly key: string;
  readonly member: MemberId;
  /** When it was said. Epoch ms. */
  readonly at: number;
  readonly words: string;
  /** Staff may not be able to read the message anywhere else: it is a question, or was written to customer service. */
  readonly isUnseen?: boolean;
}

/**
 * Creates a task from a member's message to the bot, for the member of staff who has them as a contact, or else for the
 * operators. Further messages go into the same task until it is done or old. Returns who will write back (empty: the operators), and
 * whether to say 收到 now.
 */
export async function recordReply(
  { tx, context, now }: Run,
  { key, member, at, words, isUnseen = false }: MemberReply,
): Promise<{ readonly acknowledges: boolean; readonly staff: string; readonly task: number }> {
  const message = await messageStore.lastSentTo(tx, member, { from: at - ANSWERS_WITHIN_MS, until: at });
  const acknowledges = !(await memberReplyStore.wasAcknowledgedSince(tx, member, at - ACKNOWLEDGE_EVERY_MS));
  const staff = await staffOf(tx, member);
  const open = await taskStore.openReplyTask(tx, member, takesMessagesSince(now));
  const earlierReplies = open === null ? 0 : await memberReplyStore.countOf(tx, open.id);
  const most = isUnseen ? UNSEEN_CHARACTERS_SHOWN : REPLY_CHARACTERS_SHOWN;
  const line = cutToCharacters(onOneLine(words), most, '…');
  const text = await replyText(tx, { member, message, line, currentText: open?.text ?? null, earlierReplies });
  const task =
    open === null
      ? await taskStore.createOne(
          tx,
          {
            key: `reply:${key}`,
            kind: 'member_reply',
            staff,
            member,
            group: null,
            move: null,
            text,
            dueAt: inStaffHours(now + DUE_AFTER_MS, context.ruleset.massSends, context.timeZone),
          },
          now,
        )
      : open.id;
  if (open !== null) await taskStore.setText(tx, open.id, text);
  await memberReplyStore.append(tx, { key, member, at, message, task, acknowledged: acknowledges });
  return { acknowledges, staff, task };
}

/** Who has had the member as a contact longest and has not left the corp; empty when there is nobody. */
export async function staffOf(sql: Sql, member: MemberId): Promise<string> {
  const ids = (await identityStore.externalIdsOf(sql, [member])).get(member) ?? [];
  const pairs = await contactPairStore.open(sql, ids);
  const leftStaff = await staffStore.left(sql);
  return [...pairs.values()].flat().find(({ staff }) => !leftStaff.has(staff))?.staff ?? '';
}

interface ReplyTextInput {
  readonly member: MemberId;
  /** The message of ours that it answers. */
  readonly message: SentMessage | null;
  /** What the task shows of the words. */
  readonly line: string;
  /** The text of the open task; null for a new one. */
  readonly currentText: string | null;
  /** How many messages the open task counts already. */
  readonly earlierReplies: number;
}

/** The member's words stand below the first line, so that `withoutReplyWords` can remove them. */
async function replyText(
  sql: Sql,
  { member, message, line, currentText, earlierReplies }: ReplyTextInput,
): Promise<string> {
  if (currentText !== null) {
    const [head = '', first = ''] = currentText.split('\n');
    return `${head}\n${first}\n最新一条（共 ${earlierReplies + 1} 条）：${line}`;
  }
  const name = quoted(await memberStore.nameOf(sql, member), `#${member}`);
  const template = message === null ? undefined : await templateStore.nameOf(sql, message.campaign);
  const head =
    template === undefined
      ? `${name}（#${member}）发来消息，请回复 TA。`
      : `${name}（#${member}）回复了${quoted(template)}，请回复 TA。`;
  return `${head}\n${line}`;
}

/** The text of a reply task without the member's own words. */
export const withoutReplyWords = (text: string): string => text.split('\n', 1)[0] ?? '';

/** Each question goes into a task, and is stored so that the member's page can show it with its answer. */
export async function recordQuestions(run: Run, evaluations: readonly Evaluation[]): Promise<void> {
  for (const { id: member, facts } of evaluations)
    for (const { key, at, data } of factsOf(facts, 'asked')) {
      const words = data.text;
      const { task } = await recordReply(run, { key, member, at, words, isUnseen: true });
      await memberQuestionStore.ask(run.tx, { key, member, at, words, task });
    }
}

const RECALLED = '（已撤回）';

/** A member recalled a message: a task no longer shows its words. `key`: that of the message when it was recorded. */
export async function hideReply(tx: Sql, key: string): Promise<void> {
  const place = await memberReplyStore.placeOf(tx, key);
  const task = place && (await taskStore.byId(tx, place.task));
  if (!place || !task) return;
  const [head = '', first, latest] = task.text.split('\n');
  // A task shows its first message and its latest one.
  const shown = [head];
  if (first !== undefined) shown.push(place.earlier === 0 ? RECALLED : first);
  if (latest !== undefined) shown.push(place.later === 0 ? latest.replace(/：.*$/su, `：${RECALLED}`) : latest);
  await setReplyText(tx, task, shown.join('\n'));
}

/** Removes members' words from tasks and their cards. */
export async function forgetReplyWords(tx: Sql, since: WordsKeptSince): Promise<void> {
  for (;;) {
    const rows = await taskStore.repliesToForget(tx, since);
    if (rows.length === 0) return;
    for (const task of rows) await setReplyText(tx, task, withoutReplyWords(task.text));
  }
}

async function setReplyText(tx: Sql, { id, member }: StoredTask, text: string): Promise<void> {
  await taskStore.setText(tx, id, text);
  if (member !== null) await outboxStore.replaceCardText(tx, { task: id, member }, text);
}
