import { dayOf, isDayOnly } from '../../domain/day.js';
import type { Fact, FactOf } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import {
  categoryChanges,
  orderChanges,
  unknownOrder,
  withPayment,
  withRefund,
  type ShopOrder,
} from '../../domain/shop-order.js';
import type { DayAddition } from './daily-count.store.js';
import type { KeyedAddition } from './keyed-count.store.js';
import { orderKey, type OrderOf, orderStore } from './order.store.js';
import type { Sql } from '../../platform/database/sql.js';

type OrderFact = FactOf<'order_paid' | 'order_refunded'>;

/** The order after one more fact about it. */
export function orderAfter(order: ShopOrder, fact: OrderFact, timeZone: string): ShopOrder {
  const { at } = fact;
  if (fact.kind === 'order_paid') {
    const { amountCents, category } = fact.data;
    return withPayment(order, { at, on: dayOf(at, timeZone), amountCents, category });
  }
  const { amountCents, full, clockAt } = fact.data;
  return withRefund(order, {
    at,
    on: dayOf(at, timeZone),
    amountCents,
    full,
    ...(clockAt === undefined ? {} : { clockAt }),
    ...(isDayOnly(clockAt ?? at, timeZone) ? { dayOnly: true as const } : {}),
  });
}

/** What orders change in the counts of the days on which they were paid. */
interface OrderAdditions {
  readonly days: readonly DayAddition[];
  readonly keyed: readonly KeyedAddition[];
}

/** Stores what the facts say about orders. Returns the changes to the counts. */
export async function applyOrders(
  tx: Sql,
  facts: readonly { readonly fact: Fact; readonly member: MemberId }[],
  timeZone: string,
): Promise<OrderAdditions> {
  const orderFacts = facts.flatMap(({ fact, member }) =>
    fact.kind === 'order_paid' || fact.kind === 'order_refunded' ? [{ fact, member, orderId: fact.data.orderId }] : [],
  );
  if (orderFacts.length === 0) return { days: [], keyed: [] };
  const before = await orderStore.load(tx, orderFacts);
  const changed = new Map<string, OrderOf & { readonly order: ShopOrder }>();
  for (const { fact, member, orderId } of orderFacts) {
    const key = orderKey({ member, orderId });
    const order = changed.get(key)?.order ?? before.get(key) ?? unknownOrder;
    changed.set(key, { member, orderId, order: orderAfter(order, fact, timeZone) });
  }
  await orderStore.save(tx, [...changed.values()]);
  const stored = (key: string): ShopOrder[] => [before.get(key) ?? unknownOrder];
  return {
    days: [...changed].flatMap(([key, { member, order }]) =>
      orderChanges(stored(key), order).map((change) => ({ member, ...change })),
    ),
    keyed: [...changed].flatMap(([key, { member, order }]) =>
      categoryChanges(stored(key), order).map((change) => ({ member, ...change })),
    ),
  };
}
