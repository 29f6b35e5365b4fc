import type { LocalizedText } from '../localized-text.js';
import type { MetricDefinition } from './metric.js';

const score = (name: string, label: LocalizedText): MetricDefinition => ({
  name,
  label,
  section: 'profile',
  type: 'int',
  unit: 'level',
  nullable: true,
  read: { column: name },
  writtenBy: 'decision',
});

/** Layers that each evaluation decides, before the tier. */
export const layerMetrics: readonly MetricDefinition[] = [
  {
    name: 'rfm',
    label: { zh: 'RFM 分群', en: 'RFM segment' },
    section: 'profile',
    type: 'string',
    nullable: true,
    read: { column: 'rfm' },
    writtenBy: 'decision',
    example: 'important_value',
  },
  score('rfm_r', { zh: 'RFM 最近一次得分', en: 'RFM recency score' }),
  score('rfm_f', { zh: 'RFM 频次得分', en: 'RFM frequency score' }),
  score('rfm_m', { zh: 'RFM 金额得分', en: 'RFM money score' }),
  {
    name: 'argo',
    label: { zh: 'ARGO 阶段', en: 'ARGO stage' },
    section: 'profile',
    type: 'string',
    nullable: true,
    read: { column: 'argo' },
    writtenBy: 'decision',
    example: 'growth',
  },
  {
    name: 'is_key',
    label: { zh: '是重点成员', en: 'is a key member' },
    section: 'profile',
    type: 'bool',
    nullable: false,
    read: { column: 'is_key' },
    writtenBy: 'decision',
  },
  {
    name: 'key_member_score',
    label: { zh: '重点成员的门槛分', en: 'score that makes a key member' },
    section: 'corp',
    type: 'int',
    nullable: true,
    read: { corp: 'key_member_score' },
  },
];
