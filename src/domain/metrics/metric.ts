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

/** Sections of the metrics on the member's page, in the picker and in the documentation, in this order. */
export const metricSections = {
  talk: { zh: '群里发言', en: 'Talk in groups' },
  activity: { zh: '活跃与打卡', en: 'Activity and check-ins' },
  service: { zh: '客服', en: 'Customer service' },
  commerce: { zh: '订单与消费', en: 'Orders and spend' },
  invites: { zh: '邀请', en: 'Invitations' },
  ranks: { zh: '排名（千分之几，截至昨晚）', en: 'Ranks (per mille, as of last night)' },
  profile: { zh: '资料与层级', en: 'Profile and tier' },
  corp: { zh: '全员数字', en: 'Figures of all members' },
  own: { zh: '自定义指标', en: 'Own metrics' },
} as const satisfies Readonly<Record<string, LocalizedText>>;
export type MetricSection = keyof typeof metricSections;

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
 * Where a value comes from. What depends on today is derived from a stored day whenever it is read, so that a night alone
 * makes no row stale.
 */
export type MetricSource =
  /** A column of `member_metrics`. */
  | { readonly column: string }
  /** The days since the day in a column. */
  | { readonly daysSince: string }
  /** The length in `runOf`, while the run's last day is today or yesterday; otherwise 0. */
  | { readonly runOf: string; readonly until: string }
  /** The whole days between the day in a column and today. */
  | { readonly missedSince: string }
  /** A figure of the whole corp. */
  | { readonly corp: string }
  | OwnRead;

/**
 * One figure or property that rules, templates and the console may name. Null means "never" or "unknown"; every comparison
 * with null is false.
 */
export interface MetricDefinition {
  readonly name: string;
  readonly label: LocalizedText;
  readonly section: MetricSection;
  /** What exactly is counted, for the documentation and the picker; absent where the label says all. */
  readonly meaning?: LocalizedText;
  readonly type: MetricType;
  readonly unit?: 'days' | 'cents' | 'times' | 'level' | 'percent' | 'permille' | 'month' | 'hour';
  readonly nullable: boolean;
  readonly read: MetricSource;
  /** Absent: it is not summed from the daily counts. */
  readonly sum?: DailySum;
  /** Absent: each evaluation counts it. `state`: copied from the member's state. `decision`: decided, as the layers.
   * `night`: compares the member with others, and is written for all members once a night. */
  readonly writtenBy?: 'state' | 'decision' | 'night';
  /** Computed from the other figures of the member at each evaluation, and stored. */
  readonly compute?: (figures: MetricRow) => number | null;
  /** The count that this is one window of; without `days` it is over all time. */
  readonly family?: { readonly stem: string; readonly label: LocalizedText; readonly days?: number };
  /** It can be below 0. */
  readonly isSigned?: boolean;
  /** Default: private. */
  readonly visibility?: Visibility;
  /** Absent: a member cannot raise it, or should not be asked to. */
  readonly nextStep?: NextStep;
  /** Value in previews without a real member. */
  readonly example?: string;
}

/** Source of an admin's own metric: a value, or the days since a day, by its name in the column `own`. */
export type OwnRead = { readonly own: string } | { readonly ownDay: string };

/** A figure that is summed from the daily counts and cannot be named in rules or texts. */
export type UnnamedFigure = Required<Pick<MetricDefinition, 'name' | 'sum'>> & Pick<MetricDefinition, 'nextStep'>;

/** Corp-wide figures that rules may compare with: thresholds computed from the data. */
export type CorpFigures = Readonly<Record<string, number | null>>;

/** A row of `member_metrics`, by column name. */
export type MetricRow = Readonly<Record<string, number | string | null>>;

export type MetricValues = Readonly<Record<string, MetricValue>>;

const numberIn = (row: MetricRow, column: string): number | null => {
  const value = row[column];
  return typeof value === 'number' ? value : null;
};

/** Reads one metric of a member from their row. */
export type MetricReader = (row: MetricRow, today: Day, corp: CorpFigures) => MetricValue;

/** A million members have 150 metrics each, so the kind of a metric is looked at once, not at each reading. */
export function readerOf({ read, type }: Pick<MetricDefinition, 'read' | 'type'>): MetricReader {
  if ('own' in read || 'ownDay' in read) return (row, today) => readOwn({ read, type }, ownOf(row), today);
  if ('corp' in read) return (_row, _today, corp) => corp[read.corp] ?? null;
  if ('daysSince' in read) {
    const { daysSince } = read;
    return (row, today) => {
      const day = numberIn(row, daysSince);
      return day === null ? null : today - day;
    };
  }
  if ('runOf' in read) {
    const { until: column, runOf } = read;
    return (row, today) => {
      const until = numberIn(row, column);
      return until !== null && today - until <= 1 ? numberIn(row, runOf) : 0;
    };
  }
  if ('missedSince' in read) {
    const { missedSince } = read;
    return (row, today) => {
      const day = numberIn(row, missedSince);
      return day === null ? null : Math.max(0, today - day - 1);
    };
  }
  const { column } = read;
  if (type !== 'bool') return (row) => row[column] ?? null;
  return (row) => {
    const value = row[column] ?? null;
    return value === null ? null : value === 1;
  };
}

/** How the SQL of a metric names what it reads. */
export interface SqlNames {
  /** Alias of the `member_metrics` row. */
  readonly alias: string;
  /** The day of today, as SQL. */
  readonly today: () => string;
  /** A figure of the corp, as SQL. */
  readonly corp: (name: string) => string;
  readonly dialect: 'sqlite' | 'postgres';
}

/** The SQL expression with the value that `readerOf` reads. */
export function metricSql({ read, type }: Pick<MetricDefinition, 'read' | 'type'>, names: SqlNames): string {
  const { alias, today, corp } = names;
  if ('own' in read) return ownSql(read.own, type, names);
  if ('ownDay' in read) return `(${today()} - ${ownSql(read.ownDay, 'int', names)})`;
  if ('corp' in read) return corp(read.corp);
  if ('daysSince' in read) return `(${today()} - ${alias}.${read.daysSince})`;
  if ('runOf' in read)
    return `(CASE WHEN ${today()} - ${alias}.${read.until} <= 1 THEN ${alias}.${read.runOf} ELSE 0 END)`;
  if ('missedSince' in read) {
    const since = `${today()} - ${alias}.${read.missedSince}`;
    return `(CASE WHEN ${since} > 1 THEN ${since} - 1 WHEN ${since} <= 1 THEN 0 END)`;
  }
  return `${alias}.${read.column}`;
}

/** A value of the column `own`, a JSON object; null where it has none. */
function ownSql(stored: string, type: MetricType, { alias, dialect }: SqlNames): string {
  if (!/^[a-z][a-z0-9_]*~[a-z0-9]+$/.test(stored)) throw new Error(`no name of a stored value: ${stored}`);
  if (dialect === 'sqlite') return `json_extract(${alias}.own, '$."${stored}"')`;
  return type === 'int'
    ? `CAST(${alias}.own::jsonb ->> '${stored}' AS bigint)`
    : `(${alias}.own::jsonb ->> '${stored}')`;
}

/** The stored values of an admin's own metrics in a row of `member_metrics`. A value that cannot be read is unknown. */
export function ownOf(row: MetricRow): Readonly<Record<string, unknown>> {
  const { own } = row;
  if (typeof own !== 'string') return {};
  try {
    const stored = JSON.parse(own) as unknown;
    return typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function readOwn(
  { read, type }: Pick<MetricDefinition, 'read' | 'type'>,
  stored: Readonly<Record<string, unknown>>,
  today: Day,
): MetricValue {
  if ('ownDay' in read) {
    const day = stored[read.ownDay];
    return typeof day === 'number' ? today - day : null;
  }
  if (!('own' in read)) return null;
  const value = stored[read.own];
  return typeof value === (type === 'int' ? 'number' : 'string') ? (value as number | string) : null;
}
