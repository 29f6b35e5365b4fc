import { dayOf, type Day } from '../../domain/day.js';
import type { GroupFigures } from '../../domain/group-posts/group-figures.js';
import { asGroupId, type GroupId, type MemberId } from '../../domain/ids.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

interface Row {
  id: number;
  name: string;
  tier: string | null;
  owner: string;
  chat_id: string | null;
  room_id: string | null;
  last_talk_at: number | null;
  founded_at: number | null;
  created_at: number;
  members: number;
  spoken: number | null;
  checked_in: number | null;
}

/** Counts about whole groups, for the texts that are said in them. */
export class GroupFiguresStore {
  /** The active groups, or those of `groups` that are active. Check-ins are those of `today`. */
  async active(
    sql: Sql,
    { today, timeZone }: { readonly today: Day; readonly timeZone: string },
    groups?: readonly GroupId[],
  ): Promise<GroupFigures[]> {
    if (groups?.length === 0) return [];
    const rows = await sql.all<Row>(
      `SELECT g.id, g.name, g.tier, g.owner, g.chat_id, g.room_id, g.founded_at, g.created_at,
         (SELECT MAX(p.spoke_at) FROM group_person p WHERE p.group_id = g.id) AS last_talk_at,
         COUNT(gp.member_id) AS members, SUM(gp.spoke) AS spoken, SUM(CASE WHEN d.checkins > 0 THEN 1 ELSE 0 END) AS checked_in
       FROM chat_group g
       LEFT JOIN group_person gp ON gp.group_id = g.id AND gp.present = 1
       LEFT JOIN member_day d ON d.member_id = gp.member_id AND d.day = $1
       WHERE g.status = 'active' ${groups === undefined ? '' : `AND g.id IN ${inNumbers(sql, 2)}`}
       GROUP BY g.id, g.name, g.tier, g.owner, g.chat_id, g.room_id, g.founded_at, g.created_at ORDER BY g.id`,
      groups === undefined ? [today] : [today, storableJson(groups)],
    );
    return rows.map((row) => figuresOf(row, timeZone));
  }

  /** The active groups that these members are in. */
  async groupsOf(sql: Sql, members: readonly MemberId[]): Promise<GroupId[]> {
    if (members.length === 0) return [];
    const rows = await sql.all<{ group_id: number }>(
      `SELECT DISTINCT group_id FROM group_person WHERE present = 1 AND member_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    return rows.map(({ group_id }) => asGroupId(group_id));
  }
}

/** Without the chat account in it, or before the first word was heard, nothing is known of the talk in a group. */
function figuresOf(row: Row, timeZone: string): GroupFigures {
  const isHeard = row.room_id !== null && row.last_talk_at !== null;
  const day = (at: number | null): Day | null => (at === null ? null : dayOf(at, timeZone));
  return {
    ...{ id: asGroupId(row.id), name: row.name, tier: row.tier, owner: row.owner },
    ...{ chatId: row.chat_id, roomId: row.room_id },
    members: Number(row.members),
    spoken: isHeard ? Number(row.spoken ?? 0) : null,
    lastTalkDay: isHeard ? day(row.last_talk_at) : null,
    foundedDay: day(row.founded_at),
    knownSinceDay: dayOf(row.created_at, timeZone),
    checkedIn: Number(row.checked_in ?? 0),
  };
}

export const groupFiguresStore = new GroupFiguresStore();
