import { matches } from '../../domain/moves/name-pattern.js';
import type { TierRules } from '../../domain/ruleset.js';
import type { Sql } from '../../platform/database/sql.js';

/** The groups, by tier key, that keep their members at least in that tier. */
export type FloorGroups = ReadonlyMap<string, readonly number[]>;

/** Finds the members whom the floors of tiers keep. */
export class FloorStore {
  async groupsOf(sql: Sql, tiers: readonly Pick<TierRules, 'key' | 'floor'>[]): Promise<FloorGroups> {
    if (tiers.every(({ floor }) => (floor?.groups ?? []).length === 0)) return new Map();
    const groups = await sql.all<{ id: number; name: string }>(
      `SELECT id, name FROM chat_group WHERE status = 'active'`,
    );
    return new Map(
      tiers.map(({ key, floor }) => [
        key,
        groups.flatMap(({ id, name }) => ((floor?.groups ?? []).some((pattern) => matches(pattern, name)) ? [id] : [])),
      ]),
    );
  }

  /** SQL for whether the row `m` of `member_metrics` is on the tier's floor; null when the tier has none. */
  predicate(
    { key, floor }: Pick<TierRules, 'key' | 'floor'>,
    groups: FloorGroups,
    place: (value: string) => string,
  ): string | null {
    const own = groups.get(key) ?? [];
    const ways = [
      ...(floor && floor.tags.length > 0
        ? [
            `EXISTS (SELECT 1 FROM member_tag ft WHERE ft.member_id = m.member_id AND ft.want = 1 AND ft.name IN (${floor.tags.map(place).join(', ')}))`,
          ]
        : []),
      ...(own.length > 0
        ? [
            `EXISTS (SELECT 1 FROM group_person fp WHERE fp.member_id = m.member_id AND fp.present = 1 AND fp.group_id IN (${own.join(', ')}))`,
          ]
        : []),
    ];
    return ways.length === 0 ? null : ways.join(' OR ');
  }
}

export const floorStore = new FloorStore();
