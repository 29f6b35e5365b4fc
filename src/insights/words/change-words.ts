import type { LocalizedText } from '../../domain/localized-text.js';
import type { RuleChange } from '../rule-changes.js';

/** `savedBy` of a version that was read from a file. */
const FROM_FILES = 'files';

/** Who made a rule what it is, when and why. `day`: the day of the change, as the reader writes it. */
export function changeWords({ label, version, by, note }: RuleChange, day: string): LocalizedText {
  const who: LocalizedText = by === FROM_FILES ? { zh: '配置文件', en: 'a config file' } : { zh: by, en: by };
  const why = note === '' ? { zh: '', en: '' } : { zh: `：${note}`, en: `: ${note}` };
  return {
    zh: `规则是 ${who.zh} 在 ${day} 定的（${label.zh}第 ${version} 版${why.zh}）`,
    en: `the rule was set by ${who.en} on ${day} (${label.en}, version ${version}${why.en})`,
  };
}
