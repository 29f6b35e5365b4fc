import { DAY_MS, momentOf, dayOf, type Day } from './day.js';
import type { DayCounts } from './member.js';

export interface Refund {
  /** Epoch ms. */
  readonly at: number;
  readonly amountCents: number;
  readonly full: boolean;
  /** By the shop's own clock, where that was ahead of ours. */
  readonly clockAt?: number;
  /** The shop tells only the day: nothing can be said by its time. */
  readonly dayOnly?: true;
}

/** Whether a shop that tells only days would tell a day by this moment: midnight of the corp's zone, or of UTC. */
export const isDayOnly = (at: number, timeZone: string): boolean =>
  at % DAY_MS === 0 || momentOf(dayOf(at, timeZone), 0, timeZone) === at;

/** One order of one member, with everything that went back of it. Not paid yet where the refund was told first. */
export interface ShopOrder {
  readonly paidAt: number | null;
  readonly paidOn: Day | null;
  readonly amountCents: number;
  readonly refunds: readonly Refund[];
}

export const unknownOrder: ShopOrder = { paidAt: null, paidOn: null, amountCents: 0, refunds: [] };

type Payment = { readonly at: number; readonly on: Day; readonly amountCents: number };

/** An order id is paid once: of several payments the earliest stands (of one moment the larger), whichever was told first. */
export function withPayment(order: ShopOrder, { at, on, amountCents }: Payment): ShopOrder {
  const isEarlier = order.paidAt === null || at < order.paidAt;
  const isLarger = at === order.paidAt && amountCents > order.amountCents;
  return isEarlier || isLarger ? { ...order, paidAt: at, paidOn: on, amountCents } : order;
}

/**
 * One more part that went back. A part of the same amount in the same second is the same part told again under another
 * key: shops repeat a notice with its time, and two real parts are never booked in one second. Of a shop that tells only
 * days, two parts of one day are two.
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

/** The same order as two records of one person knew it. */
export function mergedOrders(one: ShopOrder, other: ShopOrder): ShopOrder {
  const { paidAt, paidOn, amountCents } = other;
  const paid = paidAt === null || paidOn === null ? one : withPayment(one, { at: paidAt, on: paidOn, amountCents });
  return other.refunds.reduce(withRefund, paid);
}

const refundedCents = (order: ShopOrder): number => order.refunds.reduce((sum, part) => sum + part.amountCents, 0);

/** All of it went back: one refund says so, or the parts reach the amount. */
const isFullyRefunded = (order: ShopOrder): boolean =>
  order.refunds.some(({ full }) => full) || (order.refunds.length > 0 && refundedCents(order) >= order.amountCents);

/** Paid, and not given back in full: it counts as an order. */
export const countsAsOrder = (order: ShopOrder): boolean => order.paidAt !== null && !isFullyRefunded(order);

/** What the shop keeps of it, never below 0. */
export const netCents = (order: ShopOrder): number =>
  countsAsOrder(order) ? order.amountCents - refundedCents(order) : 0;

/** What an order adds to the day on which it was paid. */
const countsOf = (order: ShopOrder): { readonly orders: number; readonly spend_cents: number } => ({
  orders: countsAsOrder(order) ? 1 : 0,
  spend_cents: netCents(order),
});

/** What changes in the days' figures when `before` becomes `after`: both are counted where they were paid. */
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
