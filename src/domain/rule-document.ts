import type { LocalizedText } from './localized-text.js';

/** The parts of the rules. Each is one YAML text, with a version history of its own. */
export const ruleDocuments = [
  'tiers',
  'tags',
  'stages',
  'metrics',
  'segments',
  'sending',
  'calendar',
  'series',
  'group-texts',
  'words',
  'operators',
  'contact-ways',
] as const;

export type RuleDocument = (typeof ruleDocuments)[number];

export const documentLabels: Readonly<Record<RuleDocument, LocalizedText>> = {
  tiers: { zh: '层级', en: 'Tiers' },
  tags: { zh: '标签', en: 'Tags' },
  stages: { zh: '生命周期与 KOL', en: 'Life-cycle stages and KOL' },
  metrics: { zh: '自定义指标', en: 'Own metrics' },
  segments: { zh: '分群', en: 'Segments' },
  sending: { zh: '发送规则', en: 'Sending' },
  calendar: { zh: '日历', en: 'Calendar' },
  'group-texts': { zh: '群里的话', en: 'Texts in groups' },
  words: { zh: '用词', en: 'Words' },
  series: { zh: '系列', en: 'Series' },
  operators: { zh: '运营人员', en: 'Operators' },
  'contact-ways': { zh: '渠道活码', en: 'Contact codes' },
};

export const isRuleDocument = (name: string): name is RuleDocument => ruleDocuments.some((known) => known === name);
