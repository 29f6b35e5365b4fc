import { asOf, type AsOf, type Day } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import {
  keyedMeasures,
  type KeyedCountOnDay,
  type KeyedMeasure,
  type KeyedTotal,
  type KeyedWindow,
} from '../../domain/metrics/keyed-counts.js';
import { inNumbers, inTexts } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

export type KeyedAddition = KeyedCountOnDay & { readonly member: MemberId };

const addToStored =
  '(member_id, day, measure, key) DO UPDATE SET count = member_day_key.count + excluded.count, sum = member_day_key.sum + excluded.sum';

/**
 * One row for each member, day, measure and key. Counts are added in the transaction that marks their facts as applied, as
 * those of `DailyCountStore`, and windows are summed from these rows each time.
 */
export class KeyedCountStore {
  async add(tx: Sql, additions: readonly KeyedAddition[]): Promise<void> {
    const rows = new Map<string, Record<string, string | number>>();
    for (const { member, day, measure, key, count, sum } of additions) {
      const id = storableJson([member, day, measure, key]);
      const row = rows.get(id);
      rows.set(id, {
        member_id: member,
        day,
        measure,
        key,
        count: Number(row?.['count'] ?? 0) + count,
        sum: Number(row?.['sum'] ?? 0) + sum,
      });
    }
    await tx.insert(
      'member_day_key',
      [...rows.values()].filter(({ count, sum }) => count !== 0 || sum !== 0),
      addToStored,
    );
  }

  /** Adds the counts of member `from` to those of `to`. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run(`INSERT INTO member_day_key (member_id, day, measure, key, count, sum) SELECT ${to}, day, measure, key, count, sum
      FROM member_day_key WHERE member_id = ${from} ON CONFLICT ${addToStored}`);
    await tx.run('DELETE FROM member_day_key WHERE member_id = $1', [from]);
  }

  /** Deletes all counts of these members before they are counted again. */
  async deleteOf(tx: Sql, members: readonly MemberId[]): Promise<void> {
    if (members.length === 0) return;
    await tx.run(`DELETE FROM member_day_key WHERE member_id IN ${inNumbers(tx, 1)}`, [storableJson(members)]);
  }

  /** The totals of these members as of `today`, for all windows in one statement. */
  async totals(
    sql: Sql,
    members: readonly MemberId[],
    windows: readonly KeyedWindow[],
    when: Day | AsOf,
  ): Promise<Map<MemberId, KeyedTotal[]>> {
    if (members.length === 0 || windows.length === 0) return new Map();
    const { today, lastDay } = asOf(when);
    const spans = [...new Set(windows.map(({ days }) => days))];
    const { where, params } = keysOf(sql, windows);
    const rows = await sql.all<Record<string, number | string | null>>(
      `SELECT member_id, measure, key, ${spans.map((days, index) => spanSql(days, index, today)).join(', ')}
      FROM member_day_key WHERE member_id IN ${inNumbers(sql, 1)} AND day <= ${lastDay} AND (${where})
      GROUP BY member_id, measure, key`,
      [storableJson(members), ...params],
    );
    const totals = new Map<MemberId, KeyedTotal[]>();
    for (const row of rows) {
      const member = Number(row['member_id']) as MemberId;
      const own = totals.get(member) ?? [];
      totals.set(member, own);
      for (const [index, days] of spans.entries()) {
        const measure = row['measure'] as KeyedMeasure;
        const key = String(row['key']);
        if (row[`last_${index}`] === null || !isAsked(windows, { measure, key, days })) continue;
        own.push({
          measure,
          key,
          ...(days === undefined ? {} : { days }),
          count: Number(row[`count_${index}`]),
          sum: Number(row[`sum_${index}`]),
          activeDays: Number(row[`days_${index}`]),
          lastDay: Number(row[`last_${index}`]),
          firstDay: Number(row[`first_${index}`]),
        });
      }
    }
    return totals;
  }
}

function spanSql(days: number | undefined, index: number, today: Day): string {
  const inSpan = days === undefined ? 'TRUE' : `day >= ${today - days + 1}`;
  return `SUM(CASE WHEN ${inSpan} THEN count ELSE 0 END) AS count_${index}, SUM(CASE WHEN ${inSpan} THEN sum ELSE 0 END) AS sum_${index},
    SUM(CASE WHEN ${inSpan} AND count > 0 THEN 1 ELSE 0 END) AS days_${index}, MAX(CASE WHEN ${inSpan} AND count > 0 THEN day END) AS last_${index},
    MIN(CASE WHEN ${inSpan} THEN day END) AS first_${index}`;
}

/** The keys that any of the windows asks about. The parameters follow the first, which is the members. */
function keysOf(sql: Sql, windows: readonly KeyedWindow[]): { where: string; params: string[] } {
  const params: string[] = [];
  const parts = keyedMeasures.flatMap((measure) => {
    const asked = windows.filter((window) => window.measure === measure);
    if (asked.length === 0) return [];
    if (asked.some(({ keys }) => keys === undefined)) return [`measure = '${measure}'`];
    params.push(storableJson([...new Set(asked.flatMap(({ keys }) => keys ?? []))]));
    return [`measure = '${measure}' AND key IN ${inTexts(sql, params.length + 1)}`];
  });
  return { where: parts.map((part) => `(${part})`).join(' OR '), params };
}

const isAsked = (
  windows: readonly KeyedWindow[],
  { measure, key, days }: { measure: KeyedMeasure; key: string; days: number | undefined },
): boolean =>
  windows.some((window) => window.measure === measure && window.days === days && (window.keys?.includes(key) ?? true));

export const keyedCountStore = new KeyedCountStore();
