import { activityMetrics } from './activity.metrics.js';
import { commerceMetrics } from './commerce.metrics.js';
import { readMetric, type CorpFigures, type MetricDefinition, type MetricRow, type MetricValue } from './metric.js';
import { profileMetrics } from './profile.metrics.js';
import type { Day } from '../day.js';

export * from './metric.js';

/** Every metric there is. Rules, templates, the console's picker and the docs all read this list. */
export const metrics: readonly MetricDefinition[] = [...activityMetrics, ...commerceMetrics, ...profileMetrics];

export const metricsByName: ReadonlyMap<string, MetricDefinition> = new Map(
  metrics.map((metric) => [metric.name, metric]),
);

export function readMetrics(row: MetricRow, today: Day, corp: CorpFigures): Record<string, MetricValue> {
  const values: Record<string, MetricValue> = {};
  for (const metric of metrics) values[metric.name] = readMetric(metric, row, today, corp);
  return values;
}
