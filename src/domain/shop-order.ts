import type { Day } from './day.js';
import type { DayCounts } from './member.js';
import type { DailyCount } from './metrics/daily-counts.js';
import type { KeyedCountOnDay } from './metrics/keyed-counts.js';

export interface Refund {
  /** Epoch ms. */
  readonly at: number;
  /** Absent in rows of before refunds were counted; then it counts nowhere until the member is recounted. */
  readonly on?: Day;
  readonly amountCents: number;
  readonly full: boolean;
  /** Time by the shop's clock, if that was ahead of ours. */
  readonly clockAt?: number;
  /** The shop reports only the day, so the time does not identify the refund. */
  readonly dayOnly?: true;
}

/** One order of one member with its refunds. `paidAt` is null while only a refund has arrived. */
export interface ShopOrder {
  readonly paidAt: number | null;
  readonly paidOn: Day | null;
  readonly amountCents: number;
  /** As the shop names it; null when the payment names none. */
  readonly category: string | null;
  readonly refunds: readonly Refund[];
}

export const unknownOrder: ShopOrder = { paidAt: null, paidOn: null, amountCents: 0, category: null, refunds: [] };

type Payment = {
  readonly at: number;
  readonly on: Day;
  readonly amountCents: number;
  readonly category?: string | null | undefined;
};

/**
 * Adds a payment. An order is paid once: the earliest payment counts (at equal times the larger, then the one whose category
 * is last in the alphabet), in any order of arrival.
 */
export function withPayment(order: ShopOrder, { at, on, amountCents, category: named }: Payment): ShopOrder {
  const category = named?.trim() || null;
  const isEarlier = order.paidAt === null || at < order.paidAt;
  const isLarger = at === order.paidAt && amountCents > order.amountCents;
  const isLater = at === order.paidAt && amountCents === order.amountCents && (category ?? '') > (order.category ?? '');
  return isEarlier || isLarger || isLater ? { ...order, paidAt: at, paidOn: on, amountCents, category } : order;
}

/**
 * Adds a refund. The same amount in the same second is a repeat under another key: shops repeat a notice with its time, and
 * never book two refunds in one second. For a shop that reports only days, two refunds of one day are two.
 */
export function withRefund(order: ShopOrder, refund: Refund): ShopOrder {
  const twin = order.refunds.find((known) => isSameRefund(known, refund));
  if (!twin) return { ...order, refunds: [...order.refunds, refund].sort(inOrder) };
  const { at, on } = refund.at < twin.at ? refund : twin;
  const clockAt = Math.min(clockOf(twin), clockOf(refund));
  const both: Refund = {
    at,
    ...(on === undefined ? {} : { on }),
    amountCents: twin.amountCents,
    full: twin.full || refund.full,
    ...(clockAt === at ? {} : { clockAt }),
  };
  return { ...order, refunds: order.refunds.map((known) => (known === twin ? both : known)).sort(inOrder) };
}

const isSameRefund = (one: Refund, other: Refund): boolean =>
  !one.dayOnly && !other.dayOnly && secondOf(one) === secondOf(other) && one.amountCents === other.amountCents;

const clockOf = ({ at, clockAt }: Refund): number => clockAt ?? at;
const secondOf = (refund: Refund): number => Math.floor(clockOf(refund) / 1_000);
const inOrder = (a: Refund, b: Refund): number =>
  a.at - b.at || a.amountCents - b.amountCents || clockOf(a) - clockOf(b) || Number(a.full) - Number(b.full);

/** Merges the data of one order from two records of one person. */
export function mergedOrders(one: ShopOrder, other: ShopOrder): ShopOrder {
  const { paidAt, paidOn, amountCents, category } = other;
  const paid =
    paidAt === null || paidOn === null ? one : withPayment(one, { at: paidAt, on: paidOn, amountCents, category });
  return other.refunds.reduce(withRefund, paid);
}

const refundedCents = (order: ShopOrder): number => order.refunds.reduce((sum, part) => sum + part.amountCents, 0);

/** One refund is marked full, or the refunds reach the amount. */
const isFullyRefunded = (order: ShopOrder): boolean =>
  order.refunds.some(({ full }) => full) || (order.refunds.length > 0 && refundedCents(order) >= order.amountCents);

/** Paid and not fully refunded. */
export const countsAsOrder = (order: ShopOrder): boolean => order.paidAt !== null && !isFullyRefunded(order);

/** Amount less refunds, never below 0. */
export const netCents = (order: ShopOrder): number =>
  countsAsOrder(order) ? order.amountCents - refundedCents(order) : 0;

/** What each refund gave back, in order: together never more than the order cost, and all that is left when it is full. */
function moneyBack(order: ShopOrder): readonly { readonly refund: Refund; readonly cents: number }[] {
  let left = order.paidAt === null ? Infinity : order.amountCents;
  return order.refunds.map((refund) => {
    const asked = refund.full && order.paidAt !== null ? left : refund.amountCents;
    const cents = Math.min(asked, left);
    left -= cents;
    return { refund, cents };
  });
}

interface Counted {
  readonly day: Day;
  readonly counts: DayCounts;
}

/** Daily counts of an order: on the day it was paid, and on the day of each refund. */
const countsOf = (order: ShopOrder): Counted[] => [
  ...(order.paidOn === null
    ? []
    : [{ day: order.paidOn, counts: { orders: countsAsOrder(order) ? 1 : 0, spend_cents: netCents(order) } }]),
  ...moneyBack(order).flatMap(({ refund, cents }): Counted[] =>
    refund.on === undefined ? [] : [{ day: refund.on, counts: { refunds: 1, refunded_cents: cents } }],
  ),
];

const orderCounts = ['orders', 'spend_cents', 'refunds', 'refunded_cents'] as const satisfies readonly DailyCount[];

/** Changes of daily counts when `before` is replaced by `after`. */
export function orderChanges(before: readonly ShopOrder[], after: ShopOrder): Counted[] {
  const days = new Map<Day, Record<(typeof orderCounts)[number], number>>();
  const add = (order: ShopOrder, sign: 1 | -1): void => {
    for (const { day, counts } of countsOf(order)) {
      const known = days.get(day) ?? { orders: 0, spend_cents: 0, refunds: 0, refunded_cents: 0 };
      for (const count of orderCounts) known[count] += sign * (counts[count] ?? 0);
      days.set(day, known);
    }
  };
  for (const order of before) add(order, -1);
  add(after, 1);
  return [...days]
    .filter(([, counts]) => orderCounts.some((count) => counts[count] !== 0))
    .map(([day, counts]) => ({ day, counts }));
}

/** Changes of the counts by category when `before` is replaced by `after`; each counts on the day it was paid. */
export function categoryChanges(before: readonly ShopOrder[], after: ShopOrder): KeyedCountOnDay[] {
  const counted = (order: ShopOrder, sign: 1 | -1): KeyedCountOnDay[] => {
    const { paidOn: day, category: key } = order;
    if (day === null || key === null || !countsAsOrder(order)) return [];
    return [{ day, measure: 'order_category', key, count: sign, sum: sign * netCents(order) }];
  };
  return [...before.flatMap((order) => counted(order, -1)), ...counted(after, 1)];
}
