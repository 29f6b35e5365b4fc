import { expect, it } from 'vitest';
import { outcomesOf } from './member-series.js';

it.each([
  ['sent', null, 'gone'],
  ['waiting', 'waits_for_staff', 'open'],
  ['suppressed', 'monthly_cap', 'not_sent'],
  ['suppressed', 'holdout', 'never'],
  ['suppressed', 'global_holdout', 'never'],
  ['cancelled', 'opted_out', 'never'],
] as const)('a message that is %s (%s) means to its series: %s', (state, reason, outcome) => {
  const message = { occasion: 'guide:7:newcomer:1:hello', state, reason };
  const found = outcomesOf([message as unknown as Parameters<typeof outcomesOf>[0][number]], 'guide', 7);
  expect([...found]).toEqual([['newcomer:1:hello', outcome]]);
});
