import type { LocalizedText } from '../localized-text.js';
import type { MetricDefinition, NextStep } from './metric.js';

const figure = (
  name: string,
  unit: 'times' | 'cents',
  label: LocalizedText,
  options: Pick<MetricDefinition, 'sum' | 'nextStep'>,
): MetricDefinition => ({ name, label, type: 'int', unit, nullable: false, read: { column: name }, ...options });

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

/** Purchases of a member. Money is integer cents less refunds; a fully refunded order does not count. */
export const commerceMetrics: readonly MetricDefinition[] = [
  figure(
    'orders_total',
    'times',
    { zh: '累计订单', en: 'orders, all time' },
    { sum: { of: 'orders' }, nextStep: order },
  ),
  figure(
    'orders_90d',
    'times',
    { zh: '近90天订单', en: 'orders, 90 days' },
    { sum: { of: 'orders', days: 90 }, nextStep: order },
  ),
  figure(
    'orders_30d',
    'times',
    { zh: '近30天订单', en: 'orders, 30 days' },
    { sum: { of: 'orders', days: 30 }, nextStep: order },
  ),
  figure(
    'spend_total_cents',
    'cents',
    { zh: '累计消费（分）', en: 'spend, all time (cents)' },
    { sum: { of: 'spend_cents' }, nextStep: spend },
  ),
  figure(
    'spend_90d_cents',
    'cents',
    { zh: '近90天消费（分）', en: 'spend, 90 days (cents)' },
    { sum: { of: 'spend_cents', days: 90 }, nextStep: { ...spend, within: '近 90 天' } },
  ),
  {
    name: 'days_since_last_order',
    label: { zh: '距上次下单天数', en: 'days since last order' },
    type: 'int',
    unit: 'days',
    nullable: true,
    read: { daysSince: 'last_order_day' },
    nextStep: { ...order, say: () => '再下 1 单', sayEn: () => '1 more order' },
  },
  {
    name: 'spend_90d_top_fifth_cents',
    label: { zh: '消费前20%的门槛（分）', en: 'spend that makes the top fifth (cents)' },
    type: 'int',
    unit: 'cents',
    nullable: true,
    read: { corp: 'spend_90d_top_fifth_cents' },
  },
];
