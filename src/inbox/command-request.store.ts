import { z } from 'zod';
import { setAsideStore } from '../set-aside/set-aside.store.js';
import type { CommandRequest } from '../channels/channel.js';
import { plausibleTime } from '../domain/plausible-time.js';
import type { MemberId } from '../domain/ids.js';
import type { PastAnswer } from '../domain/sending/answer-pace.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { readStored } from '../platform/database/stored-json.js';

export type StoredRequest = CommandRequest & { readonly id: number };

const sender: z.ZodType<CommandRequest['from']> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('staff'), staff: z.string() }),
  z.object({
    kind: z.literal('member'),
    ids: z.object({ externalUserId: z.string().optional(), chatContactId: z.string().optional() }),
  }),
]) as z.ZodType<CommandRequest['from']>;
const replyTo: z.ZodType<CommandRequest['replyTo']> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('app') }),
  z.object({
    kind: z.literal('card'),
    taskId: z.string(),
    responseCode: z.string(),
    cardType: z.string().optional(),
    selected: z.array(z.object({ question: z.string(), options: z.array(z.string()) })).optional(),
  }),
  z.object({ kind: z.literal('group'), chatId: z.string(), mention: z.string() }),
  z.object({ kind: z.literal('dm'), chatContactId: z.string() }),
  z.object({ kind: z.literal('page') }),
  z.object({
    kind: z.literal('kf'),
    account: z.string(),
    externalUserId: z.string(),
    menuId: z.string().optional(),
    isLate: z.boolean().optional(),
  }),
]);

/** Where a member is answered: in a group, privately, by customer service, on their page. Null for staff. */
export const placeOf = ({ replyTo }: Pick<CommandRequest, 'replyTo'>): string | null => {
  if (replyTo.kind === 'group') return `group:${replyTo.chatId}`;
  if (replyTo.kind === 'kf') return `kf:${replyTo.account}`;
  return replyTo.kind === 'dm' || replyTo.kind === 'page' ? replyTo.kind : null;
};

/** Who asks, as one text: the `asker` column. */
export const askerOf = ({ from }: Pick<CommandRequest, 'from'>): string =>
  from.kind === 'staff'
    ? `staff:${from.staff.toLowerCase()}`
    : from.ids.chatContactId === undefined
      ? `external:${from.ids.externalUserId ?? ''}`
      : `chat:${from.ids.chatContactId}`;

/** Messages to the bot. Each is durable before it is acknowledged, and is answered once. */
export class CommandRequestStore {
  /** Returns the keys that were new. */
  async append(tx: Sql, requests: readonly CommandRequest[], now: number): Promise<string[]> {
    const rows = await tx.insertReturning<{ key: string }>(
      'command_request',
      requests.map((request) => ({
        key: request.key,
        at: plausibleTime(request.at, now),
        sender: storableJson(request.from),
        reply_to: storableJson(request.replyTo),
        text: request.text,
        received_at: now,
      })),
      '(key) DO NOTHING',
      'key',
    );
    return rows.map((row) => row.key);
  }

  /** Stores a request that is answered in the same transaction. Null: its key is stored already. */
  async appendOne(tx: Sql, request: CommandRequest, now: number): Promise<StoredRequest | null> {
    if ((await this.append(tx, [request], now)).length === 0) return null;
    const row = await tx.one<{ id: number }>('SELECT id FROM command_request WHERE key = $1', [request.key]);
    return row ? { ...request, id: row.id } : null;
  }

  /** The answer that was given to this request; null when there is none. */
  async answerTo(sql: Sql, key: string): Promise<string | null> {
    const row = await sql.one<{ answer: string | null }>('SELECT answer FROM command_request WHERE key = $1', [key]);
    return row?.answer ?? null;
  }

  /** The oldest requests without an answer. `unreadable`: rows that another version, a bug or a person wrote. */
  async pending(
    sql: Sql,
    limit: number,
  ): Promise<{ requests: StoredRequest[]; unreadable: { readonly id: number; readonly problem: string }[] }> {
    const rows = await sql.all<{ id: number; key: string; at: number; sender: string; reply_to: string; text: string }>(
      `SELECT id, key, at, sender, reply_to, text FROM command_request WHERE state = 0 ORDER BY id LIMIT ${limit}`,
    );
    const requests: StoredRequest[] = [];
    const unreadable: { id: number; problem: string }[] = [];
    for (const { id, key, at, text, ...row } of rows) {
      const from = readStored(row.sender, sender);
      const to = readStored(row.reply_to, replyTo);
      if (!from.ok) unreadable.push({ id, problem: `sender: ${from.problem}` });
      else if (!to.ok) unreadable.push({ id, problem: `reply_to: ${to.problem}` });
      else requests.push({ id, key, at, text, from: from.value, replyTo: to.value });
    }
    return { requests, unreadable };
  }

  /**
   * `said`: the answer, given at `at` (epoch ms); null when there is none. `forgets`: deletes the text of the request, as a
   * member's own words are not kept once they are answered.
   */
  async saveAnswer(
    tx: Sql,
    request: StoredRequest,
    { said, at, member, forgets }: { said: string | null; at: number; member: MemberId | null; forgets: boolean },
  ): Promise<void> {
    await tx.run(
      `UPDATE command_request SET state = 1, answer = $1, member_id = $2, asker = $3, place = $4, answered_at = $5,
         text = CASE WHEN $6 = 1 THEN '' ELSE text END WHERE id = $7`,
      [said, member, askerOf(request), placeOf(request), said === null ? null : at, forgets ? 1 : 0, request.id],
    );
  }

  /** Answers to members through the chat account after `since` (epoch ms). */
  async answersSince(sql: Sql, since: number): Promise<PastAnswer[]> {
    return sql.all<{ asker: string; place: string; at: number; text: string }>(
      `SELECT asker, place, answered_at AS at, answer AS text FROM command_request
       WHERE answered_at > $1 AND answered_at IS NOT NULL AND place IS NOT NULL AND place <> 'page'
         AND place NOT LIKE 'kf:%' AND answer IS NOT NULL ORDER BY id`,
      [since],
    );
  }

  /** Moves the requests of member `from` to member `to`, when both are the same person. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run('UPDATE command_request SET member_id = $1 WHERE member_id = $2', [to, from]);
  }

  /** Deletes the words of a request, and does not answer it if it was not answered yet. */
  async withdraw(tx: Sql, key: string): Promise<void> {
    await tx.run(
      `UPDATE command_request SET state = CASE WHEN state = 0 THEN 1 ELSE state END, text = '' WHERE key = $1`,
      [key],
    );
  }

  /** Deletes the words of requests that were received by then and are not pending: also those with which staff answered. */
  async forgetWords(tx: Sql, receivedBy: number): Promise<void> {
    await tx.run(`UPDATE command_request SET text = '' WHERE text <> '' AND received_at <= $1 AND state <> 0`, [
      receivedBy,
    ]);
  }

  async requeue(tx: Sql, id: number): Promise<void> {
    await tx.run('UPDATE command_request SET state = 0 WHERE id = $1 AND state = 2', [id]);
  }

  /** Keeps a request that could not be read or answered. It is not tried again by itself. */
  async setAside(
    tx: Sql,
    id: number,
    { problem, member }: { readonly problem: string; readonly member: MemberId | null },
    now: number,
  ): Promise<void> {
    await tx.run('UPDATE command_request SET state = 2, member_id = $1 WHERE id = $2', [member, id]);
    await setAsideStore.add(tx, [{ source: 'command', row: id, problem }], now);
  }
}

export const commandRequestStore = new CommandRequestStore();
