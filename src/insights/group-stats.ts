import { isoDay, type Day } from '../domain/day.js';
import type { Sql } from '../platform/database/sql.js';

/** WeCom's statistics of one owner's groups on one day. Totals are as of the end of the day. */
export interface GroupStatDay {
  readonly owner: string;
  /** `2026-03-01` */
  readonly day: string;
  readonly chatsNew: number;
  readonly chatsTotal: number;
  readonly chatsSpoke: number;
  readonly peopleNew: number;
  readonly peopleTotal: number;
  readonly peopleSpoke: number;
  readonly messages: number;
}

interface Row {
  readonly owner: string;
  readonly day: number;
  readonly chats_new: number;
  readonly chats_total: number;
  readonly chats_spoke: number;
  readonly people_new: number;
  readonly people_total: number;
  readonly people_spoke: number;
  readonly messages: number;
}

/** One row per owner and day, the oldest first; days not read yet are missing. `from` and `to` are included. */
export async function groupStats(
  sql: Sql,
  { from, to, owner }: { readonly from: Day; readonly to: Day; readonly owner?: string | undefined },
): Promise<readonly GroupStatDay[]> {
  const rows = await sql.all<Row>(
    `SELECT owner, day, chats_new, chats_total, chats_spoke, people_new, people_total, people_spoke, messages
     FROM group_stat_day WHERE day >= ${from} AND day <= ${to}${owner === undefined ? '' : ' AND owner = $1'} ORDER BY day, owner`,
    owner === undefined ? [] : [owner],
  );
  return rows.map((row) => ({
    owner: row.owner,
    day: isoDay(row.day),
    chatsNew: row.chats_new,
    chatsTotal: row.chats_total,
    chatsSpoke: row.chats_spoke,
    peopleNew: row.people_new,
    peopleTotal: row.people_total,
    peopleSpoke: row.people_spoke,
    messages: row.messages,
  }));
}
