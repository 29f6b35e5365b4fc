import type { LocalizedText } from '../localized-text.js';
import type { Day } from '../day.js';
import type { DailySum } from './daily-counts.js';

export type MetricType = 'int' | 'string' | 'bool';
export type MetricValue = number | string | boolean | null;

/**
 * Who a value may be shown to. `shared`: the same for many members, so it may stand in a mass text; `personal`: one
 * member's own, fit to be said before the group; `private`: for that member's eyes only. In this order, each allows less.
 */
export const visibilities = ['shared', 'personal', 'private'] as const;
export type Visibility = (typeof visibilities)[number];

/** How a member is asked for more of a figure. */
export interface NextStep {
  /** Steps of one act are one step: the larger of them. */
  readonly act: string;
  readonly within?: string;
  readonly say: (n: number) => string;
  readonly sayEn: (n: number) => string;
  /** About how many messages one of it is worth, to tell which way is the lightest. */
  readonly effort: number;
}

/**
 * One figure or property that rules, templates and the console may name. `read` says how it is had from a row of
 * `member_metrics` (a column; a day column turned into "days since"), or that it is one figure for the whole corp.
 * A null means "never" or "unknown"; every comparison with it is false.
 */
export interface MetricDefinition {
  readonly name: string;
  readonly label: LocalizedText;
  readonly type: MetricType;
  readonly unit?: 'days' | 'cents' | 'times' | 'level';
  readonly nullable: boolean;
  readonly read: { readonly column: string } | { readonly daysSince: string } | { readonly corp: string };
  /** Left out: it is not summed from the daily counts. */
  readonly sum?: DailySum;
  /** Left out: private. */
  readonly visibility?: Visibility;
  /** Left out: nothing that a member can do brings more of it, or nothing that may be said. */
  readonly nextStep?: NextStep;
  /** For a text that is shown when there is no real member at hand. */
  readonly example?: string;
}

/** A figure that is summed from the daily counts and has no name in rules or texts. */
export type UnnamedFigure = Required<Pick<MetricDefinition, 'name' | 'sum' | 'nextStep'>>;

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
