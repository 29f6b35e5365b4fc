import { DAY_MS } from '../domain/day.js';
import { daysUntilFull, FORESIGHT_DAYS } from '../domain/moves/foresight.js';
import type { Sql } from '../platform/database/sql.js';

export interface GroupInList {
  readonly id: string;
  readonly name: string;
  readonly tier: string | null;
  readonly owner: string;
  /** People in it, staff included. */
  readonly members: number;
  /** Customers among them who have ever spoken there. */
  readonly spoke: number;
  readonly capacity: number;
  /** Places that are neither taken nor reserved for invited members. */
  readonly free: number;
  /** Who joined in the last 28 days, less who left. */
  readonly netJoins: number;
  /** In how many days it is full at that pace; 0 when it is, null when it does not fill. */
  readonly fullInDays: number | null;
  /** For how many days the product has known it. */
  readonly ageDays: number;
  readonly status: string;
  /** The owner has left the corp, so nobody can add or remove people. */
  readonly ownerLeft: boolean;
  /** Code of why the group has no join code or an old one; null when the code is current. */
  readonly joinProblem: string | null;
}

interface Row {
  readonly id: number;
  readonly name: string;
  readonly tier: string | null;
  readonly owner: string;
  readonly capacity: number;
  readonly status: string;
  readonly staff_count: number;
  readonly present: number;
  readonly spoke: number;
  readonly promised: number;
  readonly net: number;
  readonly created_at: number;
  readonly owner_state: number;
  readonly join_problem: string | null;
}

/** All groups, those of a tier first. `status` is `full` for an active group without room. */
export async function listGroups(sql: Sql, now: number): Promise<readonly GroupInList[]> {
  const rows = await sql.all<Row>(
    `SELECT g.id, g.name, g.tier, g.owner, g.capacity, g.status, g.staff_count, COALESCE(p.present, 0) AS present, COALESCE(p.spoke, 0) AS spoke, g.owner_state, g.join_problem, g.created_at, COALESCE(p.net, 0) AS net,
       (SELECT COUNT(*) FROM move m WHERE m.to_group = g.id AND m.closed_at IS NULL AND m.state IN ('planned', 'invited')) AS promised
     FROM chat_group g LEFT JOIN (
       SELECT group_id, SUM(present) AS present, SUM(CASE WHEN present = 1 THEN spoke ELSE 0 END) AS spoke,
         SUM(CASE WHEN present = 1 AND joined_at >= $1 THEN 1 WHEN present = 0 AND changed_at >= $1 AND joined_at < $1 THEN -1 ELSE 0 END) AS net
       FROM group_person GROUP BY group_id
     ) p ON p.group_id = g.id
     ORDER BY CASE WHEN g.tier IS NULL THEN 1 ELSE 0 END, g.id`,
    [now - FORESIGHT_DAYS * DAY_MS],
  );
  return rows.map((row) => {
    const members = row.staff_count + Number(row.present);
    const ageDays = Math.floor((now - row.created_at) / DAY_MS);
    const free = row.status === 'active' ? Math.max(0, row.capacity - members - Number(row.promised)) : 0;
    return {
      id: String(row.id),
      name: row.name || `#${row.id}`,
      tier: row.tier,
      owner: row.owner,
      members,
      spoke: Number(row.spoke),
      capacity: row.capacity,
      free,
      netJoins: Number(row.net),
      fullInDays: row.status === 'active' ? daysUntilFull(free, Number(row.net), ageDays) : null,
      ageDays,
      status: row.status === 'active' && members >= row.capacity ? 'full' : row.status,
      ownerLeft: row.status === 'active' && row.owner_state === 1,
      joinProblem: row.join_problem,
    };
  });
}
