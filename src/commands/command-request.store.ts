import type { CommandRequest } from '../channels/channel.js';
import type { MemberId } from '../domain/ids.js';
import { storable } from '../platform/database/storable.js';
import type { Sql } from '../platform/database/sql.js';

export type StoredRequest = CommandRequest & { readonly id: number };

/** What was said to the bot: durable before it is acknowledged, answered once. */
export class CommandRequestStore {
  async append(tx: Sql, requests: readonly CommandRequest[], now: number): Promise<string[]> {
    const rows = await tx.insertReturning<{ key: string }>(
      'command_request',
      requests.map((request) => ({
        key: request.key,
        at: request.at,
        sender: JSON.stringify(request.from),
        reply_to: JSON.stringify(request.replyTo),
        text: storable(request.text),
        received_at: now,
      })),
      '(key) DO NOTHING',
      'key',
    );
    return rows.map((row) => row.key);
  }

  async pending(sql: Sql, limit: number): Promise<StoredRequest[]> {
    const rows = await sql.all<{ id: number; key: string; at: number; sender: string; reply_to: string; text: string }>(
      `SELECT id, key, at, sender, reply_to, text FROM command_request WHERE state = 0 ORDER BY id LIMIT ${limit}`,
    );
    return rows.map((row) => ({
      id: row.id,
      key: row.key,
      at: row.at,
      text: row.text,
      from: JSON.parse(row.sender) as CommandRequest['from'],
      replyTo: JSON.parse(row.reply_to) as CommandRequest['replyTo'],
    }));
  }

  async answered(tx: Sql, id: number, answer: string | null, member: MemberId | null): Promise<void> {
    await tx.run('UPDATE command_request SET state = 1, answer = $1, member_id = $2 WHERE id = $3', [
      answer,
      member,
      id,
    ]);
  }

  /** Kept, but never tried again: its answer could not be written. */
  async failed(tx: Sql, id: number, member: MemberId | null): Promise<void> {
    await tx.run('UPDATE command_request SET state = 2, member_id = $1 WHERE id = $2', [member, id]);
  }
}

export const commandRequests = new CommandRequestStore();
