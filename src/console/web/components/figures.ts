import type { MetricValue } from '../api/timeline.js';
import type { Texts } from '../i18n/i18n.js';
import type { TextKey } from '../i18n/zh.js';

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

/** What a requirement says in words rather than with a sign, as it is stored. */
const needWords: Readonly<Record<string, TextKey>> = {
  含: 'need.contains',
  不含: 'need.containsNot',
  开头是: 'need.starts',
  开头不是: 'need.startsNot',
  为空: 'need.empty',
  不为空: 'need.notEmpty',
  有: 'need.has',
  没有: 'need.hasNot',
  是: 'value.yes',
  否: 'value.no',
};

/** Turns a stored requirement (`>= 300000`, `有 高活跃`) into words: `≥ ¥3,000`, `has 高活跃`. */
export function readNeed(metric: string, need: string, texts: Texts): string {
  const orEmpty = need.endsWith(' 或为空');
  const [head = '', ...rest] = (orEmpty ? need.slice(0, -' 或为空'.length) : need).split(' ');
  const asked = rest.join(' ');
  // After a sign 是 and 否 are yes and no; after a word (`有 是`) they are somebody's text.
  const wanted = head in needWords ? asked : word(nameOf(metric, asked, texts), texts);
  const said = `${word(head, texts)} ${wanted}`
    .trim()
    .replace(/>=|<=|==|!=/g, (sign) => signs[sign] ?? sign)
    .replace(/\d+(\.\d+)?/g, (digits) => (isMoney(metric) ? yuan(Number(digits)) : digits));
  return orEmpty ? `${said}${texts.t('need.orEmpty')}` : said;
}

const word = (part: string, { t }: Texts): string => {
  const key = needWords[part];
  return key === undefined ? part : t(key);
};

/** Tiers and stages have names, of several too: `member、loyal`. */
const nameOf = (metric: string, part: string, { name }: Texts): string =>
  metric === 'tier' || metric === 'stage'
    ? part
        .split('、')
        .map((key) => name(metric, key))
        .join('、')
    : part;

/** Progress of `have` towards an "at least n" threshold, 0 to 1; null for another kind of threshold. */
export function progressTo(have: MetricValue, need: string): number | null {
  const atLeast = /^\s*(?:>=?|≥)\s*(\d+(?:\.\d+)?)\s*$/.exec(need)?.[1];
  if (typeof have !== 'number' || atLeast === undefined) return null;
  const goal = Number(atLeast);
  return goal <= 0 ? 1 : Math.max(0, Math.min(1, have / goal));
}
