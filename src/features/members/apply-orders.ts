import { dayOf } from '../../domain/day.js';
import type { Fact, FactOf } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import {
  isDayOnly,
  orderChanges,
  unknownOrder,
  withPayment,
  withRefund,
  type ShopOrder,
} from '../../domain/shop-order.js';
import type { DayAddition } from './daily-count.store.js';
import { orderKey, type OrderOf, orderStore } from './order.store.js';
import type { Sql } from '../../platform/database/sql.js';

type OrderFact = FactOf<'order_paid' | 'order_refunded'>;

/** The order after one more fact about it. */
export function orderAfter(order: ShopOrder, fact: OrderFact, timeZone: string): ShopOrder {
  const { at } = fact;
  if (fact.kind === 'order_paid')
    return withPayment(order, { at, on: dayOf(at, timeZone), amountCents: fact.data.amountCents });
  const { amountCents, full, clockAt } = fact.data;
  return withRefund(order, {
    at,
    amountCents,
    full,
    ...(clockAt === undefined ? {} : { clockAt }),
    ...(isDayOnly(clockAt ?? at, timeZone) ? { dayOnly: true as const } : {}),
  });
}

/** Stores what the facts say about orders. Returns the changes to the daily counts, on the days the orders were paid. */
export async function applyOrders(
  tx: Sql,
  facts: readonly { readonly fact: Fact; readonly member: MemberId }[],
  timeZone: string,
): Promise<DayAddition[]> {
  const orderFacts = facts.flatMap(({ fact, member }) =>
    fact.kind === 'order_paid' || fact.kind === 'order_refunded' ? [{ fact, member, orderId: fact.data.orderId }] : [],
  );
  if (orderFacts.length === 0) return [];
  const before = await orderStore.load(tx, orderFacts);
  const changed = new Map<string, OrderOf & { readonly order: ShopOrder }>();
  for (const { fact, member, orderId } of orderFacts) {
    const key = orderKey({ member, orderId });
    const order = changed.get(key)?.order ?? before.get(key) ?? unknownOrder;
    changed.set(key, { member, orderId, order: orderAfter(order, fact, timeZone) });
  }
  await orderStore.save(tx, [...changed.values()]);
  return [...changed].flatMap(([key, { member, order }]) =>
    orderChanges([before.get(key) ?? unknownOrder], order).map((change) => ({ member, ...change })),
  );
}
