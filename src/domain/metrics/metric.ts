import type { Day } from '../day.js';

export type MetricType = 'int' | 'string' | 'bool';
export type MetricValue = number | string | boolean | null;

/**
 * One figure or property that rules, templates and the console may name. `read` says how it is had from a row of
 * `member_metrics` (a column; a day column turned into "days since"), or that it is one figure for the whole corp.
 * A null means "never" or "unknown"; every comparison with it is false.
 */
export interface MetricDefinition {
  readonly name: string;
  readonly label: { readonly zh: string; readonly en: string };
  readonly type: MetricType;
  readonly unit?: 'days' | 'cents' | 'times' | 'level';
  readonly nullable: boolean;
  readonly read: { readonly column: string } | { readonly daysSince: string } | { readonly corp: string };
}

/** Corp-wide figures that rules may compare with (thresholds that come from the data). */
export type CorpFigures = Readonly<Record<string, number | null>>;

/** A row of `member_metrics`, by column name. */
export type MetricRow = Readonly<Record<string, number | string | null>>;

export type MetricValues = Readonly<Record<string, MetricValue>>;

export function readMetric(metric: MetricDefinition, row: MetricRow, today: Day, corp: CorpFigures): MetricValue {
  if ('corp' in metric.read) return corp[metric.read.corp] ?? null;
  if ('daysSince' in metric.read) {
    const day = row[metric.read.daysSince];
    return typeof day === 'number' ? today - day : null;
  }
  const value = row[metric.read.column] ?? null;
  return metric.type === 'bool' ? (value === null ? null : value === 1) : value;
}
