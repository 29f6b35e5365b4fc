import type { TierLabel } from './value-words.js';

/** The name of a rule (`tier:loyal:enter`, `stage:asleep`, `tag:高活跃`) in words. */
export function ruleWords(
  rule: string,
  names: { readonly tier: TierLabel; readonly template: (key: string) => string },
): string {
  const [family = '', key = '', part = ''] = rule.split(':');
  switch (family) {
    case 'tier':
      if (key === 'lock') return '人工锁定';
      if (part === 'enter') return `「${names.tier(key).zh}」的进入条件`;
      if (part === 'floor') return `「${names.tier(key).zh}」的保底条件`;
      if (part === 'stay') return `「${names.tier(key).zh}」的保留条件`;
      return '其余层级都不满足';
    case 'stage':
      return '生命周期规则';
    case 'tag':
      return `标签「${rule.slice('tag:'.length)}」的规则`;
    case 'move':
      return `进「${names.tier(key).zh}」分层群的规则`;
    case 'campaign':
      return `模板「${names.template(key)}」`;
    default:
      return '系统规则';
  }
}
