import type { MetricValue } from '../api/timeline.js';
import type { Texts } from '../i18n/i18n.js';

export const yuan = (cents: number): string =>
  new Intl.NumberFormat('zh-CN', {
    style: 'currency',
    currency: 'CNY',
    minimumFractionDigits: cents % 100 === 0 ? 0 : 2,
  }).format(cents / 100);

export const count = (n: number): string => new Intl.NumberFormat('en-US').format(n);

/** The name's ending tells that a metric is money, so the values of a rule need no unit. */
const isMoney = (metric: string): boolean => metric.endsWith('_cents');

const isDays = (metric: string): boolean =>
  metric.startsWith('days_since') || metric.startsWith('checkin_streak') || metric === 'checkins_missed';

/** Amounts are shown in yuan, so "（分）" is removed from the label. */
export const metricLabel = (metric: string, label: string): string =>
  isMoney(metric) ? label.replace(/\s*[（(](分|cents)[）)]/, '') : label;

export function readValue(metric: string, value: MetricValue | undefined, { t, name }: Texts): string {
  if (value === null || value === undefined || value === '') return t('value.none');
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no');
  if (typeof value === 'number') {
    if (isMoney(metric)) return yuan(value);
    if (metric.endsWith('_percent')) return `${count(value)}%`;
    if (metric.endsWith('_rank')) return `${count(value)}‰`;
    if (metric === 'birthday_month') return t('value.month', { n: value });
    return isDays(metric) ? t('value.days', { n: count(value) }) : count(value);
  }
  if (metric === 'gender') return t(value === 'male' ? 'value.male' : 'value.female');
  return metric === 'tier' || metric === 'stage' ? name(metric, value) : value;
}

const signs: Readonly<Record<string, string>> = { '>=': '≥', '<=': '≤', '==': '=', '!=': '≠' };

/** Turns a threshold in CEL (`>= 300000`) into `≥ ¥3,000`. */
export function readNeed(metric: string, need: string, texts: Texts): string {
  return need
    .replace(/>=|<=|==|!=/g, (sign) => signs[sign] ?? sign)
    .replace(/\btrue\b/g, texts.t('value.yes'))
    .replace(/\bfalse\b/g, texts.t('value.no'))
    .replace(/\d+(\.\d+)?/g, (digits) => (isMoney(metric) ? yuan(Number(digits)) : digits));
}

/** Progress of `have` towards an "at least n" threshold, 0 to 1; null for another kind of threshold. */
export function progressTo(have: MetricValue, need: string): number | null {
  const atLeast = /^\s*(?:>=?|≥)\s*(\d+(?:\.\d+)?)\s*$/.exec(need)?.[1];
  if (typeof have !== 'number' || atLeast === undefined) return null;
  const goal = Number(atLeast);
  return goal <= 0 ? 1 : Math.max(0, Math.min(1, have / goal));
}
