import { expect, it } from 'vitest';
import { compileRule, conditionsOf, type RuleTrace } from './index.js';
import type { MetricValues } from '../metrics/index.js';

function explain(text: string, values: MetricValues, tags: readonly string[] = []): RuleTrace {
  const compilation = compileRule(text);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
  return compilation.rule.explain(values, new Set(tags));
}

const needs = (text: string, values: MetricValues = {}, tags: readonly string[] = []): unknown[] =>
  conditionsOf(explain(text, values, tags).root).map((condition) => [
    condition.text,
    condition.holds,
    ...condition.values.map(({ have, need }) => [have, need]),
  ]);

it('shows need and have of every condition, also of those that do not decide', () => {
  const trace = explain('orders_90d >= 3 && spend_90d_cents >= spend_90d_top_fifth_cents || kol_level >= 3', {
    orders_90d: 2,
    spend_90d_cents: 30_000,
    spend_90d_top_fifth_cents: 28_000,
    kol_level: 3,
  });
  expect(trace).toMatchObject({
    holds: true,
    root: {
      join: 'any',
      holds: true,
      parts: [
        {
          join: 'all',
          holds: false,
          parts: [
            {
              text: 'orders_90d >= 3',
              holds: false,
              values: [{ metric: 'orders_90d', have: 2, need: '≥ 3', bound: { op: '>=', value: 3 } }],
            },
            {
              text: 'spend_90d_cents >= spend_90d_top_fifth_cents',
              holds: true,
              values: [
                { metric: 'spend_90d_cents', have: 30_000, need: '≥ 28000' },
                { metric: 'spend_90d_top_fifth_cents', have: 28_000 },
              ],
            },
          ],
        },
        { text: 'kol_level >= 3', holds: true },
      ],
    },
  });
});

it.each<[string, MetricValues, readonly string[], unknown[]]>([
  ['30 >= days_since_last_seen', { days_since_last_seen: 31 }, [], ['30 >= days_since_last_seen', false, [31, '≤ 30']]],
  ['!(days_since_last_seen <= 30)', {}, [], ['!(days_since_last_seen <= 30)', true, [null, '> 30 或为空']]],
  ['!(orders_90d == 0)', { orders_90d: 1 }, [], ['!(orders_90d == 0)', true, [1, '≠ 0']]],
  ['is_contact', { is_contact: true }, [], ['is_contact', true, [true, '= 是']]],
  ['!opted_out', { opted_out: true }, [], ['!opted_out', false, [true, '= 否']]],
  ["'高价值' in tags", {}, ['高价值'], ["'高价值' in tags", true, [true, '有 高价值']]],
  ["!('高价值' in tags)", {}, ['高价值'], ["!('高价值' in tags)", false, [true, '没有 高价值']]],
  [
    "tier in ['loyal', 'member']",
    { tier: 'regular' },
    [],
    ["tier in ['loyal', 'member']", false, ['regular', '∈ loyal、member']],
  ],
  ['tier == null', { tier: null }, [], ['tier == null', true, [null, '为空']]],
  ["region.contains('广东')", { region: '广东省' }, [], ["region.contains('广东')", true, ['广东省', '含 广东']]],
  ['spend_90d_cents >= 500 * 100', { spend_90d_cents: 1 }, [], ['spend_90d_cents >= 500 * 100', false, [1, '≥ 50000']]],
  ['(orders_90d + 1) * 2 > 4', { orders_90d: 2 }, [], ['(orders_90d + 1) * 2 > 4', true, [2, undefined]]],
  [
    'kol_level > (orders_90d + 1)',
    { kol_level: 2, orders_90d: 1 },
    [],
    ['kol_level > (orders_90d + 1)', false, [2, '> 2'], [1, undefined]],
  ],
])('says what %s asks', (text, values, tags, shown) => {
  expect(needs(text, values, tags)).toEqual([shown]);
});

it('pushes a not down to the conditions, so that a tick always means good', () => {
  const trace = explain('is_contact && !(opted_out || ads_30d > 2)', {
    is_contact: true,
    opted_out: false,
    ads_30d: 0,
  });
  expect(trace.root).toMatchObject({
    join: 'all',
    parts: [
      { text: 'is_contact', holds: true },
      { text: '!opted_out', holds: true },
      { text: '!(ads_30d > 2)', holds: true },
    ],
  });
});

it('shows a choice as the two ways to satisfy it', () => {
  const trace = explain('is_contact ? kol_level > 1 : orders_90d > 1', {
    is_contact: false,
    kol_level: 5,
    orders_90d: 2,
  });
  expect(trace).toMatchObject({
    holds: true,
    root: {
      join: 'any',
      parts: [
        {
          join: 'all',
          holds: false,
          parts: [
            { text: 'is_contact', holds: false },
            { text: 'kol_level > 1', holds: true },
          ],
        },
        {
          join: 'all',
          holds: true,
          parts: [
            { text: '!is_contact', holds: true },
            { text: 'orders_90d > 1', holds: true },
          ],
        },
      ],
    },
  });
});

it('includes the brackets of a condition in its text, and ignores those within strings', () => {
  expect(
    needs("((orders_90d + 1) + (kol_level - 1) > 3) || region == ')('", { orders_90d: 0, kol_level: 0, region: 'x' }),
  ).toEqual([
    ['(orders_90d + 1) + (kol_level - 1) > 3', false, [0, undefined], [0, undefined]],
    ["region == ')('", false, ['x', '= )(']],
  ]);
});
