import { describe, expect, it } from 'vitest';
import { allScores, eightSegments, fitsSegment, rfmDefaults, rfmOf, type RfmModel } from './rfm.js';

const orders: RfmModel = { form: 'orders', levels: 2, ...rfmDefaults.orders, segments: eightSegments('orders', 2) };
const buyer = (days: number, count: number, cents: number) => ({
  days_since_last_order: days,
  orders_total: Math.max(1, count),
  orders_90d: count,
  spend_90d_cents: cents,
});

describe('rfmOf', () => {
  it.each<[figures: [number, number, number], segment: string, zh: string]>([
    [[30, 3, 50_000], 'important_value', '重要价值客户'],
    [[30, 2, 50_000], 'important_develop', '重要发展客户'],
    [[31, 3, 50_000], 'important_keep', '重要保持客户'],
    [[31, 2, 50_000], 'important_win_back', '重要挽留客户'],
    [[30, 3, 49_999], 'general_value', '一般价值客户'],
    [[30, 2, 49_999], 'general_develop', '一般发展客户'],
    [[31, 3, 49_999], 'general_keep', '一般保持客户'],
    [[200, 0, 0], 'general_win_back', '一般挽留客户'],
  ])('puts [days, orders, cents] %j in %s', (figures, segment, zh) => {
    expect(rfmOf(buyer(...figures), orders)).toMatchObject({ segment, label: { zh } });
  });

  it('is null for a member who never ordered, or whose only order was refunded in full', () => {
    expect(
      rfmOf({ days_since_last_order: null, orders_total: 0, orders_90d: 0, spend_90d_cents: 0 }, orders),
    ).toBeNull();
    expect(rfmOf({ ...buyer(3, 0, 0), orders_total: 0 }, orders)).toBeNull();
  });

  it('gives three scores with two bounds each; the highest is high', () => {
    const model: RfmModel = {
      form: 'orders',
      levels: 3,
      recency: { metric: 'days_since_last_order', bounds: [30, 90] },
      frequency: { metric: 'orders_90d', bounds: [3, 1] },
      money: { metric: 'spend_90d_cents', bounds: [50_000, 10_000] },
      segments: eightSegments('orders', 3),
    };
    const of = (...figures: [number, number, number]) => {
      const { r, f, m, segment } = rfmOf(buyer(...figures), model)!;
      return [r, f, m, segment];
    };
    expect(of(30, 3, 50_000)).toEqual([3, 3, 3, 'important_value']);
    expect(of(31, 2, 49_999)).toEqual([2, 2, 2, 'general_win_back']);
    expect(of(90, 1, 10_000)).toEqual([2, 2, 2, 'general_win_back']);
    expect(of(91, 0, 9_999)).toEqual([1, 1, 1, 'general_win_back']);
  });

  it('reads the last visit, the visits and the posts of a community without a shop', () => {
    const content: RfmModel = {
      form: 'content',
      levels: 2,
      ...rfmDefaults.content,
      segments: eightSegments('content', 2),
    };
    const visitor = { days_since_last_seen: 30, active_days_30d: 8, posts_30d: 10, orders_total: 0 };
    expect(rfmOf(visitor, content)).toMatchObject({ segment: 'important_value', label: { zh: '重要价值成员' } });
    expect(rfmOf({ ...visitor, days_since_last_seen: 31 }, content)).toMatchObject({ segment: 'important_keep' });
    expect(rfmOf({ ...visitor, days_since_last_seen: null }, content)).toBeNull();
  });
});

it.each([2, 3] as const)('the eight segments have every combination of %i levels exactly once', (levels) => {
  for (const scores of allScores(levels))
    expect(eightSegments('orders', levels).filter((segment) => fitsSegment(segment, scores))).toHaveLength(1);
});
