import type { LocalizedText } from '../../domain/localized-text.js';
import type { ReadChange, RuleChange } from '../rule-changes.js';

/** `savedBy` of a version that was read from a file. */
const FROM_FILES = 'files';

/** Who made a rule what it is, when and why, and who edited since what it reads. `day` writes a moment as a day. */
export function changeWords(change: RuleChange, day: (at: number) => string): LocalizedText {
  const { label, version, at, note, reads } = change;
  const [who, why] = [whoWords(change), whyWords(note)];
  const edits = reads.map((read) => readWords(read, day(read.at)));
  return {
    zh: `规则是 ${who.zh} 在 ${day(at)} 定的（${label.zh}第 ${version} 版${why.zh}）${edits.map(({ zh }) => zh).join('')}`,
    en: `the rule was set by ${who.en} on ${day(at)} (${label.en}, version ${version}${why.en})${edits.map(({ en }) => en).join('')}`,
  };
}

const whoWords = ({ by }: Pick<RuleChange, 'by'>): LocalizedText =>
  by === FROM_FILES ? { zh: '配置文件', en: 'a config file' } : { zh: by, en: by };

const whyWords = (note: string): LocalizedText =>
  note === '' ? { zh: '', en: '' } : { zh: `：${note}`, en: `: ${note}` };

const readKinds: Readonly<Record<ReadChange['document'], LocalizedText>> = {
  segments: { zh: '分群', en: 'segment' },
  metrics: { zh: '指标', en: 'metric' },
};

function readWords(read: ReadChange, day: string): LocalizedText {
  const [kind, who, why] = [readKinds[read.document], whoWords(read), whyWords(read.note)];
  return {
    zh: `；其中的${kind.zh}「${read.label.zh}」是 ${who.zh} 在 ${day} 改的（第 ${read.version} 版${why.zh}）`,
    en: `; the ${kind.en} “${read.label.en}” in it was changed by ${who.en} on ${day} (version ${read.version}${why.en})`,
  };
}
