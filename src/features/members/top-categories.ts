import type { AsOf, Day } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import type { MetricRow } from '../../domain/metrics/index.js';
import type { Sql } from '../../platform/database/sql.js';
import type { KeyedTotal } from '../../domain/metrics/keyed-counts.js';
import { keyedCountStore } from './keyed-count.store.js';

const windows = [
  { days: 90, orders: 'orders_90d', category: 'top_category_90d', share: 'top_category_90d_percent' },
  { days: undefined, orders: 'orders_total', category: 'top_category', share: 'top_category_percent' },
] as const;

/** The category in which each of these members ordered most, and its share of all their orders in per cent. */
export async function topCategories(
  sql: Sql,
  members: readonly MemberId[],
  sums: ReadonlyMap<MemberId, MetricRow>,
  when: Day | AsOf,
): Promise<ReadonlyMap<MemberId, MetricRow>> {
  const asked = windows.map(({ days }) => ({
    measure: 'order_category' as const,
    ...(days === undefined ? {} : { days }),
  }));
  const found = new Map<MemberId, MetricRow>();
  for (const [member, totals] of await keyedCountStore.totals(sql, members, asked, when)) {
    const row: Record<string, MetricRow[string]> = {};
    for (const { days, orders, category, share } of windows) {
      const [top] = totals.filter((total) => total.days === days && total.count > 0).sort(byOrders);
      const all = Number(sums.get(member)?.[orders] ?? 0);
      row[category] = top?.key ?? null;
      row[share] = top && all > 0 ? Math.floor((top.count * 100) / all) : null;
    }
    found.set(member, row);
  }
  return found;
}

/** The most orders first, then the most money, then by name. */
const byOrders = (a: KeyedTotal, b: KeyedTotal): number =>
  b.count - a.count || b.sum - a.sum || (a.key < b.key ? -1 : 1);
