import { metricsByName } from '../../domain/metrics/index.js';
import { onOneLine } from '../../domain/shown-name.js';
import { becauseFrom } from './because-words.js';
import { labelFrom } from './stored-words.js';
import { becauseValueWords, type TierLabel } from './value-words.js';

const FIGURES_SHOWN = 2;

/** The stored JSON of a decision. */
interface StoredWords {
  readonly title: string;
  readonly because: string | null;
}

interface DecisionWords {
  readonly title: RegExp;
  readonly words: (...parts: string[]) => string;
  readonly isGain: boolean;
}

/** A decision in words for the member it is about, by the title that staff read. Other decisions are not shown to members. */
const kindWords: readonly DecisionWords[] = [
  { title: /^层级定为(.+)$/u, words: (to) => `你的等级定为「${to}」`, isGain: true },
  { title: /^层级升为(.+?)(?:（原.*）)?$/u, words: (to) => `你升到了「${to}」`, isGain: true },
  { title: /^层级降为(.+?)(?:（原.*）)?$/u, words: (to) => `你的等级变成了「${to}」`, isGain: false },
  { title: /^层级锁定为(.+?)(?:（原.*）)?$/u, words: (to) => `同事把你的等级定为「${to}」`, isGain: true },
  {
    title: /^不再满足(.+)，宽限后将降为(.+)$/u,
    words: (from, to) => `「${from}」先为你留着，之后会变成「${to}」`,
    isGain: false,
  },
  { title: /^重新满足(.+)，不再降级$/u, words: (tier) => `「${tier}」稳住了`, isGain: true },
  { title: /^计划换到「(.+)」$/u, words: (group) => `为你留了「${group}」的位置`, isGain: true },
];

/** Null for a decision that is not shown to members. */
export function decisionForMember({ title, because }: StoredWords, tier: TierLabel): string | null {
  const said = onOneLine(labelFrom(title).zh);
  for (const { title: pattern, words, isGain } of kindWords) {
    const found = pattern.exec(said);
    if (!found) continue;
    // A rule with alternatives names figures that are 0, too: they are the ground of a loss, never of a gain.
    const figures = (becauseFrom(because)?.values ?? []).filter(
      ({ metric, have }) => isForMembers(metric) && !(isGain && have === 0),
    );
    const grounds = becauseValueWords(figures, tier, FIGURES_SHOWN);
    return grounds.length === 0 ? words(...found.slice(1)) : `${words(...found.slice(1))}，因为${grounds.join('，')}`;
  }
  return null;
}

/** Figures of the member that they can know of: thresholds of the corp, a level among all members, tags and stages are not. */
export function isForMembers(metric: string): boolean {
  const known = metricsByName.get(metric);
  return known?.type === 'int' && !('corp' in known.read) && metric !== 'kol_level';
}
