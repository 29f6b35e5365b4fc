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

type Event =
  | { readonly paid: number; readonly at: number }
  | {
      readonly back: number;
      readonly at: number;
      readonly full?: boolean;
      readonly clockAt?: number;
      readonly day?: boolean;
    };
const second = 1_000;
const after = (events: readonly Event[], from: ShopOrder = unknownOrder): ShopOrder =>
  events.reduce(
    (order, one) =>
      'paid' in one
        ? withPayment(order, { at: one.at, on: Math.floor(one.at / (10 * second)), amountCents: one.paid })
        : withRefund(order, {
            at: one.at,
            on: Math.floor(one.at / (10 * second)),
            amountCents: one.back,
            full: one.full ?? false,
            ...(one.clockAt === undefined ? {} : { clockAt: one.clockAt }),
            ...(one.day ? { dayOnly: true as const } : {}),
          }),
    from,
  );
const figures = (order: ShopOrder) => [countsAsOrder(order), netCents(order)];

describe('an order', () => {
  it.each<[string, Event[], [boolean, number]]>([
    ['counts when it is paid', [{ paid: 500, at: 0 }], [true, 500]],
    [
      'is reduced by a partial refund',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second },
      ],
      [true, 300],
    ],
    [
      'does not count after a full refund',
      [
        { paid: 500, at: 0 },
        { back: 500, at: second, full: true },
      ],
      [false, 0],
    ],
    [
      'does not count when the refunds reach its amount',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second },
        { back: 300, at: 2 * second },
      ],
      [false, 0],
    ],
    [
      'counts two equal refunds at different times',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second },
        { back: 200, at: 9 * second },
      ],
      [true, 100],
    ],
    [
      'counts a repeated refund once',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second },
        { back: 200, at: second + 400 },
      ],
      [true, 300],
    ],
    [
      'counts two equal refunds that arrive at once from a clock that is ahead',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second, clockAt: 60 * second },
        { back: 200, at: second, clockAt: 120 * second },
        { back: 200, at: 60 * second },
      ],
      [true, 100],
    ],
    [
      'counts two equal refunds of one day where only days are reported',
      [
        { paid: 500, at: 0 },
        { back: 200, at: second, day: true },
        { back: 200, at: second, day: true },
      ],
      [true, 100],
    ],
    [
      'never goes below 0',
      [
        { paid: 500, at: 0 },
        { back: 900, at: second },
      ],
      [false, 0],
    ],
    ['is 0 while only its refund has arrived', [{ back: 900, at: second }], [false, 0]],
    [
      'accepts a refund that arrives first',
      [
        { back: 200, at: second },
        { paid: 500, at: 0 },
      ],
      [true, 300],
    ],
    [
      'is paid once, however many payments arrive',
      [
        { paid: 500, at: 0 },
        { paid: 700, at: second },
      ],
      [true, 500],
    ],
    ['counts when it cost nothing', [{ paid: 0, at: 0 }], [true, 0]],
    [
      'does not count when it cost nothing and 0 was refunded',
      [
        { paid: 0, at: 0 },
        { back: 0, at: second },
      ],
      [false, 0],
    ],
  ])('%s', (_what, events, expected) => {
    expect(figures(after(events))).toEqual(expected);
  });

  const anEvent: fc.Arbitrary<Event> = fc.oneof(
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
    .array(anEvent, { maxLength: 8 })
    .chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }), fc.nat({ max: 8 })),
    );

  it('is the same in any order of arrival and over any number of records', () => {
    fc.assert(
      fc.property(shuffled, ([events, mixed, cut]) => {
        expect(after(mixed)).toEqual(after(events));
        expect(mergedOrders(after(mixed.slice(0, cut)), after(mixed.slice(cut)))).toEqual(after(events));
      }),
    );
  });

  it('changes daily counts consistently and never below 0', () => {
    fc.assert(
      fc.property(shuffled, ([events]) => {
        const days = new Map<number, { orders: number; spend: number }>();
        events.reduce((before, one) => {
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
          countsAsOrder(after(events)) ? 1 : 0,
          netCents(after(events)),
        ]);
      }),
    );
  });
});

describe('the refunds of an order', () => {
  const day = 10 * second;
  const counted = (events: readonly Event[]) =>
    orderChanges([unknownOrder], after(events)).map(({ day: on, counts }) => [
      on,
      counts.refunds,
      counts.refunded_cents,
    ]);

  it.each<readonly [string, readonly Event[], readonly (readonly [number, number, number])[]]>([
    [
      'count on their own days, not on the day of the payment',
      [
        { paid: 900, at: 0 },
        { back: 200, at: day },
        { back: 300, at: 3 * day },
      ],
      [
        [0, 0, 0],
        [1, 1, 200],
        [3, 1, 300],
      ],
    ],
    [
      'give back all that is left when the last one is full',
      [
        { paid: 900, at: 0 },
        { back: 200, at: day },
        { back: 0, at: 2 * day, full: true },
      ],
      [
        [1, 1, 200],
        [2, 1, 700],
      ],
    ],
    [
      'never give back more than the order cost',
      [
        { paid: 900, at: 0 },
        { back: 800, at: day },
        { back: 800, at: 2 * day },
      ],
      [
        [1, 1, 800],
        [2, 1, 100],
      ],
    ],
    ['count as reported while the payment is unknown', [{ back: 500, at: day, full: true }], [[1, 1, 500]]],
  ])('%s', (_what, events, expected) => {
    expect(counted(events)).toEqual(expected);
    expect(counted([...events].reverse())).toEqual(expect.arrayContaining([...expected]));
  });

  it('together with what is kept of the order are what it cost', () => {
    const someEvent = fc.record({ back: fc.nat({ max: 1_200 }), at: fc.nat({ max: 90_000 }), full: fc.boolean() });
    fc.assert(
      fc.property(fc.nat({ max: 1_000 }), fc.array(someEvent, { maxLength: 5 }), (paid, refunds) => {
        const order = after([{ paid, at: 0 }, ...refunds]);
        const back = orderChanges([unknownOrder], order).reduce(
          (sum, { counts }) => sum + (counts.refunded_cents ?? 0),
          0,
        );
        expect(back + netCents(order)).toBe(paid);
      }),
    );
  });
});
