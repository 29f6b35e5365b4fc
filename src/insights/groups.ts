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
  readonly owner_state: number;
  readonly join_problem: string | null;
}

/** All groups, those of a tier first. `status` is `full` for an active group without room. */
export async function listGroups(sql: Sql): Promise<readonly GroupInList[]> {
  const rows = await sql.all<Row>(
    `SELECT g.id, g.name, g.tier, g.owner, g.capacity, g.status, g.staff_count, COALESCE(p.present, 0) AS present, COALESCE(p.spoke, 0) AS spoke, g.owner_state, g.join_problem,
       (SELECT COUNT(*) FROM move m WHERE m.to_group = g.id AND m.closed_at IS NULL AND m.state IN ('planned', 'invited')) AS promised
     FROM chat_group g LEFT JOIN (
       SELECT group_id, COUNT(*) AS present, SUM(spoke) AS spoke FROM group_person WHERE present = 1 GROUP BY group_id
     ) p ON p.group_id = g.id
     ORDER BY CASE WHEN g.tier IS NULL THEN 1 ELSE 0 END, g.id`,
  );
  return rows.map((row) => {
    const members = row.staff_count + Number(row.present);
    return {
      id: String(row.id),
      name: row.name || `#${row.id}`,
      tier: row.tier,
      owner: row.owner,
      members,
      spoke: Number(row.spoke),
      capacity: row.capacity,
      free: row.status === 'active' ? Math.max(0, row.capacity - members - Number(row.promised)) : 0,
      status: row.status === 'active' && members >= row.capacity ? 'full' : row.status,
      ownerLeft: row.status === 'active' && row.owner_state === 1,
      joinProblem: row.join_problem,
    };
  });
}
