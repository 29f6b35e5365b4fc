import type { LocalizedText } from './localized-text.js';
import { assertNever } from './assert-never.js';
import type { Because } from './because.js';
import type { Decision, TagChange } from './decide.js';
import type { Evaluation } from './evaluate.js';
import type { MemberId } from './ids.js';
import { type Ruleset, tierOf } from './ruleset.js';
import { stages } from './stages/stage-policy.js';
import type { TierVerdict } from './tiers/tier-policy.js';

/** The records of one evaluation's decisions, with the titles that people read. */
export function decisionsOf({ id, stored, decision }: Evaluation, ruleset: Ruleset): NewDecision[] {
  const tier = tierTitle(decision.tier.verdict, stored.tier, ruleset);
  const stage = stageTitle(decision);
  return [
    ...(tier ? [{ member: id, kind: 'tier' as const, title: tier, because: decision.tier.because }] : []),
    ...(stage ? [{ member: id, kind: 'stage' as const, title: stage, because: decision.stage!.because }] : []),
    ...decision.tags.map((change) => ({
      member: id,
      kind: 'tag' as const,
      title: tagTitle(change),
      because: change.because,
    })),
  ];
}

const directionWords: Readonly<Record<Extract<TierVerdict, { kind: 'entered' }>['direction'], LocalizedText>> = {
  first: { zh: '定为', en: 'placed in' },
  up: { zh: '升为', en: 'up to' },
  down: { zh: '降为', en: 'down to' },
  locked: { zh: '锁定为', en: 'locked to' },
};

/**
 * Null when the tier was kept. `insights/tier-direction.ts` finds promotions and demotions by these titles, and `tierChangeIn`
 * reads them.
 */
export function tierTitle(verdict: TierVerdict, current: string | null, ruleset: Ruleset): LocalizedText | null {
  const label = (key: string | null): LocalizedText => tierOf(ruleset, key)?.label ?? { zh: '—', en: '—' };
  switch (verdict.kind) {
    case 'kept':
      return null;
    case 'entered': {
      const [to, from] = [label(verdict.to), label(verdict.from)];
      const words = directionWords[verdict.direction];
      return {
        zh: verdict.from === null ? `层级${words.zh}${to.zh}` : `层级${words.zh}${to.zh}（原${from.zh}）`,
        en: `Tier ${words.en} ${to.en}${verdict.from === null ? '' : ` from ${from.en}`}`,
      };
    }
    case 'warned': {
      const to = label(verdict.to);
      return {
        zh: `不再满足${label(current).zh}，宽限后将降为${to.zh}`,
        en: `No longer holds ${label(current).en}; down to ${to.en} after the grace period`,
      };
    }
    case 'recovered':
      return { zh: `重新满足${label(current).zh}，不再降级`, en: `Holds ${label(current).en} again; stays` };
    default:
      return assertNever(verdict);
  }
}

export interface TierChange {
  readonly kind: 'first' | 'up' | 'down' | 'locked' | 'warned' | 'recovered';
  /** The tier that the member is in now. */
  readonly tier: LocalizedText;
}

const tierTitles: readonly (readonly [TierChange['kind'], RegExp, RegExp])[] = [
  ...(['first', 'up', 'down', 'locked'] as const).map((kind): readonly [TierChange['kind'], RegExp, RegExp] => [
    kind,
    new RegExp(`^层级${directionWords[kind].zh}(.*?)(?:（原.*）)?$`, 'u'),
    new RegExp(`^Tier ${directionWords[kind].en} (.*?)(?: from .*)?$`, 'u'),
  ]),
  ['warned', /^不再满足(.*)，宽限后将降为.*$/u, /^No longer holds (.*); down to .* after the grace period$/u],
  ['recovered', /^重新满足(.*)，不再降级$/u, /^Holds (.*) again; stays$/u],
];

/** What a stored title says about the tier, the reverse of `tierTitle`; null for any other title. */
export function tierChangeIn(title: LocalizedText): TierChange | null {
  for (const [kind, zh, en] of tierTitles) {
    const [inZh, inEn] = [zh.exec(title.zh)?.[1], en.exec(title.en)?.[1]];
    if (inZh !== undefined && inEn !== undefined) return { kind, tier: { zh: inZh, en: inEn } };
  }
  return null;
}

function stageTitle({ stage }: Decision): LocalizedText | null {
  if (!stage || stage.to === stage.from) return null;
  const { label } = stages.find(({ key }) => key === stage.to)!;
  return { zh: `进入「${label.zh}」期`, en: `Stage: ${label.en}` };
}

const tagTitle = ({ name, add }: TagChange): LocalizedText =>
  add
    ? { zh: `打上标签「${name}」`, en: `Tagged 「${name}」` }
    : { zh: `去掉标签「${name}」`, en: `Untagged 「${name}」` };

export interface NewDecision {
  readonly member: MemberId;
  readonly kind: 'tier' | 'stage' | 'tag' | 'move';
  readonly title: LocalizedText;
  readonly because: Because | null;
  readonly factId?: number | undefined;
}
