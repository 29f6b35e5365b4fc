import type { LocalizedText } from '../../domain/localized-text.js';
import type { BecauseValue } from '../../domain/because.js';
import { metricsByName, type MetricValue } from '../../domain/metrics/index.js';
import { metricLabel } from './metric-words.js';
import { layerLabel } from './layer-words.js';

/** Gives the label of a tier by its key. */
export type TierLabel = (key: string) => LocalizedText;

const thousands = (n: number): string => new Intl.NumberFormat('en-US').format(n);

/** `¥1,079.25`, `¥99` */
export const money = (cents: number): string =>
  `${cents < 0 ? '-' : ''}¥${new Intl.NumberFormat('en-US', { minimumFractionDigits: cents % 100 === 0 ? 0 : 2, maximumFractionDigits: 2 }).format(Math.abs(cents) / 100)}`;

/** Counting units by the metric's name. */
const counted: readonly (readonly [RegExp, string])[] = [
  [/^(orders|refunds|invited_orders)_/, '笔'],
  [/^(corp_)?(messages|posts|ads)_/, '条'],
  [/^active_days_/, '天'],
  [/^(invites|friends)_/, '位'],
  [/^groups_/, '个'],
  [/^kol_level$/, '级'],
];

/** `1,079`, money `¥1,079`: without a unit in words. */
export const amountWords = (metric: string, amount: number): string =>
  isMoney(metric) ? money(amount) : thousands(amount);

/** A label without the unit that its value carries. */
const withoutCents = ({ zh, en }: LocalizedText): LocalizedText => ({
  zh: zh.replace(/[（(]分[)）]$/u, ''),
  en: en.replace(/ \(cents\)$/u, ''),
});

/** A label within a sentence: `orders, 90 days` is the name in a list, in a sentence it is `orders in 90 days`. */
export function sentenceLabel(label: LocalizedText): LocalizedText {
  const { zh, en } = withoutCents(label);
  return { zh, en: en.replace(/, (\d+ days)$/u, ' in $1').replace(/, all time$/u, ' of all time') };
}

/** `累计消费`: without the unit that the amount carries. */
export const amountLabel = (metric: string): LocalizedText => withoutCents(metricLabel(metric));

const isMoney = (metric: string, unit?: BecauseValue['unit']): boolean =>
  unit === undefined ? metric.endsWith('_cents') : unit === 'cents';
const isSilence = (metric: string): boolean => metric === 'days_since_last_seen';

/** Label and unit are given of an admin's own metric. */
type Figure = Pick<BecauseValue, 'metric' | 'label' | 'unit'>;

const both = (zh: string, en: string): LocalizedText => ({ zh, en });
const same = (words: string): LocalizedText => both(words, words);
const yes = both('是', 'yes');
const no = both('否', 'no');

/** `累计消费`, without the unit that its value carries. */
const metricWords = ({ metric, label }: Figure): LocalizedText => {
  if (metric === 'tags') return metricLabel(metric);
  const known = label ?? metricsByName.get(metric)?.label ?? both('一项已不再使用的指标', 'a figure no longer in use');
  return sentenceLabel(known);
};

/** `unit`: of an admin's own metric, whose name says nothing. */
export function unitOf(metric: string, unit?: BecauseValue['unit']): string {
  const known = metricsByName.get(metric) ?? { unit };
  if (known.unit === 'days') return '天';
  if (known.unit === 'percent') return '%';
  if (known.unit === 'permille') return '‰';
  if (known.unit === 'month') return '月';
  if (known.unit === 'hour') return '点';
  return counted.find(([pattern]) => pattern.test(metric))?.[1] ?? (known.unit === 'times' ? '次' : '');
}

const englishUnits: Readonly<Record<string, string>> = {
  days: 'days',
  percent: '%',
  permille: '‰',
  month: 'month',
  hour: "o'clock",
};

/** The unit after a number in a form. Counts have none in English: `orders at least 3`. */
export const unitLabel = (metric: string, unit?: BecauseValue['unit']): LocalizedText => ({
  zh: unitOf(metric, unit),
  en: englishUnits[unit ?? ''] ?? '',
});

/** A value in words: money in yuan, days and counts with their unit in Chinese, tiers and stages by label. */
function valueWords({ metric, unit: ownUnit }: Figure, value: MetricValue, tierLabel: TierLabel): LocalizedText {
  if (value === null || value === '') return both('无', 'none');
  if (typeof value === 'boolean') return value ? yes : no;
  if (typeof value === 'number') {
    if (isMoney(metric, ownUnit)) return same(money(value));
    const unit = unitOf(metric, ownUnit);
    return both(unit === '' ? thousands(value) : `${thousands(value)} ${unit}`, thousands(value));
  }
  if (metric === 'tier') return tierLabel(value);
  if (metric === 'stage') return layerLabel(metric, value) ?? both('未知阶段', 'an unknown stage');
  return layerLabel(metric, value) ?? same(value);
}

const comparisons: Readonly<Record<string, (value: LocalizedText) => LocalizedText>> = {
  '≥': ({ zh, en }) => both(`至少 ${zh}`, `at least ${en}`),
  '>': ({ zh, en }) => both(`超过 ${zh}`, `more than ${en}`),
  '≤': ({ zh, en }) => both(`最多 ${zh}`, `at most ${en}`),
  '<': ({ zh, en }) => both(`不到 ${zh}`, `less than ${en}`),
  '=': ({ zh, en }) => both(`要求是${zh}`, `${en} asked for`),
  '≠': ({ zh, en }) => both(`要求不是${zh}`, `anything but ${en} asked for`),
  '∈': ({ zh, en }) => both(`要求是其中之一：${zh}`, `one of these asked for: ${en}`),
  '∉': ({ zh, en }) => both(`要求不是：${zh}`, `none of these asked for: ${en}`),
  含: ({ zh, en }) => both(`要求含「${zh}」`, `must contain “${en}”`),
  不含: ({ zh, en }) => both(`要求不含「${zh}」`, `must not contain “${en}”`),
  开头是: ({ zh, en }) => both(`要求开头是「${zh}」`, `must start with “${en}”`),
  开头不是: ({ zh, en }) => both(`要求开头不是「${zh}」`, `must not start with “${en}”`),
  有: ({ zh, en }) => both(`要求有「${zh}」`, `“${en}” asked for`),
  没有: ({ zh, en }) => both(`要求没有「${zh}」`, `must be without “${en}”`),
};

const emptiness: Readonly<Record<string, LocalizedText>> = {
  为空: both('要求为空', 'must be unknown'),
  不为空: both('要求不为空', 'must be known'),
};

/** A requirement (`≥ 121237`) in words (`至少 ¥1,212.37`). */
function needWords(figure: Figure, need: string, tierLabel: TierLabel): LocalizedText {
  const orEmpty = need.endsWith(' 或为空');
  const asked = (orEmpty ? need.slice(0, -' 或为空'.length) : need).trim();
  const said = emptiness[asked] ?? comparisonWords(figure, asked, tierLabel);
  return orEmpty ? both(`${said.zh}，或没有记录`, `${said.en}, or unknown`) : said;
}

function comparisonWords(figure: Figure, asked: string, tierLabel: TierLabel): LocalizedText {
  const [, sign = '', value = ''] = /^(≥|>|≤|<|=|≠|∈|∉|含|不含|开头是|开头不是|有|没有)\s*(.*)$/su.exec(asked) ?? [];
  const say = comparisons[sign];
  if (!say) return both(`要求${asked}`, `asked for: ${asked}`);
  const one = (part: string): LocalizedText => {
    if (part === '—') return both('没有记录', 'unknown');
    if (part === '是') return yes;
    if (part === '否') return no;
    return valueWords(figure, /^-?\d+(\.\d+)?$/u.test(part) ? Number(part) : part, tierLabel);
  };
  if (sign !== '∈' && sign !== '∉') return say(one(value));
  const list = value.split('、').map(one);
  return say(both(list.map(({ zh }) => zh).join('、'), list.map(({ en }) => en).join(', ')));
}

/** `近90天消费 ¥1,079.25（至少 ¥1,212.37）`, `60 天没来（满 60 天）`: each figure once, with all its requirements. */
export function becauseValueWords(
  values: readonly BecauseValue[],
  tierLabel: TierLabel,
  most: number,
): LocalizedText[] {
  const byFigure = new Map<string, { readonly value: BecauseValue; readonly needs: Set<string> }>();
  for (const value of values) {
    // For tags and segments the name is part of the requirement.
    const isNamed = value.metric === 'tags' || value.metric === 'segment';
    const key = isNamed ? `${value.metric} ${value.need ?? ''}` : value.metric;
    const figure = byFigure.get(key) ?? { value, needs: new Set<string>() };
    if (value.need !== undefined) figure.needs.add(value.need);
    byFigure.set(key, figure);
  }
  return [...byFigure.values()].slice(0, most).map(({ value, needs }) => figureWords(value, [...needs], tierLabel));
}

function figureWords(value: BecauseValue, needs: readonly string[], tierLabel: TierLabel): LocalizedText {
  const { metric, have } = value;
  const name = /^(?:有|没有)\s*(.*)$/su.exec(needs[0] ?? '')?.[1];
  if (metric === 'segment') {
    const { zh, en } = value.label ?? same(name ?? '');
    return have === true
      ? both(`在分群「${zh}」里`, `in the segment “${en}”`)
      : both(`不在分群「${zh}」里`, `not in the segment “${en}”`);
  }
  if (metric === 'tags') {
    const has = have === true;
    if (name === undefined) return both(`标签：${has ? '有' : '没有'}`, `the tag: ${has ? 'yes' : 'no'}`);
    return both(`${has ? '有' : '没有'}标签「${name}」`, `${has ? 'with' : 'without'} the tag “${name}”`);
  }
  const asked = needs.map((need) => {
    const days = isSilence(metric) ? /^≥\s*(\d+)$/u.exec(need)?.[1] : undefined;
    return days === undefined
      ? needWords(value, need, tierLabel)
      : both(`满 ${days} 天`, `${days} ${days === '1' ? 'day' : 'days'} or more`);
  });
  const is = figureIs(value, tierLabel);
  if (asked.length === 0) return is;
  return both(
    `${is.zh}（${asked.map(({ zh }) => zh).join('，')}）`,
    `${is.en} (${asked.map(({ en }) => en).join(', ')})`,
  );
}

function figureIs(value: BecauseValue, tierLabel: TierLabel): LocalizedText {
  const { metric, have } = value;
  if (isSilence(metric) && typeof have === 'number')
    return have === 0
      ? both('今天来过', 'seen today')
      : both(`${thousands(have)} 天没来`, `not seen for ${thousands(have)} ${have === 1 ? 'day' : 'days'}`);
  const [label, words] = [metricWords(value), valueWords(value, have, tierLabel)];
  return both(`${label.zh} ${words.zh}`, `${label.en}: ${words.en}`);
}
