import type { LocalizedText } from '../localized-text.js';
import type { Day } from '../day.js';
import type { DailySum } from './daily-counts.js';

export type MetricType = 'int' | 'string' | 'bool';
export type MetricValue = number | string | boolean | null;

/**
 * Where a value may be shown, from least to most restricted. `shared`: the same for many members, allowed in a mass text;
 * `personal`: of one member, allowed in a group; `private`: only in a message to that member.
 */
export const visibilities = ['shared', 'personal', 'private'] as const;
export type Visibility = (typeof visibilities)[number];

/** How a message asks a member to raise a figure. */
export interface NextStep {
  /** Steps with the same act are merged; the larger one counts. */
  readonly act: string;
  readonly within?: string;
  readonly say: (n: number) => string;
  readonly sayEn: (n: number) => string;
  /** Effort of one unit, in messages; used to find the easiest way. */
  readonly effort: number;
}

/**
 * One figure or property that rules, templates and the console may name. `read` gives its source: a column of
 * `member_metrics`, a day column that is turned into "days since", or a figure of the whole corp.
 * Null means "never" or "unknown"; every comparison with null is false.
 */
export interface MetricDefinition {
  readonly name: string;
  readonly label: LocalizedText;
  readonly type: MetricType;
  readonly unit?: 'days' | 'cents' | 'times' | 'level';
  readonly nullable: boolean;
  readonly read: { readonly column: string } | { readonly daysSince: string } | { readonly corp: string };
  /** Absent: each evaluation counts it. `decision`: each evaluation decides it, as the layers. */
  readonly writtenBy?: 'decision';
  /** Absent: it is not summed from the daily counts. */
  readonly sum?: DailySum;
  /** Default: private. */
  readonly visibility?: Visibility;
  /** Absent: a member cannot raise it, or should not be asked to. */
  readonly nextStep?: NextStep;
  /** Value in previews without a real member. */
  readonly example?: string;
}

/** A figure that is summed from the daily counts and cannot be named in rules or texts. */
export type UnnamedFigure = Required<Pick<MetricDefinition, 'name' | 'sum' | 'nextStep'>>;

/** Corp-wide figures that rules may compare with: thresholds computed from the data. */
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
