import { expect, it } from 'vitest';
import { family } from './family.js';
import {
  unnamedFigures,
  countedColumns,
  emptyFigures,
  metrics,
  metricsByName,
  nextStepOf,
  readerOf,
  rowFrom,
  summedFigures,
  type MetricRow,
} from './index.js';

const named = (holds: (metric: (typeof metrics)[number]) => boolean): string[] =>
  metrics.filter(holds).map(({ name }) => name);

it('gives every count its four windows, with names and labels of one pattern', () => {
  const shared = { section: 'talk', meaning: { zh: '', en: '' } } as const;
  const made = family({
    ...shared,
    stem: 'gifts',
    label: { zh: '送礼', en: 'gifts' },
    unit: 'cents',
    source: (days) => ({ sum: days === undefined ? { of: 'orders' } : { of: 'orders', days } }),
  });
  expect(made.map(({ name, label, sum }) => [name, label.zh, label.en, sum])).toEqual([
    ['gifts_7d_cents', '近7天送礼（分）', 'gifts, 7 days (cents)', { of: 'orders', days: 7 }],
    ['gifts_30d_cents', '近30天送礼（分）', 'gifts, 30 days (cents)', { of: 'orders', days: 30 }],
    ['gifts_90d_cents', '近90天送礼（分）', 'gifts, 90 days (cents)', { of: 'orders', days: 90 }],
    ['gifts_total_cents', '累计送礼（分）', 'gifts, all time (cents)', { of: 'orders' }],
  ]);
  const families = new Set(metrics.flatMap((metric) => metric.family?.stem ?? []));
  for (const stem of families)
    expect(metrics.filter((metric) => metric.family?.stem === stem).map((metric) => metric.family?.days)).toEqual([
      7,
      30,
      90,
      undefined,
    ]);
});

it('names and labels no two metrics alike', () => {
  for (const of of [
    metrics.map(({ name }) => name),
    metrics.map(({ label }) => label.zh),
    metrics.map(({ label }) => label.en),
  ])
    expect(of.filter((text, index) => of.indexOf(text) !== index)).toEqual([]);
});

it('counts every stored figure in some way', () => {
  const summed = new Set(summedFigures.map(({ name }) => name));
  const computed = new Set(metrics.flatMap(({ name, compute }) => (compute ? [name] : [])));
  const elsewhere = ['replies', 'talked_with', 'invited_orders', 'invited_spend'];
  const others = [
    // Counted from the groups, from other figures by the ruleset, and from the days with a check-in.
    ...['groups_count', 'kol_level', 'checkin_run', 'checkin_streak_longest'],
    // Counted from the talk between people, the orders of invited people, and the orders by category.
    ...metrics.flatMap(({ name, family: of }) => (of && elsewhere.includes(of.stem) ? [name] : [])),
    ...['most_exchanged_7d', 'mention_people_30d', 'mention_days_30d'],
    ...['top_category', 'top_category_90d'].flatMap((name) => [name, `${name}_percent`]),
  ];
  expect(countedColumns.filter((column) => !summed.has(column) && !computed.has(column)).sort()).toEqual(others.sort());
  expect(summedFigures.map(({ name }) => name).filter((name) => !(name in emptyFigures))).toEqual(
    unnamedFigures.map(({ name }) => name),
  );
});

it('averages orders in whole cents, and has no average without an order', () => {
  const of = (row: MetricRow) => rowFrom(row, {}, {})['average_order_90d_cents'];
  expect([
    of({}),
    of({ orders_90d: 3, spend_90d_cents: 1_000 }),
    of({ orders_90d: 2, spend_90d_cents: 1_001 }),
    of({ orders_90d: 1, spend_90d_cents: 0 }),
  ]).toEqual([null, 333, 501, 0]);
});

it.each([
  ['today', 0, 5, 0],
  ['yesterday, while today is still open', 1, 5, 0],
  ['two days ago: one day was missed', 2, 0, 1],
  ['nine days ago', 9, 0, 8],
])('tells from the stored days alone whether a streak of 5 goes on: last %s', (_when, daysAgo, streak, missed) => {
  const row = { checkin_run: 5, last_checkin_day: 100 };
  const read = (name: string) => readerOf(metricsByName.get(name)!)(row, 100 + daysAgo, {});
  expect([read('checkin_streak'), read('checkins_missed')]).toEqual([streak, missed]);
});

it('knows neither a streak nor a missed check-in of somebody who never checked in', () => {
  const read = (name: string) => readerOf(metricsByName.get(name)!)(emptyFigures, 100, {});
  expect([read('checkin_streak'), read('checkins_missed')]).toEqual([0, null]);
});

it('allows only harmless figures in a group', () => {
  const families = ['messages', 'posts', 'mentions', 'replies', 'talked_with', 'active_days', 'checkins', 'invites'];
  const ofFamilies = named((metric) => families.includes(metric.family?.stem ?? ''));
  expect(ofFamilies).toHaveLength(families.length * 4);
  expect(named(({ visibility }) => visibility === 'personal').sort()).toEqual(
    [
      ...ofFamilies,
      'groups_count',
      'kol_level',
      'days_since_joined',
      'days_since_contact',
      'checkin_streak',
      'checkin_streak_longest',
      'most_exchanged_7d',
      'talked_group_percent',
    ].sort(),
  );
  expect(named(({ visibility }) => visibility === 'shared')).toEqual(['tier', 'stage']);
});

it('asks for each figure in its own words', () => {
  expect(nextStepOf('orders_90d')?.say(2)).toBe('再下 2 单');
  expect(nextStepOf('messages_90d')?.within).toBe('近 90 天');
  expect(nextStepOf('talk_days_30d')?.sayEn(1)).toBe('1 more day with a message');
  expect(nextStepOf('ads_30d')).toBeUndefined();
  expect(nextStepOf('constructor')).toBeUndefined();
});
