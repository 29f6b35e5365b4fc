import type { Sql } from '../platform/database/sql.js';

export interface GroupInList {
  readonly id: string;
  readonly name: string;
  readonly tier: string | null;
  readonly owner: string;
  /** People in it, staff included. */
  readonly members: number;
  /** Customers among them who ever spoke there. */
  readonly spoke: number;
  readonly capacity: number;
  readonly status: string;
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
}

/** Every group, those of a tier first. A full one says so. */
export async function listGroups(sql: Sql): Promise<readonly GroupInList[]> {
  const rows = await sql.all<Row>(
    `SELECT g.id, g.name, g.tier, g.owner, g.capacity, g.status, g.staff_count, COALESCE(p.present, 0) AS present, COALESCE(p.spoke, 0) AS spoke
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
      status: row.status === 'active' && members >= row.capacity ? 'full' : row.status,
    };
  });
}
