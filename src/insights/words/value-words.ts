import type { LocalizedText } from '../../domain/localized-text.js';
import type { BecauseValue } from '../../domain/because.js';
import { metricsByName, type MetricValue } from '../../domain/metrics/index.js';
import { metricLabel } from './because-words.js';
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

/** `累计消费`: without the unit that the amount carries. */
export const amountLabel = (metric: string): LocalizedText => {
  const { zh, en } = metricLabel(metric);
  return { zh: zh.replace(/[（(]分[)）]$/u, ''), en: en.replace(/ \(cents\)$/u, '') };
};

const isMoney = (metric: string, unit?: BecauseValue['unit']): boolean =>
  unit === undefined ? metric.endsWith('_cents') : unit === 'cents';
const isSilence = (metric: string): boolean => metric === 'days_since_last_seen';

/** Label and unit are given of an admin's own metric. */
type Figure = Pick<BecauseValue, 'metric' | 'label' | 'unit'>;

/** `累计消费`, without the unit that its value carries. */
const metricWords = ({ metric, label }: Figure): string => {
  if (metric === 'tags') return '标签';
  return ((label ?? metricsByName.get(metric)?.label)?.zh ?? '一项已不再使用的指标').replace(/[（(]分[)）]$/u, '');
};

/** `unit`: of an admin's own metric, whose name says nothing. */
export function unitOf(metric: string, unit?: BecauseValue['unit']): string {
  const known = metricsByName.get(metric) ?? { unit };
  if (known.unit === 'days') return '天';
  if (known.unit === 'percent') return '%';
  if (known.unit === 'permille') return '‰';
  if (known.unit === 'month') return '月';
  return counted.find(([pattern]) => pattern.test(metric))?.[1] ?? (known.unit === 'times' ? '次' : '');
}

/** A value in words: money in yuan, days and counts with their unit, tiers and stages by label. */
function valueWords({ metric, unit: ownUnit }: Figure, value: MetricValue, tierLabel: TierLabel): string {
  if (value === null || value === '') return '无';
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (typeof value === 'number') {
    if (isMoney(metric, ownUnit)) return money(value);
    const unit = unitOf(metric, ownUnit);
    return unit === '' ? thousands(value) : `${thousands(value)} ${unit}`;
  }
  if (metric === 'tier') return tierLabel(value).zh;
  if (metric === 'stage') return layerLabel(metric, value)?.zh ?? '未知阶段';
  return layerLabel(metric, value)?.zh ?? value;
}

const comparisons: Readonly<Record<string, (value: string) => string>> = {
  '≥': (value) => `至少 ${value}`,
  '>': (value) => `超过 ${value}`,
  '≤': (value) => `最多 ${value}`,
  '<': (value) => `不到 ${value}`,
  '=': (value) => `要求是${value}`,
  '≠': (value) => `要求不是${value}`,
  '∈': (value) => `要求是其中之一：${value}`,
  '∉': (value) => `要求不是：${value}`,
  含: (value) => `要求含「${value}」`,
  不含: (value) => `要求不含「${value}」`,
  开头是: (value) => `要求开头是「${value}」`,
  开头不是: (value) => `要求开头不是「${value}」`,
  有: (value) => `要求有「${value}」`,
  没有: (value) => `要求没有「${value}」`,
};

/** A requirement (`≥ 121237`) in words (`至少 ¥1,212.37`). */
function needWords(figure: Figure, need: string, tierLabel: TierLabel): string {
  const orEmpty = need.endsWith(' 或为空');
  const asked = (orEmpty ? need.slice(0, -' 或为空'.length) : need).trim();
  const said = asked === '为空' || asked === '不为空' ? `要求${asked}` : comparisonWords(figure, asked, tierLabel);
  return orEmpty ? `${said}，或没有记录` : said;
}

function comparisonWords(figure: Figure, asked: string, tierLabel: TierLabel): string {
  const [, sign = '', value = ''] = /^(≥|>|≤|<|=|≠|∈|∉|含|不含|开头是|开头不是|有|没有)\s*(.*)$/su.exec(asked) ?? [];
  const say = comparisons[sign];
  if (!say) return `要求${asked}`;
  const one = (part: string): string => {
    if (part === '—') return '没有记录';
    if (part === '是' || part === '否') return part;
    return valueWords(figure, /^-?\d+(\.\d+)?$/u.test(part) ? Number(part) : part, tierLabel);
  };
  return say(sign === '∈' || sign === '∉' ? value.split('、').map(one).join('、') : one(value));
}

/** `近90天消费 ¥1,079.25（至少 ¥1,212.37）`, `60 天没来（满 60 天）`: each figure once, with all its requirements. */
export function becauseValueWords(values: readonly BecauseValue[], tierLabel: TierLabel, most: number): string[] {
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

function figureWords(value: BecauseValue, needs: readonly string[], tierLabel: TierLabel): string {
  const { metric, have } = value;
  if (metric === 'segment') {
    const name = /^(?:有|没有)\s*(.*)$/su.exec(needs[0] ?? '')?.[1] ?? '';
    return `${have === true ? '在' : '不在'}分群「${name}」里`;
  }
  if (metric === 'tags') {
    const name = /^(?:有|没有)\s*(.*)$/su.exec(needs[0] ?? '')?.[1];
    return name === undefined
      ? `标签：${have === true ? '有' : '没有'}`
      : `${have === true ? '有' : '没有'}标签「${name}」`;
  }
  const asked = needs.map((need) => {
    const days = isSilence(metric) ? /^≥\s*(\d+)$/u.exec(need)?.[1] : undefined;
    return days === undefined ? needWords(value, need, tierLabel) : `满 ${days} 天`;
  });
  const is =
    isSilence(metric) && typeof have === 'number'
      ? have === 0
        ? '今天来过'
        : `${thousands(have)} 天没来`
      : `${metricWords(value)} ${valueWords(value, have, tierLabel)}`;
  return asked.length === 0 ? is : `${is}（${asked.join('，')}）`;
}
