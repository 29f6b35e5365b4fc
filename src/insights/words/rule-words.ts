import type { LocalizedText } from '../../domain/localized-text.js';
import type { TierLabel } from './value-words.js';

export interface RuleNames {
  readonly tier: TierLabel;
  readonly template: (key: string) => string;
}

/** The name of a rule (`tier:loyal:enter`, `stage:asleep`, `tag:高活跃`) in words. */
export function ruleWords(rule: string, names: RuleNames): LocalizedText {
  const [family = '', key = ''] = rule.split(':');
  switch (family) {
    case 'tier':
      return tierRuleWords(rule, names.tier);
    case 'stage':
      return { zh: '生命周期规则', en: 'Life-cycle rule' };
    case 'tag':
      return { zh: `标签「${afterFamily(rule)}」的规则`, en: `Rule of the tag “${afterFamily(rule)}”` };
    case 'segment':
      return { zh: '分群的规则', en: 'Rule of the segment' };
    case 'move': {
      const { zh, en } = names.tier(key);
      return { zh: `进「${zh}」分层群的规则`, en: `Rule of the groups of ${en}` };
    }
    case 'campaign': {
      const name = names.template(afterFamily(rule));
      return { zh: `模板「${name}」`, en: `Template “${name}”` };
    }
    default:
      return { zh: '系统规则', en: 'Rule of the system' };
  }
}

/** A tag may have a colon in its name. */
const afterFamily = (rule: string): string => rule.slice(rule.indexOf(':') + 1);

const tierParts: Readonly<Record<string, LocalizedText>> = {
  enter: { zh: '进入条件', en: 'enter rule' },
  stay: { zh: '保留条件', en: 'stay rule' },
  floor: { zh: '保底条件', en: 'floor' },
};

function tierRuleWords(rule: string, tierLabel: TierLabel): LocalizedText {
  const [, key = '', part = ''] = rule.split(':');
  if (key === 'lock') return { zh: '人工锁定', en: 'Locked by hand' };
  const words = tierParts[part];
  if (!words) return { zh: '其余层级都不满足', en: 'No other tier holds' };
  const { zh, en } = tierLabel(key);
  return { zh: `「${zh}」的${words.zh}`, en: `The ${words.en} of ${en}` };
}
