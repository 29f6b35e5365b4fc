import { DAY_MS, momentOf, dayOf, type Day } from './day.js';
import type { DayCounts } from './member.js';
import type { KeyedCountOnDay } from './metrics/keyed-counts.js';

export interface Refund {
  /** Epoch ms. */
  readonly at: number;
  readonly amountCents: number;
  readonly full: boolean;
  /** Time by the shop's clock, if that was ahead of ours. */
  readonly clockAt?: number;
  /** The shop reports only the day, so the time does not identify the refund. */
  readonly dayOnly?: true;
}

/** Whether a moment may stand for a whole day: it is midnight in the corp's zone or in UTC. */
export const isDayOnly = (at: number, timeZone: string): boolean =>
  at % DAY_MS === 0 || momentOf(dayOf(at, timeZone), 0, timeZone) === at;

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
  const [at, clockAt] = [Math.min(twin.at, refund.at), Math.min(clockOf(twin), clockOf(refund))];
  const both: Refund = {
    at,
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

/** Daily counts of an order on the day it was paid. */
const countsOf = (order: ShopOrder): { readonly orders: number; readonly spend_cents: number } => ({
  orders: countsAsOrder(order) ? 1 : 0,
  spend_cents: netCents(order),
});

/** Changes of daily counts when `before` is replaced by `after`; each counts on the day it was paid. */
export function orderChanges(
  before: readonly ShopOrder[],
  after: ShopOrder,
): { readonly day: Day; readonly counts: DayCounts }[] {
  const days = new Map<Day, { orders: number; spend_cents: number }>();
  const add = (order: ShopOrder, sign: 1 | -1): void => {
    if (order.paidOn === null) return;
    const day = days.get(order.paidOn) ?? { orders: 0, spend_cents: 0 };
    const counts = countsOf(order);
    days.set(order.paidOn, {
      orders: day.orders + sign * counts.orders,
      spend_cents: day.spend_cents + sign * counts.spend_cents,
    });
  };
  for (const order of before) add(order, -1);
  add(after, 1);
  return [...days]
    .filter(([, counts]) => counts.orders !== 0 || counts.spend_cents !== 0)
    .map(([day, counts]) => ({ day, counts }));
}

/** Changes of the counts by category when `before` is replaced by `after`; each counts on the day it was paid. */
export function categoryChanges(before: readonly ShopOrder[], after: ShopOrder): KeyedCountOnDay[] {
  const counted = (order: ShopOrder, sign: 1 | -1): KeyedCountOnDay[] => {
    const { paidOn: day, category: key } = order;
    const { orders, spend_cents: cents } = countsOf(order);
    if (day === null || key === null || orders === 0) return [];
    return [{ day, measure: 'order_category', key, count: sign * orders, sum: sign * cents }];
  };
  return [...before.flatMap((order) => counted(order, -1)), ...counted(after, 1)];
}
