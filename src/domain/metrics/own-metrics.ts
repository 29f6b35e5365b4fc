import { cutToCharacters } from '../cut-text.js';
import type { LocalizedText } from '../localized-text.js';
import { stableShare } from '../stable-share.js';
import { CUSTOM_VALUE_PARTS, type KeyedMeasure, type KeyedTotal, type KeyedWindow } from './keyed-counts.js';
import type { MetricDefinition, MetricRow } from './metric.js';

/** What an admin's own metric is made of. */
export type OwnSource =
  | { readonly of: 'keyed'; readonly measure: KeyedMeasure; readonly key: string }
  | { readonly of: 'profile'; readonly field: string; readonly type: 'int' | 'string' };

/** `last`: the days since the last day with one; of a profile field its value. */
export const ownTakes = ['count', 'sum', 'days', 'last'] as const;
export type OwnTake = (typeof ownTakes)[number];

/** A metric that an admin has defined. `days`: length of its window; absent: all time. */
export interface OwnMetric {
  readonly source: OwnSource;
  readonly take: OwnTake;
  readonly days?: number;
  readonly definition: MetricDefinition;
}

export type FieldValue = string | number | boolean | null;

/** What the own metrics of one member are computed from. */
export interface OwnInputs {
  readonly totals: readonly KeyedTotal[];
  /** Profile fields by name. */
  readonly fields: ReadonlyMap<string, FieldValue>;
}

export const nothingCounted: OwnInputs = { totals: [], fields: new Map() };

/** Longest text that a metric keeps of a profile field, in characters. */
export const LONGEST_FIELD_TEXT = 200;

export function ownMetric(
  name: string,
  label: LocalizedText,
  rule: Pick<OwnMetric, 'source' | 'take'> & { readonly days?: number | undefined },
): OwnMetric {
  const { source, take, days } = rule;
  return {
    ...{ source, take },
    ...(days === undefined ? {} : { days }),
    definition: {
      ...{ name, label, section: 'own', meaning: meaningOf(rule) },
      ...kindOf(source, take),
      read: readOf(name, rule),
    },
  };
}

const takeWords: Readonly<Record<OwnTake, LocalizedText>> = {
  count: { zh: '次数', en: 'Number' },
  sum: { zh: '合计', en: 'Total' },
  days: { zh: '有过的天数', en: 'Days with one' },
  last: { zh: '距上次的天数，今天是 0', en: 'Days since the last, today is 0' },
};

function meaningOf({
  source,
  take,
  days,
}: Pick<OwnMetric, 'source' | 'take'> & { days?: number | undefined }): LocalizedText {
  if (source.of === 'profile')
    return { zh: `资料字段 ${source.field} 最近的值`, en: `Last value of the profile field ${source.field}` };
  const { zh, en } = takeWords[take];
  const window = days === undefined ? { zh: '累计', en: 'all time' } : { zh: `近 ${days} 天`, en: `${days} days` };
  return { zh: `${source.key}：${window.zh}${zh}`, en: `${source.key}: ${en}, ${window.en}` };
}

function kindOf(source: OwnSource, take: OwnTake): Pick<MetricDefinition, 'type' | 'nullable' | 'unit' | 'isSigned'> {
  if (source.of === 'profile') return { type: source.type, nullable: true, isSigned: true };
  if (take === 'last') return { type: 'int', unit: 'days', nullable: true };
  if (take === 'days') return { type: 'int', unit: 'days', nullable: false };
  if (take === 'count') return { type: 'int', unit: 'times', nullable: false };
  // Values of custom facts may be negative.
  return source.measure === 'order_category'
    ? { type: 'int', unit: 'cents', nullable: false }
    : { type: 'int', nullable: false, isSigned: true };
}

/**
 * The name under which a value is stored also depends on how it is computed. So after a change of the definition nobody reads
 * a value of the old one: it is unknown until the member is evaluated again.
 */
function readOf(
  name: string,
  { source, take, days }: Pick<OwnMetric, 'source' | 'take'> & { days?: number | undefined },
) {
  const what = source.of === 'keyed' ? [source.measure, source.key] : ['profile', source.field, source.type];
  const stamp = Math.floor(stableShare(take, days ?? 'all', ...what) * 2 ** 32).toString(36);
  const stored = `${name}~${stamp}`;
  return source.of === 'keyed' && take === 'last' ? { ownDay: stored } : { own: stored };
}

/** The windows that have to be summed for these metrics. */
export const windowsOf = (own: readonly OwnMetric[]): KeyedWindow[] =>
  own.flatMap(({ source, days }) =>
    source.of === 'keyed'
      ? [{ measure: source.measure, keys: [source.key], ...(days === undefined ? {} : { days }) }]
      : [],
  );

/** The profile fields that these metrics read. */
export const fieldsOf = (own: readonly OwnMetric[]): string[] => [
  ...new Set(own.flatMap(({ source }) => (source.of === 'profile' ? [source.field] : []))),
];

/** The values to be stored for one member, as JSON; null when there are none. Equal values give equal texts. */
export function storedOwn(own: readonly OwnMetric[], inputs: OwnInputs): string | null {
  const stored: Record<string, number | string> = {};
  for (const metric of own) {
    const value = valueOf(metric, inputs);
    if (value !== null) stored[storedNameOf(metric.definition)!] = value;
  }
  return Object.keys(stored).length === 0 ? null : JSON.stringify(stored);
}

/**
 * What the passing of days needs to know of one member's own metrics: the days of `last`, by the names of `ownDayColumn`, and
 * as `own_changes_on` the next day on which one of the counted days leaves its window.
 */
export function ownDays(own: readonly OwnMetric[], inputs: OwnInputs): MetricRow {
  const row: Record<string, number> = {};
  for (const metric of own) {
    const { read } = metric.definition;
    const value = 'ownDay' in read ? valueOf(metric, inputs) : null;
    if ('ownDay' in read && typeof value === 'number') row[ownDayColumn(read.ownDay)] = value;
  }
  const leaving = inputs.totals.flatMap(({ days, firstDay }) => (days === undefined ? [] : [firstDay + days]));
  return leaving.length === 0 ? row : { ...row, own_changes_on: Math.min(...leaving) };
}

/** How a day among the own metrics is named beside the day columns of `member_metrics`. */
export const ownDayColumn = (stored: string): string => `own:${stored}`;

function valueOf({ source, take, days }: OwnMetric, { totals, fields }: OwnInputs): number | string | null {
  if (source.of === 'profile') return fieldValue(fields.get(source.field) ?? null, source.type);
  const total = totals.find((each) => each.measure === source.measure && each.key === source.key && each.days === days);
  switch (take) {
    case 'count':
      return total?.count ?? 0;
    case 'days':
      return total?.activeDays ?? 0;
    case 'last':
      return total?.lastDay ?? null;
    case 'sum':
      // Decimals are cut off: a rule that asks for 3 is not met by 2.9.
      return Math.trunc((total?.sum ?? 0) / (source.measure === 'custom' ? CUSTOM_VALUE_PARTS : 1)) + 0;
  }
}

function fieldValue(value: FieldValue, type: 'int' | 'string'): number | string | null {
  if (value === null) return null;
  if (type === 'string') return cutToCharacters(String(value), LONGEST_FIELD_TEXT);
  if (typeof value === 'string' && value.trim() === '') return null;
  const number = Math.trunc(Number(value)) + 0;
  return Number.isSafeInteger(number) ? number : null;
}

/** Under which name the value of a metric is stored in the column `own`; null for a metric of the product. */
export const storedNameOf = ({ read }: Pick<MetricDefinition, 'read'>): string | null =>
  'own' in read ? read.own : 'ownDay' in read ? read.ownDay : null;
