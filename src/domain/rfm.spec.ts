import { describe, expect, it } from 'vitest';
import { rfmOf } from './rfm.js';

const buyer = (days: number, orders: number, cents: number) => ({
  days_since_last_order: days,
  orders_total: Math.max(1, orders),
  orders_90d: orders,
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
    expect(rfmOf(buyer(...figures))).toMatchObject({ segment, label: { zh } });
  });
  it('is null for a member who never ordered', () => {
    expect(rfmOf({ days_since_last_order: null, orders_total: 0, orders_90d: 0, spend_90d_cents: 0 })).toBeNull();
  });
});
