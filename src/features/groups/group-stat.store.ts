import type { Day } from '../../domain/day.js';
import type { Sql } from '../../platform/database/sql.js';

/** WeCom's figures for all groups of one owner on one day. */
export interface GroupStatDay {
  readonly day: Day;
  readonly chatsNew: number;
  readonly chatsTotal: number;
  readonly chatsSpoke: number;
  readonly peopleNew: number;
  readonly peopleTotal: number;
  readonly peopleSpoke: number;
  readonly messages: number;
}

const figures = [
  'chats_new',
  'chats_total',
  'chats_spoke',
  'people_new',
  'people_total',
  'people_spoke',
  'messages',
] as const;

export class GroupStatStore {
  /** Everybody who owns an active WeCom group, with the last day whose figures are stored. */
  async lastDays(sql: Sql): Promise<{ readonly owner: string; readonly last: Day | null }[]> {
    const rows = await sql.all<{ owner: string; last: number | null }>(
      `SELECT g.owner, MAX(s.day) AS last FROM chat_group g LEFT JOIN group_stat_day s ON s.owner = g.owner
     WHERE g.owner <> '' AND g.chat_id IS NOT NULL AND g.status = 'active' GROUP BY g.owner ORDER BY g.owner`,
    );
    return rows.map(({ owner, last }) => ({ owner, last: last === null ? null : Number(last) }));
  }

  /** Figures of a day that is stored already are replaced: WeCom may count late. */
  async write(tx: Sql, owner: string, days: readonly GroupStatDay[]): Promise<void> {
    const rows = days.map((day) => ({
      owner,
      day: day.day,
      chats_new: day.chatsNew,
      chats_total: day.chatsTotal,
      chats_spoke: day.chatsSpoke,
      people_new: day.peopleNew,
      people_total: day.peopleTotal,
      people_spoke: day.peopleSpoke,
      messages: day.messages,
    }));
    await tx.insert(
      'group_stat_day',
      [...new Map(rows.map((row) => [row.day, row])).values()],
      `(owner, day) DO UPDATE SET ${figures.map((figure) => `${figure} = excluded.${figure}`).join(', ')}`,
    );
  }
}

export const groupStatStore = new GroupStatStore();
