import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countsAsOrder,
  netCents,
  orderChanges,
  mergedOrders,
  unknownOrder,
  withPayment,
  withRefund,
} from './shop-order.js';
import type { ShopOrder } from './shop-order.js';

type Told =
  | { readonly paid: number; readonly at: number }
  | {
      readonly back: number;
      readonly at: number;
      readonly full?: boolean;
      readonly clockAt?: number;
      readonly day?: boolean;
    };
const second = 1_000;
const after = (told: readonly Told[], from: ShopOrder = unknownOrder): ShopOrder =>
  told.reduce(
    (order, one) =>
      'paid' in one
        ? withPayment(order, { at: one.at, on: Math.floor(one.at / (10 * second)), amountCents: one.paid })
        : withRefund(order, {
            at: one.at,
            amountCents: one.back,
            full: one.full ?? false,
            ...(one.clockAt === undefined ? {} : { clockAt: one.clockAt }),
            ...(one.day ? { dayOnly: true as const } : {}),
          }),
    from,
  );
const figures = (order: ShopOrder) => [countsAsOrder(order), netCents(order)];

describe('an order', () => {
  it.each<[string, Told[], [boolean, number]]>([
    ['stands when it is paid', [{ paid: 500, at: 0 }], [true, 500]],
    [
      'is less a part that went back',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second },
      ],
      [true, 300],
    ],
    [
      'is none any more when all went back',
      [
        { paid: 500, at: 0 },
        { back: 500, at: second, full: true },
      ],
      [false, 0],
    ],
    [
      'is given back when the parts reach its amount',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second },
        { back: 300, at: 2 * second },
      ],
      [false, 0],
    ],
    [
      'counts two equal parts of two moments',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second },
        { back: 200, at: 9 * second },
      ],
      [true, 100],
    ],
    [
      'counts a part that is told twice once',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second },
        { back: 200, at: second + 400 },
      ],
      [true, 300],
    ],
    [
      'counts two equal parts that arrive at once from a clock that is ahead',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second, clockAt: 60 * second },
        { back: 200, at: second, clockAt: 120 * second },
        { back: 200, at: 60 * second },
      ],
      [true, 100],
    ],
    [
      'counts two equal parts of one day where only days are told',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second, day: true },
        { back: 200, at: second, day: true },
      ],
      [true, 100],
    ],
    [
      'never goes below nothing',
      [
        { paid: 500, at: 0 },
        { back: 900, at: second },
      ],
      [false, 0],
    ],
    ['takes nothing while it was not told', [{ back: 900, at: second }], [false, 0]],
    [
      'finds a refund that was told first',
      [
        { back: 200, at: second },
        { paid: 500, at: 0 },
      ],
      [true, 300],
    ],
    [
      'is one however often it is paid',
      [
        { paid: 500, at: 0 },
        { paid: 700, at: second },
      ],
      [true, 500],
    ],
    ['stands when it cost nothing', [{ paid: 0, at: 0 }], [true, 0]],
    [
      'is given back when it cost nothing and nothing went back',
      [
        { paid: 0, at: 0 },
        { back: 0, at: second },
      ],
      [false, 0],
    ],
  ])('%s', (_what, told, expected) => {
    expect(figures(after(told))).toEqual(expected);
  });

  const aTold: fc.Arbitrary<Told> = fc.oneof(
    fc.record({ paid: fc.integer({ min: 0, max: 500 }), at: fc.integer({ min: 0, max: 30 }).map((s) => s * second) }),
    fc.record({
      back: fc.integer({ min: 0, max: 300 }),
      at: fc.integer({ min: 0, max: 30 }).map((s) => s * second),
      full: fc.boolean(),
      clockAt: fc.option(
        fc.integer({ min: 31, max: 33 }).map((s) => s * second),
        { nil: undefined },
      ),
    }),
  );
  const shuffled = fc
    .array(aTold, { maxLength: 8 })
    .chain((told) =>
      fc.tuple(fc.constant(told), fc.shuffledSubarray(told, { minLength: told.length }), fc.nat({ max: 8 })),
    );

  it('is the same in whatever order it is told, and by however many records', () => {
    fc.assert(
      fc.property(shuffled, ([told, mixed, cut]) => {
        expect(after(mixed)).toEqual(after(told));
        expect(mergedOrders(after(mixed.slice(0, cut)), after(mixed.slice(cut)))).toEqual(after(told));
      }),
    );
  });

  it('adds to its day what it takes back from it, and never below nothing', () => {
    fc.assert(
      fc.property(shuffled, ([told]) => {
        const days = new Map<number, { orders: number; spend: number }>();
        told.reduce((before, one) => {
          const next = after([one], before);
          for (const { day, counts } of orderChanges([before], next)) {
            const sum = days.get(day) ?? { orders: 0, spend: 0 };
            days.set(day, {
              orders: sum.orders + (counts.orders ?? 0),
              spend: sum.spend + (counts.spend_cents ?? 0),
            });
          }
          return next;
        }, unknownOrder);
        const sums = [...days.values()];
        expect(sums.every(({ orders, spend }) => orders >= 0 && spend >= 0)).toBe(true);
        expect([sums.reduce((n, { orders }) => n + orders, 0), sums.reduce((n, { spend }) => n + spend, 0)]).toEqual([
          countsAsOrder(after(told)) ? 1 : 0,
          netCents(after(told)),
        ]);
      }),
    );
  });
});
