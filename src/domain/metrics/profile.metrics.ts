import type { MetricDefinition } from './metric.js';

/** Profile of a member, and the tier and stage that the product decided. */
export const profileMetrics: readonly MetricDefinition[] = [
  {
    name: 'is_contact',
    label: { zh: '是好友', en: 'is a contact' },
    type: 'bool',
    nullable: false,
    read: { column: 'is_contact' },
  },
  {
    name: 'opted_out',
    label: { zh: '已退订', en: 'opted out' },
    type: 'bool',
    nullable: false,
    read: { column: 'opted_out' },
  },
  {
    name: 'tier',
    label: { zh: '层级', en: 'tier' },
    type: 'string',
    nullable: true,
    read: { column: 'tier' },
    visibility: 'shared',
    example: 'regular',
  },
  {
    name: 'stage',
    label: { zh: '生命周期', en: 'lifecycle stage' },
    type: 'string',
    nullable: true,
    read: { column: 'stage' },
    visibility: 'shared',
    example: 'active',
  },
  {
    name: 'region',
    label: { zh: '地区', en: 'region' },
    type: 'string',
    nullable: true,
    read: { column: 'region' },
    example: '上海',
  },
  {
    name: 'source',
    label: { zh: '来源渠道', en: 'channel of origin' },
    type: 'string',
    nullable: true,
    read: { column: 'source' },
    example: '门店扫码',
  },
];
