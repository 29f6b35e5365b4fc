import { describe, expect, it } from 'vitest';
import { compileRule, type CompiledRule } from '../rules/index.js';
import { isOneStep, missingTo, nextStepWords } from './next-step.js';

function rule(text: string): CompiledRule {
  const compiled = compileRule(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.rule;
}
const missing = (text: string, values: Record<string, number | boolean | null>) =>
  missingTo(rule(text), values, new Set());

describe('missingTo', () => {
  it('says how much is missing to a count', () => {
    expect(missing('orders_total >= 3', { orders_total: 1 })).toEqual([{ metric: 'orders_total', shortfall: 2 }]);
    expect(missing('orders_total > 3', { orders_total: 3 })).toEqual([{ metric: 'orders_total', shortfall: 1 }]);
  });

  it('says nothing when the rule holds', () => {
    expect(missing('orders_total >= 1', { orders_total: 1 })).toBeNull();
  });

  it('names all that is missing, and only that', () => {
    expect(
      missing('orders_90d >= 3 && messages_30d >= 10 && checkins_30d >= 5', {
        orders_90d: 2,
        messages_30d: 12,
        checkins_30d: 1,
      }),
    ).toEqual([
      { metric: 'orders_90d', shortfall: 1 },
      { metric: 'checkins_30d', shortfall: 4 },
    ]);
  });

  it('takes the shortest of several ways', () => {
    expect(missing('orders_90d >= 3 || messages_30d >= 100', { orders_90d: 2, messages_30d: 5 })).toEqual([
      { metric: 'orders_90d', shortfall: 1 },
    ]);
    expect(
      missing('orders_90d >= 3 && spend_90d_cents >= 1 || invites_total >= 9', {
        orders_90d: 2,
        spend_90d_cents: 0,
        invites_total: 0,
      }),
    ).toEqual([{ metric: 'invites_total', shortfall: 9 }]);
  });

  it('takes the limit from another metric', () => {
    expect(
      missing('spend_90d_cents >= spend_90d_top_fifth_cents', {
        spend_90d_cents: 500,
        spend_90d_top_fifth_cents: 1_250,
      }),
    ).toEqual([{ metric: 'spend_90d_cents', shortfall: 750 }]);
    expect(
      missing('spend_90d_cents >= spend_90d_top_fifth_cents', {
        spend_90d_cents: 500,
        spend_90d_top_fifth_cents: null,
      }),
    ).toBeNull();
  });

  it('knows no way where counts alone cannot help', () => {
    expect(missing('is_contact', { is_contact: false })).toBeNull();
    expect(
      missing('orders_total >= 1 && days_since_last_seen <= 30', { orders_total: 0, days_since_last_seen: 40 }),
    ).toBeNull();
  });
});

describe('nextStepWords', () => {
  it('says it the way an operator would', () => {
    expect(nextStepWords(missing('orders_total >= 1', { orders_total: 0 }), '会员')).toBe('再下1单，就是会员');
    expect(
      nextStepWords(
        missing('orders_90d >= 3 && spend_90d_cents >= 10000', { orders_90d: 2, spend_90d_cents: 4_050 }),
        '铁杆',
      ),
    ).toBe('再下1单、再消费60元，就是铁杆');
  });

  it('is silent rather than wrong: no way, or a figure nobody can act on', () => {
    expect(nextStepWords(null, '会员')).toBeNull();
    expect(nextStepWords(missing('kol_level >= 3', { kol_level: 1 }), '铁杆')).toBeNull();
  });
});

describe('isOneStep', () => {
  it('is one thing, and one of it', () => {
    expect(isOneStep(missing('orders_total >= 1', { orders_total: 0 }))).toBe(true);
    expect(isOneStep(missing('orders_total >= 2', { orders_total: 0 }))).toBe(false);
    expect(isOneStep(missing('orders_total >= 1 && checkins_total >= 1', { orders_total: 0, checkins_total: 0 }))).toBe(
      false,
    );
    expect(isOneStep(null)).toBe(false);
  });
});
