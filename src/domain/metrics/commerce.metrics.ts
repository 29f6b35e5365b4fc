import type { DailyCount, DailySum } from './daily-counts.js';
import { family, within, type Window } from './family.js';
import type { MetricDefinition, MetricRow, NextStep } from './metric.js';

const sumOf =
  (of: DailyCount) =>
  (days: Window): { readonly sum: DailySum } => ({ sum: days === undefined ? { of } : { of, days } });

const order: NextStep = {
  act: 'order',
  say: (n) => `再下 ${n} 单`,
  sayEn: (n) => `${n} more ${n === 1 ? 'order' : 'orders'}`,
  effort: 60,
};
const yuan = (cents: number): string => `¥${Math.ceil(cents / 100).toLocaleString('zh-CN')}`;
const spend: NextStep = {
  act: 'spend',
  say: (n) => `消费再满 ${yuan(n)}`,
  sayEn: (n) => `${yuan(n)} more spent`,
  effort: 0.002,
};

/** Whole cents, half a cent rounded up; null without an order. */
const averageOf =
  (money: string, orders: string) =>
  (figures: MetricRow): number | null => {
    const n = Number(figures[orders] ?? 0);
    return n > 0 ? Math.round(Number(figures[money] ?? 0) / n) : null;
  };

const topCategory = (name: string, span: { readonly zh: string; readonly en: string }): readonly MetricDefinition[] => [
  {
    name,
    label: { zh: `${span.zh}最常买的品类`, en: `category ordered most${span.en}` },
    section: 'commerce',
    meaning: {
      zh: '订单最多的品类，一样多就看金额；订单都没报品类就没有值',
      en: 'the category with the most orders, then the most money; no value when no order names a category',
    },
    type: 'string',
    nullable: true,
    read: { column: name },
    example: '茶叶',
  },
  {
    name: `${name}_percent`,
    label: { zh: `${span.zh}最常买的品类占比`, en: `share of the category ordered most${span.en}` },
    section: 'commerce',
    meaning: {
      zh: '这个品类的订单占全部订单的百分比（没报品类的订单也在分母里），去掉小数',
      en: 'orders of that category in per cent of all orders, those without a category included, cut to a whole number',
    },
    type: 'int',
    unit: 'percent',
    nullable: true,
    read: { column: `${name}_percent` },
  },
];

/** Purchases of a member. Money is integer cents less refunds; a fully refunded order does not count. */
export const commerceMetrics: readonly MetricDefinition[] = [
  ...family({
    stem: 'orders',
    label: { zh: '订单', en: 'orders' },
    section: 'commerce',
    meaning: {
      zh: '已付款、没有全额退款的订单，算在付款那天',
      en: 'paid orders that were not refunded in full, on the day they were paid',
    },
    source: sumOf('orders'),
    nextStep: () => order,
  }),
  ...family({
    stem: 'spend',
    label: { zh: '消费', en: 'spend' },
    unit: 'cents',
    section: 'commerce',
    meaning: {
      zh: '这些订单的金额减去部分退款，算在付款那天',
      en: 'the amounts of these orders less partial refunds, on the day they were paid',
    },
    source: sumOf('spend_cents'),
    nextStep: (days) => ({ ...spend, ...within(days) }),
  }),
  {
    name: 'average_order_cents',
    label: { zh: '平均每单消费（分）', en: 'average order, all time (cents)' },
    section: 'commerce',
    meaning: {
      zh: '累计消费除以累计订单，四舍五入到分；没有订单就没有值',
      en: 'spend over orders of all time, in whole cents; no value without an order',
    },
    type: 'int',
    unit: 'cents',
    nullable: true,
    read: { column: 'average_order_cents' },
    compute: averageOf('spend_total_cents', 'orders_total'),
  },
  {
    name: 'average_order_90d_cents',
    label: { zh: '近90天平均每单消费（分）', en: 'average order, 90 days (cents)' },
    section: 'commerce',
    meaning: {
      zh: '近 90 天消费除以近 90 天订单，四舍五入到分；没有订单就没有值',
      en: 'spend over orders of 90 days, in whole cents; no value without an order',
    },
    type: 'int',
    unit: 'cents',
    nullable: true,
    read: { column: 'average_order_90d_cents' },
    compute: averageOf('spend_90d_cents', 'orders_90d'),
  },
  ...topCategory('top_category', { zh: '累计', en: ', all time' }),
  ...topCategory('top_category_90d', { zh: '近90天', en: ', 90 days' }),
  {
    name: 'days_since_last_order',
    label: { zh: '距上次下单天数', en: 'days since last order' },
    section: 'commerce',
    type: 'int',
    unit: 'days',
    nullable: true,
    read: { daysSince: 'last_order_day' },
    nextStep: { ...order, say: () => '再下 1 单', sayEn: () => '1 more order' },
  },
  ...family({
    stem: 'refunds',
    label: { zh: '退款', en: 'refunds' },
    section: 'commerce',
    meaning: {
      zh: '退款次数，算在退款那天；同一单分几次退就是几次',
      en: 'refunds, on the day of the refund; an order refunded in parts has several',
    },
    source: sumOf('refunds'),
  }),
  ...family({
    stem: 'refunded',
    label: { zh: '退款金额', en: 'money refunded' },
    unit: 'cents',
    section: 'commerce',
    meaning: {
      zh: '退回的钱，算在退款那天；一单最多退它付过的钱',
      en: 'money given back, on the day of the refund; for one order never more than it cost',
    },
    source: sumOf('refunded_cents'),
  }),
  {
    name: 'days_since_last_refund',
    label: { zh: '距上次退款天数', en: 'days since last refund' },
    section: 'commerce',
    type: 'int',
    unit: 'days',
    nullable: true,
    read: { daysSince: 'last_refund_day' },
    sum: { lastDayOf: 'refunds' },
  },
  {
    name: 'spend_90d_top_fifth_cents',
    label: { zh: '消费前20%的门槛（分）', en: 'spend that makes the top fifth (cents)' },
    section: 'corp',
    type: 'int',
    unit: 'cents',
    nullable: true,
    read: { corp: 'spend_90d_top_fifth_cents' },
  },
];
