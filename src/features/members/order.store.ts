import { z } from 'zod';
import type { Day } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import {
  categoryChanges,
  countsAsOrder,
  netCents,
  orderChanges,
  mergedOrders,
  unknownOrder,
  type Refund,
  type ShopOrder,
} from '../../domain/shop-order.js';
import { inNumbers, inTexts } from '../../platform/database/in-list.js';
import { storableJson } from '../../platform/database/storable.js';
import { storedOr } from '../../platform/database/stored-json.js';
import type { Sql } from '../../platform/database/sql.js';
import { type DayAddition, dailyCountStore } from './daily-count.store.js';
import { type KeyedAddition, keyedCountStore } from './keyed-count.store.js';

export interface OrderOf {
  readonly member: MemberId;
  readonly orderId: string;
}

interface Row {
  readonly member_id: number;
  readonly order_id: string;
  readonly paid_at: number | null;
  readonly paid_day: number | null;
  readonly amount_cents: number;
  readonly category: string | null;
  readonly refunds: string;
}

const refunds: z.ZodType<readonly Refund[]> = z.array(
  z.object({
    at: z.number(),
    on: z.number().exactOptional(),
    amountCents: z.number(),
    full: z.boolean(),
    clockAt: z.number().exactOptional(),
    dayOnly: z.literal(true).exactOptional(),
  }),
);
const columns = 'member_id, order_id, paid_at, paid_day, amount_cents, category, refunds';

const orderOf = (row: Row): ShopOrder => ({
  paidAt: row.paid_at,
  paidOn: row.paid_day,
  amountCents: row.amount_cents,
  category: row.category,
  refunds: storedOr(row.refunds, refunds, []),
});

export const orderKey = ({ member, orderId }: OrderOf): string => `${member}:${orderId}`;

/** Orders by member and order id. Different members may have the same order id, because shops count from 1. */
export class OrderStore {
  /** The orders that are stored, by `orderKey`. */
  async load(sql: Sql, asked: readonly OrderOf[]): Promise<Map<string, ShopOrder>> {
    if (asked.length === 0) return new Map();
    const wanted = new Set(asked.map(orderKey));
    const rows = await sql.all<Row>(
      `SELECT ${columns} FROM shop_order WHERE member_id IN ${inNumbers(sql, 1)} AND order_id IN ${inTexts(sql, 2)}`,
      [
        storableJson([...new Set(asked.map(({ member }) => member))]),
        storableJson([...new Set(asked.map(({ orderId }) => orderId))]),
      ],
    );
    return new Map(
      rows
        .map((row): [string, ShopOrder] => [
          orderKey({ member: row.member_id as MemberId, orderId: row.order_id }),
          orderOf(row),
        ])
        .filter(([key]) => wanted.has(key)),
    );
  }

  async save(tx: Sql, orders: readonly (OrderOf & { readonly order: ShopOrder })[]): Promise<void> {
    await tx.insert(
      'shop_order',
      orders.map(({ member, orderId, order }) => ({
        member_id: member,
        order_id: orderId,
        paid_at: order.paidAt,
        paid_day: order.paidOn,
        amount_cents: order.amountCents,
        category: order.category,
        refunds: storableJson(order.refunds),
        standing: countsAsOrder(order) ? 1 : 0,
        net_cents: netCents(order),
      })),
      `(member_id, order_id) DO UPDATE SET ${[
        'paid_at',
        'paid_day',
        'amount_cents',
        'category',
        'refunds',
        'standing',
        'net_cents',
      ]
        .map((column) => `${column} = excluded.${column}`)
        .join(', ')}`,
    );
  }

  /** The day of each member's last order that was not refunded in full. Members without one are left out. */
  async lastDays(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, Day>> {
    if (members.length === 0) return new Map();
    const rows = await sql.all<{ member_id: number; day: number }>(
      `SELECT member_id, MAX(paid_day) AS day FROM shop_order WHERE standing = 1 AND member_id IN ${inNumbers(sql, 1)} GROUP BY member_id`,
      [storableJson(members)],
    );
    return new Map(rows.map((row) => [Number(row.member_id) as MemberId, Number(row.day)]));
  }

  /**
   * Moves the orders of member `from` to `to`, and corrects the daily counts: an order that both had was counted twice, and
   * a refund stored for one of them now meets its order. Merge the daily counts and the keyed counts first.
   */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    const rows = await tx.all<Row>(`SELECT ${columns} FROM shop_order WHERE member_id = $1 ORDER BY order_id`, [from]);
    if (rows.length === 0) return;
    const moved = rows.map((row) => ({ member: to, orderId: row.order_id, order: orderOf(row) }));
    const known = await this.load(tx, moved);
    const additions: DayAddition[] = [];
    const keyed: KeyedAddition[] = [];
    const merged = moved.map(({ member, orderId, order }) => {
      const own = known.get(orderKey({ member, orderId })) ?? unknownOrder;
      const both = mergedOrders(own, order);
      for (const change of orderChanges([own, order], both)) additions.push({ member, ...change });
      for (const change of categoryChanges([own, order], both)) keyed.push({ member, ...change });
      return { member, orderId, order: both };
    });
    await this.save(tx, merged);
    await tx.run('DELETE FROM shop_order WHERE member_id = $1', [from]);
    await dailyCountStore.add(tx, additions);
    await keyedCountStore.add(tx, keyed);
  }

  async deleteOf(tx: Sql, members: readonly MemberId[]): Promise<void> {
    if (members.length === 0) return;
    await tx.run(`DELETE FROM shop_order WHERE member_id IN ${inNumbers(tx, 1)}`, [storableJson(members)]);
  }
}

export const orderStore = new OrderStore();
