import type { BecauseValue } from '../../domain/because.js';
import type { DecisionCode } from '../../domain/decision-record.js';
import type { LocalizedText } from '../../domain/localized-text.js';
import { metricsByName, nextStepOf } from '../../domain/metrics/index.js';
import { becauseFrom } from './because-words.js';
import { labelFrom } from './stored-words.js';
import { amountLabel, amountWords, becauseValueWords, type TierLabel } from './value-words.js';

const FIGURES_SHOWN = 3;

/** A decision in words for the member it is about: for 为什么 and for their page. */
export interface DecisionForMember {
  readonly said: LocalizedText;
  /** The figures that spoke for it; null when there are none that a member can raise. */
  readonly grounds: LocalizedText | null;
}

type TierCode = Extract<DecisionCode, 'first' | 'up' | 'down' | 'locked' | 'warned' | 'recovered' | 'held'>;

const tierWords: Readonly<Record<TierCode, (tier: LocalizedText) => LocalizedText>> = {
  first: ({ zh, en }) => ({ zh: `从「${zh}」开始，欢迎你。`, en: `You began as ${en}. Welcome.` }),
  up: ({ zh, en }) => ({ zh: `升到了「${zh}」，恭喜。`, en: `You moved up to ${en}. Congratulations.` }),
  down: ({ zh, en }) => ({
    zh: `调整为「${zh}」。条件够了，随时会再升回来。`,
    en: `Your level is now ${en}. You can move up again at any time.`,
  }),
  locked: ({ zh, en }) => ({ zh: `顾问为你保留了「${zh}」。`, en: `Our staff keep ${en} for you.` }),
  warned: ({ zh, en }) => ({
    zh: `「${zh}」的条件最近有点不够，先为你留着，不着急。`,
    en: `You are a little short of ${en} now. It is kept for you for a while.`,
  }),
  held: ({ zh, en }) => ({
    zh: `最近等级变动有点多，先为你留在「${zh}」。`,
    en: `Your level has changed often lately. You stay at ${en} for now.`,
  }),
  recovered: ({ zh, en }) => ({
    zh: `又满足了「${zh}」的条件，等级不变。`,
    en: `You have all it takes for ${en} again and stay.`,
  }),
};

/** The stored columns of a decision. */
interface StoredWords {
  readonly code: DecisionCode | null;
  readonly about: string | null;
  readonly because: string | null;
}

const isTierCode = (code: DecisionCode | null): code is TierCode => code !== null && Object.hasOwn(tierWords, code);

/**
 * The order in which members read their decisions, newest first. A group is prepared because of a level, so it is the later of
 * two that were decided at the same time. Where two records turned out to be one member, each began somewhere: the later
 * beginning is the one that held.
 */
export function inOrderForMember<T extends Pick<StoredWords, 'code'> & { readonly at: number }>(
  tiers: readonly T[],
  moves: readonly T[],
): readonly T[] {
  const decisions = [...moves, ...tiers].sort((a, b) => b.at - a.at);
  const latest = decisions.find(({ code }) => code === 'first');
  return decisions.filter((decision) => decision === latest || decision.code !== 'first');
}

/** Null for a decision that is not shown to members. */
export function decisionForMember({ code, about, because }: StoredWords, tier: TierLabel): DecisionForMember | null {
  const known = becauseFrom(because);
  if (code === 'move_planned') {
    const to = /^move:(.+)$/u.exec(known?.rule ?? '')?.[1];
    if (to === undefined) return null;
    const { zh, en } = tier(to);
    return { said: { zh: `为你准备了「${zh}」的群。`, en: `We prepared a ${en} group for you.` }, grounds: null };
  }
  if (!isTierCode(code) || about === null) return null;
  const figures = (known?.values ?? []).flatMap((value) => groundOf(value, code, tier) ?? []);
  const different = [...new Map(figures.map((figure) => [figure.zh, figure])).values()].slice(0, FIGURES_SHOWN);
  return { said: tierWords[code](labelFrom(about)), grounds: different.length === 0 ? null : groundsWords(different) };
}

const groundsWords = (figures: readonly LocalizedText[]): LocalizedText => ({
  zh: `当时：${figures.map(({ zh }) => zh).join('、')}`,
  // The labels of figures have commas: `orders, 90 days`.
  en: `At that time: ${figures.map(({ en }) => en).join('; ')}`,
});

/**
 * A figure that speaks for the decision: one that was reached for a rise, one that was missed for a fall. Null for the others
 * and for figures that members cannot raise: those name thresholds of the whole corp.
 */
function groundOf({ metric, have, need }: BecauseValue, code: TierCode, tier: TierLabel): LocalizedText | null {
  if (nextStepOf(metric) === undefined || typeof have !== 'number' || code === 'locked') return null;
  const [, sign, number] = /^([≥>])\s*(-?\d+)$/u.exec(need ?? '') ?? [];
  if (number === undefined) return null;
  const least = Number(number) + (sign === '>' ? 1 : 0);
  const isReached = have >= least;
  if (isReached !== (code !== 'down' && code !== 'warned')) return null;
  const figure = { metric, have, ...(isReached ? {} : { need: `≥ ${least}` }) };
  const zh = becauseValueWords([figure], tier, 1)[0]?.zh ?? '';
  const needed = isReached ? '' : ` (${amountWords(metric, least)} needed)`;
  return { zh, en: `${amountLabel(metric).en}: ${amountWords(metric, have)}${needed}` };
}

/** Figures of the member that they can know of: thresholds of the corp, a level among all members, tags and stages are not. */
export function isForMembers(metric: string): boolean {
  const known = metricsByName.get(metric);
  return known?.type === 'int' && !('corp' in known.read) && metric !== 'kol_level';
}
