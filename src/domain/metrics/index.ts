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

/** Columns of `member_metrics` that are counted from the day buckets (or from the groups), not carried in the state. */
export const countedColumns = [
  'messages_total',
  'messages_30d',
  'messages_7d',
  'active_days_30d',
  'mentions_30d',
  'checkins_total',
  'checkins_30d',
  'visits_30d',
  'views_total',
  'views_30d',
  'invites_total',
  'ads_30d',
  'ads_total',
  'orders_total',
  'orders_90d',
  'orders_30d',
  'spend_total_cents',
  'spend_90d_cents',
  'groups_count',
  'kol_level',
] as const;
