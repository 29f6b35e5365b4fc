import { activityMetrics, talkDays } from './activity.metrics.js';
import { commerceMetrics } from './commerce.metrics.js';
import type { DailySum } from './daily-counts.js';
import type { LocalizedText } from '../localized-text.js';
import {
  readMetric,
  type CorpFigures,
  type MetricDefinition,
  type MetricRow,
  type MetricValue,
  type NextStep,
} from './metric.js';
import { layerMetrics } from './layer.metrics.js';
import { profileMetrics } from './profile.metrics.js';
import type { Day } from '../day.js';

export * from './metric.js';

/** The metrics in groups, as people who write rules look for them. */
export const metricFamilies: readonly {
  readonly label: LocalizedText;
  readonly metrics: readonly MetricDefinition[];
}[] = [
  { label: { zh: '互动', en: 'Activity' }, metrics: activityMetrics },
  { label: { zh: '交易', en: 'Orders' }, metrics: commerceMetrics },
  { label: { zh: '资料与分层', en: 'Profile and layers' }, metrics: [...profileMetrics, ...layerMetrics] },
];

/** All metrics. Rules, templates, the console's picker and the docs read this list. */
export const metrics: readonly MetricDefinition[] = metricFamilies.flatMap((family) => family.metrics);

export const metricsByName: ReadonlyMap<string, MetricDefinition> = new Map(
  metrics.map((metric) => [metric.name, metric]),
);

export function readMetrics(row: MetricRow, today: Day, corp: CorpFigures): Record<string, MetricValue> {
  const values: Record<string, MetricValue> = {};
  for (const metric of metrics) values[metric.name] = readMetric(metric, row, today, corp);
  return values;
}

/** Columns of `member_metrics` that are counted from daily counts or groups, not copied from the member's state. */
export const countedColumns: readonly string[] = metrics.flatMap(({ type, read, writtenBy }) =>
  type === 'int' && 'column' in read && writtenBy === undefined ? [read.column] : [],
);

/** All figures that are summed from the daily counts. */
export const summedFigures: readonly { readonly name: string; readonly sum: DailySum }[] = [
  ...metrics.flatMap(({ name, sum }) => (sum === undefined ? [] : [{ name, sum }])),
  talkDays,
];

/** How a message asks a member to raise a figure; undefined when it must not ask. */
export const nextStepOf = (name: string): NextStep | undefined =>
  name === talkDays.name ? talkDays.nextStep : metricsByName.get(name)?.nextStep;
