import { describe, expect, it } from 'vitest';
import { celText } from './cel-text.js';
import { compileRule } from './compile-rule.js';
import { lowWater } from './low-water.js';

function lower(text: string, percent = 90): string {
  const compilation = compileRule(text);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
  return celText(lowWater(compilation.rule.condition, percent));
}

describe('lowWater', () => {
  it.each([
    ['orders_90d >= 3', 'orders_90d >= 3'],
    ['orders_90d > 3', 'orders_90d > 2'],
    ['messages_30d >= 60', 'messages_30d >= 54'],
    ['messages_30d >= 7', 'messages_30d >= 7'],
    ['spend_90d_cents > 50001', 'spend_90d_cents > 45000'],
    ['60 <= messages_30d', 'messages_30d >= 54'],
    ['days_since_last_seen <= 30', 'days_since_last_seen <= 30'],
    ['orders_90d == 3', 'orders_90d == 3'],
    ['!(orders_90d < 10)', '!(orders_90d < 10)'],
    ['is_contact && (kol_level >= 20 || messages_30d < 5)', 'is_contact && (kol_level >= 18 || messages_30d < 5)'],
    ['spend_90d_cents >= spend_90d_top_fifth_cents', 'spend_90d_cents >= spend_90d_top_fifth_cents'],
  ])('turns %s into %s at 90 %%', (text, lowWaterText) => {
    expect(lower(text)).toBe(lowWaterText);
  });

  it('asks exactly for what is at least the share of the bound, whatever the share', () => {
    for (let bound = 1; bound <= 40; bound++)
      for (const percent of [50, 66, 75, 90, 99]) {
        const at = compileRule(lower(`orders_90d >= ${bound}`, percent));
        const above = compileRule(lower(`orders_90d > ${bound}`, percent));
        for (let have = 0; have <= 41; have++) {
          const holds = (compiled: typeof at) => compiled.ok && compiled.rule.holds({ orders_90d: have }, new Set());
          expect(holds(at), `${have} >= ${percent} % of ${bound}`).toBe(have * 100 >= bound * percent);
          expect(holds(above), `${have} > ${percent} % of ${bound}`).toBe(have * 100 > bound * percent);
        }
      }
  });
});
