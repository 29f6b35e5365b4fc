import { cutToCharacters } from '../../domain/cut-text.js';
import { DAY_MS, HOUR_MS } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import { inStaffHours } from '../../domain/sending/mass-send-policy.js';
import { onOneLine, quoted } from '../../domain/shown-name.js';
import { memberReplyStore } from './member-reply.store.js';
import { taskStore } from './task.store.js';
import { contactPairStore } from '../members/contact-pair.store.js';
import { identityStore } from '../members/identity.store.js';
import { memberStore } from '../members/member.store.js';
import { staffStore } from '../members/staff.store.js';
import { templateStore } from '../templates/template.store.js';
import { type SentMessage, messageStore } from '../../outbox/message.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';

/** A word so long after a message of ours is no longer an answer to it. */
const ANSWERS_WITHIN_MS = 7 * DAY_MS;
/** 收到 is said once in so long: somebody who writes five lines is answered once. */
const ACKNOWLEDGED_FOR_MS = 24 * HOUR_MS;
const DUE_AFTER_MS = 24 * HOUR_MS;
const WORDS_SHOWN = 60;
/** Members' words are in no fact, and in their task only for so long after it is done. */
export const REPLY_WORDS_KEPT_DAYS = 30;

export interface HeardReply {
  readonly key: string;
  readonly member: MemberId;
  /** When it was said. Epoch ms. */
  readonly at: number;
  readonly words: string;
}

/**
 * A member wrote to the bot: for the member of staff who has them as a contact it becomes a task, or for the operators;
 * further words until that is done belong to the same task. Answers who will write back, and whether to say 收到 now.
 */
export async function takeReply(
  { tx, context, now }: Run,
  { key, member, at, words }: HeardReply,
): Promise<{ readonly acknowledges: boolean; readonly staff: string }> {
  const message = await messageStore.lastSentTo(tx, member, { from: at - ANSWERS_WITHIN_MS, until: at });
  const acknowledges = !(await memberReplyStore.wasAcknowledgedSince(tx, member, at - ACKNOWLEDGED_FOR_MS));
  const staff = await staffOf(tx, member);
  const open = await taskStore.openReply(tx, member);
  const said = open === null ? 0 : await memberReplyStore.countOf(tx, open.id);
  const text = await replyText(tx, { member, message, words, former: open?.text ?? null, said });
  const task =
    open === null
      ? await taskStore.askOne(
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
  if (open !== null) await taskStore.retext(tx, open.id, text);
  await memberReplyStore.append(tx, { key, member, at, message, task, acknowledged: acknowledges });
  return { acknowledges, staff };
}

/** Who has had the member as a contact longest and is still there; empty for the operators. */
async function staffOf(sql: Sql, member: MemberId): Promise<string> {
  const ids = (await identityStore.externalIdsOf(sql, [member])).get(member) ?? [];
  const follows = await contactPairStore.open(sql, ids);
  const gone = await staffStore.left(sql);
  return [...follows.values()].flat().find(({ staff }) => !gone.has(staff))?.staff ?? '';
}

interface Telling {
  readonly member: MemberId;
  readonly message: SentMessage | null;
  readonly words: string;
  /** The text of the task so far. */
  readonly former: string | null;
  /** How many messages it tells of. */
  readonly said: number;
}

/** The member's words stand after the first line, so that they can be taken out again: `withoutReplyWords`. */
async function replyText(sql: Sql, { member, message, words, former, said }: Telling): Promise<string> {
  const line = cutToCharacters(onOneLine(words), WORDS_SHOWN, '…');
  if (former !== null) {
    const [head = '', first = ''] = former.split('\n');
    return `${head}\n${first}\n最新一条（共 ${said + 1} 条）：${line}`;
  }
  const name = quoted(await memberStore.nameOf(sql, member), `#${member}`);
  const template = message === null ? undefined : await templateStore.nameOf(sql, message.campaign);
  const head =
    template === undefined
      ? `${name}（#${member}）发来消息，请回复 TA。`
      : `${name}（#${member}）回复了${quoted(template)}，请回复 TA。`;
  return `${head}\n${line}`;
}

/** What a task of a reply says without the member's own words. */
export const withoutReplyWords = (text: string): string => text.split('\n', 1)[0] ?? '';

/**
 * Takes members' words out of tasks that were done long ago, and out of the cards that showed them. Answers how many
 * tasks it was.
 */
export async function forgetReplyWords(tx: Sql, now: number): Promise<number> {
  const rows = await taskStore.repliesDoneBefore(tx, now - REPLY_WORDS_KEPT_DAYS * DAY_MS);
  for (const { id, text } of rows) {
    const kept = withoutReplyWords(text);
    await taskStore.retext(tx, id, kept);
    await outboxStore.retextCards(tx, id, kept);
  }
  return rows.length;
}
