import { expect, it } from 'vitest';
import { conditionOf } from './segment-of-filters.js';

it.each([
  [{}, null],
  [{ q: '小林' }, null],
  [{ tier: 'loyal' }, "tier == 'loyal'"],
  [{ where: 'orders_total >= 1 || is_contact' }, 'orders_total >= 1 || is_contact'],
  [
    { stage: 'active', tag: "it's", where: 'orders_total >= 1 || is_contact' },
    "stage == 'active' && 'it\\'s' in tags && (orders_total >= 1 || is_contact)",
  ],
  [{ tag: '高价值', segment: 'quiet' }, "'高价值' in tags && in_segment('quiet')"],
])('the filters %j are the condition %s', (filters, condition) => {
  expect(conditionOf(filters)).toBe(condition);
});
