import type { MetricDefinition } from './metric.js';

const figure = (name: string, unit: 'times' | 'cents', zh: string, en: string): MetricDefinition => ({
  name,
  label: { zh, en },
  type: 'int',
  unit,
  nullable: false,
  read: { column: name },
});

/** What a member buys. Money is integer cents, refunds taken off; a full refund takes its order off, too. */
export const commerceMetrics: readonly MetricDefinition[] = [
  figure('orders_total', 'times', '累计订单', 'orders, all time'),
  figure('orders_90d', 'times', '近90天订单', 'orders, 90 days'),
  figure('orders_30d', 'times', '近30天订单', 'orders, 30 days'),
  figure('spend_total_cents', 'cents', '累计消费（分）', 'spend, all time (cents)'),
  figure('spend_90d_cents', 'cents', '近90天消费（分）', 'spend, 90 days (cents)'),
  {
    name: 'days_since_last_order',
    label: { zh: '距上次下单天数', en: 'days since last order' },
    type: 'int',
    unit: 'days',
    nullable: true,
    read: { daysSince: 'last_order_day' },
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
