import type { LocalizedText } from './localized-text.js';
import { assertNever } from './assert-never.js';
import type { Because } from './because.js';
import type { TagChange } from './decide-tags.js';
import type { Decision } from './decide.js';
import type { Evaluation } from './evaluate.js';
import type { MemberId } from './ids.js';
import type { MovePlan } from './moves/move.js';
import { type Ruleset, tierOf } from './ruleset.js';
import type { SeriesEnd, SeriesEvent } from './series/series.js';
import { stages } from './stages/stage-policy.js';
import type { FlapHold } from './tiers/flapping.js';
import type { TierVerdict } from './tiers/tier-policy.js';

/** The records of one evaluation's decisions, with the titles that people read. */
export function decisionsOf({ id, stored, decision, series }: Evaluation, ruleset: Ruleset): NewDecision[] {
  const tier = tierTitle(decision.tier.verdict, stored.tier, ruleset);
  const change = tierChange(decision.tier.verdict, stored.tier, ruleset);
  const stage = stageTitle(decision);
  const held =
    decision.tier.swing && stored.heldUntil === null ? heldChange(stored.tier, decision.tier.swing, ruleset) : null;
  return [
    ...(tier ? [{ member: id, kind: 'tier' as const, title: tier, because: decision.tier.because, ...change }] : []),
    ...(held ? [{ member: id, kind: 'tier' as const, because: decision.tier.because, ...held }] : []),
    ...(stage ? [{ member: id, kind: 'stage' as const, title: stage, because: decision.stage!.because }] : []),
    ...decision.tags.map((change) => ({
      member: id,
      kind: 'tag' as const,
      title: tagTitle(change),
      because: change.because,
    })),
    ...series.events.map((event) => ({ member: id, kind: 'series' as const, ...seriesRecord(event) })),
  ];
}

const directionWords: Readonly<Record<Extract<TierVerdict, { kind: 'entered' }>['direction'], LocalizedText>> = {
  first: { zh: '定为', en: 'placed in' },
  up: { zh: '升为', en: 'up to' },
  down: { zh: '降为', en: 'down to' },
  locked: { zh: '锁定为', en: 'locked to' },
};

const labelIn =
  (ruleset: Ruleset) =>
  (key: string | null): LocalizedText =>
    tierOf(ruleset, key)?.label ?? { zh: '—', en: '—' };

/** Null when the tier was kept. For people: what reads decisions goes by their `code`. */
export function tierTitle(verdict: TierVerdict, current: string | null, ruleset: Ruleset): LocalizedText | null {
  const label = labelIn(ruleset);
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

/** What a decision about a tier was, and the tier that the member is in now; null when the tier was kept. */
export function tierChange(
  verdict: TierVerdict,
  current: string | null,
  ruleset: Ruleset,
): Required<Pick<NewDecision, 'code' | 'about'>> | null {
  const label = labelIn(ruleset);
  switch (verdict.kind) {
    case 'kept':
      return null;
    case 'entered':
      return { code: verdict.direction, about: label(verdict.to) };
    case 'warned':
    case 'recovered':
      return { code: verdict.kind, about: label(current) };
    default:
      return assertNever(verdict);
  }
}

/** The member swings and is held in their tier. */
function heldChange(
  current: string | null,
  { to }: FlapHold,
  ruleset: Ruleset,
): Required<Pick<NewDecision, 'title' | 'code' | 'about'>> {
  const label = labelIn(ruleset);
  const [here, there] = [label(current), label(to)];
  return {
    title: {
      zh: `来回换层，先停在${here.zh}（按规则是${there.zh}）`,
      en: `Swings between tiers: held in ${here.en} (${there.en} by the rules)`,
    },
    code: 'held',
    about: here,
  };
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

const endWords: Readonly<Record<SeriesEnd, LocalizedText>> = {
  done: { zh: '走完', en: 'Finished' },
  exit: { zh: '提前离开', en: 'Left early' },
  waited: { zh: '等不到，离开', en: 'Left after waiting in vain' },
  opted_out: { zh: '退订，离开', en: 'Opted out, left' },
  left: { zh: '不在群也不是好友了，离开', en: 'Gone from contacts and groups, left' },
  edited: { zh: '系列改动，离开', en: 'Left by an edit' },
  removed: { zh: '系列删除，离开', en: 'Left, as it was removed' },
};

function seriesRecord({ series: { label }, what, end, step, because }: SeriesEvent) {
  const code = `series_${what}` as const;
  const about = label;
  switch (what) {
    case 'entered':
      return { code, about, because, title: { zh: `进入系列「${label.zh}」`, en: `Entered the series ${label.en}` } };
    case 'ended': {
      const words = endWords[end ?? 'done'];
      return {
        code,
        about,
        because,
        title: { zh: `${words.zh}系列「${label.zh}」`, en: `${words.en}: series ${label.en}` },
      };
    }
    case 'passed_over':
      return {
        ...{ code, about, because },
        title: { zh: `系列「${label.zh}」跳过一步：${step}`, en: `Series ${label.en}: passed over the step ${step}` },
      };
    default:
      return assertNever(what);
  }
}

/** What was decided, for decisions about tiers and moves. Stored, so a code never changes. */
export type DecisionCode =
  | Extract<TierVerdict, { kind: 'entered' }>['direction']
  | 'warned'
  | 'recovered'
  | 'held'
  | 'move_planned'
  | 'move_undone'
  | 'silent_removal'
  | `series_${SeriesEvent['what']}`
  | Extract<MovePlan, { kind: 'refused' }>['code'];

export interface NewDecision {
  readonly member: MemberId;
  readonly kind: 'tier' | 'stage' | 'tag' | 'move' | 'series';
  readonly code?: DecisionCode;
  /** The label of the tier that a decision about a tier names: it may be renamed or removed later. */
  readonly about?: LocalizedText;
  readonly title: LocalizedText;
  readonly because: Because | null;
  readonly factId?: number | undefined;
}
