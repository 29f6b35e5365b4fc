import { activeHourDays, activityMetrics, talkDays } from './activity.metrics.js';
import { commerceMetrics } from './commerce.metrics.js';
import type { DailySum } from './daily-counts.js';
import type { OwnMetric } from './own-metrics.js';
import {
  ownOf,
  readerOf,
  readOwn,
  type CorpFigures,
  type MetricDefinition,
  type MetricRow,
  type MetricValue,
  type NextStep,
  type UnnamedFigure,
} from './metric.js';
import { layerMetrics } from './layer.metrics.js';
import { rankMetrics } from './rank.metrics.js';
import { profileMetrics } from './profile.metrics.js';
import type { Day } from '../day.js';

export * from './metric.js';

/** All metrics. Rules, templates, the console's picker and the docs read this list. */
export const metrics: readonly MetricDefinition[] = [
  ...activityMetrics,
  ...commerceMetrics,
  ...profileMetrics,
  ...layerMetrics,
  ...rankMetrics,
];

export const metricsByName: ReadonlyMap<string, MetricDefinition> = new Map(
  metrics.map((metric) => [metric.name, metric]),
);

/** Figures that no rule and no text can name. */
export const unnamedFigures: readonly UnnamedFigure[] = [talkDays, ...activeHourDays];

/**
 * A copy of an object with all keys is many times cheaper than adding 150 keys one by one. It must have them all: one key
 * more, and V8 keeps the copy as a hash table, which takes five times the memory and the time.
 */
const noValues = rowOf([...metrics, ...unnamedFigures].map(({ name }) => name));
const readers = metrics.map((metric) => ({ name: metric.name, valueIn: readerOf(metric) }));
const noValuesWith = new WeakMap<readonly unknown[], Readonly<Record<string, null>>>();

/** As `noValues`, with the metrics that an admin has defined. */
function noValuesOf(own: readonly Pick<OwnMetric, 'definition'>[]): Readonly<Record<string, MetricValue>> {
  if (own.length === 0) return noValues;
  let known = noValuesWith.get(own);
  if (known === undefined) {
    known = rowOf([...Object.keys(noValues), ...own.map(({ definition }) => definition.name)]);
    noValuesWith.set(own, known);
  }
  return known;
}

/** `own`: the metrics that an admin has defined. */
export function readMetrics(
  row: MetricRow,
  today: Day,
  corp: CorpFigures,
  own: readonly Pick<OwnMetric, 'definition'>[] = [],
): Record<string, MetricValue> {
  const values = { ...noValuesOf(own) };
  for (const { name, valueIn } of readers) values[name] = valueIn(row, today, corp);
  if (own.length === 0) return values;
  const stored = ownOf(row);
  for (const { definition } of own) values[definition.name] = readOwn(definition, stored, today);
  return values;
}

/** The columns of `member_metrics` that each evaluation computes, with what they are for a member without any counts. */
export const emptyFigures: MetricRow = Object.fromEntries(
  metrics.flatMap(({ read, sum, nullable, writtenBy }): [string, 0 | null][] => {
    if ('runOf' in read) return [[read.runOf, 0]];
    if ('daysSince' in read) return sum === undefined ? [] : [[read.daysSince, null]];
    return 'column' in read && writtenBy === undefined ? [[read.column, nullable ? null : 0]] : [];
  }),
);

/** The columns that are counted, not copied from the member's state. */
export const countedColumns: readonly string[] = Object.keys(emptyFigures);

/** The columns that are written for all members once a night. */
export const nightColumns: readonly string[] = metrics.flatMap(({ read, writtenBy }) =>
  writtenBy === 'night' && 'column' in read ? [read.column] : [],
);

/** All figures that are summed from the daily counts, by column. */
export const summedFigures: readonly { readonly name: string; readonly sum: DailySum }[] = [
  ...metrics.flatMap(({ name, read, sum }) =>
    sum === undefined ? [] : [{ name: 'daysSince' in read ? read.daysSince : name, sum }],
  ),
  ...unnamedFigures,
];

const computedMetrics = metrics.flatMap(({ read, compute }) =>
  compute !== undefined && 'column' in read ? [{ column: read.column, compute }] : [],
);

/** Each store that sums windows of days answers under one of these names on which day one of its sums changes by itself. */
export const changesOn = ['changes_on', 'talk_changes_on', 'own_changes_on'] as const;

/** With every key that `rowFrom` may set; see `noValues`. */
const emptyRow: MetricRow = Object.fromEntries([
  ...metrics.flatMap(({ read }) =>
    'column' in read ? [[read.column, null]] : 'daysSince' in read ? [[read.daysSince, null]] : [],
  ),
  ...[...changesOn, 'own'].map((name) => [name, null]),
  ...Object.entries(emptyFigures),
  ...unnamedFigures.map(({ name }) => [name, 0]),
]) as MetricRow;

/**
 * A whole row of `member_metrics`, of what was loaded: the sums and what other stores count, and what the night before wrote.
 * `state` are the columns that are copied from the member's state.
 */
export function rowFrom(loaded: MetricRow, lastNight: MetricRow, state: MetricRow): MetricRow {
  const row: Record<string, MetricRow[string]> = { ...emptyRow };
  Object.assign(row, loaded);
  for (const { column, compute } of computedMetrics) row[column] = compute(row);
  for (const column of nightColumns) row[column] = lastNight[column] ?? null;
  return Object.assign(row, state);
}

/** How a message asks a member to raise a figure; undefined when it must not ask. */
export const nextStepOf = (name: string): NextStep | undefined =>
  name === talkDays.name ? talkDays.nextStep : metricsByName.get(name)?.nextStep;

function rowOf(names: readonly string[]): Readonly<Record<string, null>> {
  return Object.fromEntries(names.map((name) => [name, null]));
}
