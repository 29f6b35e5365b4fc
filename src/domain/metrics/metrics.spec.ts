import { expect, it } from 'vitest';
import { countedColumns, metrics, nextStepOf, summedFigures } from './index.js';

const named = (holds: (metric: (typeof metrics)[number]) => boolean): string[] =>
  metrics.filter(holds).map(({ name }) => name);

it('sums every activity count, and no other figure', () => {
  // groups_count is counted from the groups, kol_level is computed from other figures.
  const summed = [...countedColumns.filter((name) => name !== 'groups_count' && name !== 'kol_level'), 'talk_days_30d'];
  expect(summedFigures.map(({ name }) => name)).toEqual(summed);
  expect(summed).toHaveLength(25);
});

it('allows only harmless figures in a group', () => {
  expect(named(({ visibility }) => visibility === 'personal')).toEqual([
    'messages_total',
    'messages_30d',
    'messages_7d',
    'active_days_30d',
    'mentions_30d',
    'checkins_total',
    'checkins_30d',
    'invites_total',
    'groups_count',
    'kol_level',
    'days_since_joined',
    'days_since_contact',
  ]);
  expect(named(({ visibility }) => visibility === 'shared')).toEqual(['tier', 'stage']);
});

it('asks for each figure in its own words', () => {
  expect(nextStepOf('orders_90d')?.say(2)).toBe('再下 2 单');
  expect(nextStepOf('talk_days_30d')?.sayEn(1)).toBe('1 more day with a message');
  expect(nextStepOf('ads_30d')).toBeUndefined();
  expect(nextStepOf('constructor')).toBeUndefined();
});
