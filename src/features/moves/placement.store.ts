import type { Day } from '../../domain/day.js';
import type { Sql } from '../../platform/database/sql.js';

export interface PlaceCount {
  readonly tier: string;
  readonly place: string;
  readonly members: number;
}

/** How many members were in the right group at the end of each day, by tier. */
export class PlacementStore {
  /** Counts everybody as they are now. It reads all members, so call it over the read connection. */
  async count(sql: Sql): Promise<PlaceCount[]> {
    const rows = await sql.all<PlaceCount>(
      `SELECT mm.tier, CASE WHEN p.member_id IS NULL THEN 'none' WHEN p.own = 0 THEN 'wrong' WHEN p.joined > 1 THEN 'two' ELSE 'right' END AS place,
         COUNT(*) AS members
       FROM member_metrics mm JOIN member mb ON mb.id = mm.member_id LEFT JOIN (
         SELECT gp.member_id, COUNT(*) AS joined, SUM(CASE WHEN g.tier = own.tier THEN 1 ELSE 0 END) AS own
         FROM group_person gp JOIN chat_group g ON g.id = gp.group_id JOIN member_metrics own ON own.member_id = gp.member_id
         WHERE gp.present = 1 AND g.tier IS NOT NULL AND g.status = 'active' GROUP BY gp.member_id
       ) p ON p.member_id = mm.member_id
       WHERE mb.merged_into IS NULL AND mm.tier IS NOT NULL
         AND (mm.is_contact = 1 OR EXISTS (SELECT 1 FROM group_person o WHERE o.member_id = mm.member_id AND o.present = 1))
       GROUP BY 1, 2`,
    );
    return rows.map(({ tier, place, members }) => ({ tier, place, members: Number(members) }));
  }

  /** Figures that are stored already stay. */
  async record(tx: Sql, day: Day, counts: readonly PlaceCount[]): Promise<void> {
    await tx.insert(
      'placement_day',
      counts.map((count) => ({ day, ...count })),
      '(day, tier, place) DO NOTHING',
    );
  }
}

export const placementStore = new PlacementStore();
