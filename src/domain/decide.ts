import type { Because } from './because.js';
import type { Day, LocalMoment } from './day.js';
import type { MemberState } from './member.js';
import { kolLevel } from './kol-level.js';
import { layersOf } from './layers/layers.js';
import type { MetricValue, MetricValues } from './metrics/index.js';
import { becauseOf, tierOf, type Ruleset, type TierRules } from './ruleset.js';
import { tagChanges, tagsBeforeTier, ownedTags, type TagChange, type TagInput } from './decide-tags.js';
import type { SeriesState } from './series/series.js';
import { decideStage, type Stage, type StageFigures } from './stages/stage-policy.js';
import type { TagRef, MemberTag } from './tags.js';
import { becauseOfFloor, groundOfFloor, type MemberFloor } from './tiers/floor.js';
import { isMoveByRules } from './tiers/brakes.js';
import { defaultFlapping, flapHold, type FlapHold } from './tiers/flapping.js';
import { decideTier, type TierStanding, type TierState, type TierVerdict } from './tiers/tier-policy.js';

/** When a member returned after a long silence, and the days on which they were active since. */
export type ReturnActivity = Pick<StageFigures, 'today' | 'returnedOn' | 'activeDays'>;

/** All that is known of one member when they are evaluated. */
export interface Subject {
  readonly member: MemberState;
  /** Figures of the last evaluation; null before the first one. */
  readonly before: Readonly<Record<string, MetricValue>> | null;
  /** Figures now, beside the stored tier and stage. */
  readonly values: Readonly<Record<string, MetricValue>>;
  readonly tier: TierState;
  /** As stored. The decision does not depend on it: a late fact then counts as if it had come in time. */
  readonly stage: { readonly stage: Stage | null; readonly probationUntil: Day | null };
  readonly returnActivity: ReturnActivity;
  /** By name. `want: false` marks a tag that staff removed by hand; no rule adds it again. */
  readonly tags: ReadonlyMap<string, MemberTag>;
  /** Tags of the contact code the member came by; treated like tags of a rule that always holds. */
  readonly wayTags?: readonly TagRef[];
  /** A review waits for a person's yes: the rules move nobody meanwhile. Left out: none waits. */
  readonly isHeld?: boolean;
  /** Where the member is, or was, in each series. Left out: series are not looked at. */
  readonly series?: readonly SeriesState[] | undefined;
  /** Names of the groups that the member is in. */
  readonly groupNames?: readonly string[];
}

export interface Decision {
  readonly kolLevel: number;
  readonly stage: {
    readonly to: Stage;
    readonly from: Stage | null;
    readonly probationUntil: Day | null;
    readonly because: Because;
  } | null;
  readonly tier: {
    readonly verdict: TierVerdict;
    readonly because: Because;
    /** Null or left out: no tag and no group keeps a tier for the member. */
    readonly floor?: MemberFloor | null;
    /** Another tier, or a warning, waits for a person's yes. Left out: nothing waits. */
    readonly isHeld?: boolean;
    /** The member swings, so that this change waits. Left out: none does. */
    readonly swing?: FlapHold | null;
  };
  readonly tags: readonly TagChange[];
  /** The figures with the decided tier, stage and KOL level; campaigns and message texts read these. */
  readonly values: Readonly<Record<string, MetricValue>>;
  /** The tags after this decision. */
  readonly tagNames: ReadonlySet<string>;
}

const number = (value: MetricValue | undefined): number => (typeof value === 'number' ? value : 0);
const numberOrNull = (value: MetricValue | undefined): number | null => (typeof value === 'number' ? value : null);

/** Decides tier, stage and tags of one member from figures alone. It is idempotent: its own outcome changes nothing. */
export function decide(subject: Subject, ruleset: Ruleset, when: LocalMoment): Decision {
  const values: Record<string, MetricValue> = { ...subject.values };
  const tagInput: TagInput = { values, tags: subject.tags, wayTags: subject.wayTags ?? [], when };

  const level = kolLevel(
    {
      messages30d: number(values['messages_30d']),
      talkDays30d: number(values['talk_days_30d']),
      mentions30d: number(values['mentions_30d']),
      ads30d: number(values['ads_30d']),
      posts30d: number(values['posts_30d']),
      replies30d: number(values['replies_30d']),
      mentionPeople30d: number(values['mention_people_30d']),
      mentionDays30d: number(values['mention_days_30d']),
    },
    ruleset.kol,
  );
  values['kol_level'] = level;

  const stage = stageOf(subject, values, ruleset);
  if (stage) values['stage'] = stage.to;
  Object.assign(values, layersOf(values, ruleset.layers));

  const figures: RuleInput = {
    values,
    tags: tagsBeforeTier(tagInput, ruleset),
    groupNames: subject.groupNames ?? [],
  };
  const decided = decideTier(subject.tier, standingsOf(ruleset.tiers, figures), when);
  const flapping = ruleset.flapping ?? defaultFlapping;
  const swing = flapHold(decided, subject.tier.changes ?? [], flapping, when);
  const isHeld =
    swing === null && (subject.isHeld ?? false) && (isMoveByRules({ verdict: decided }) || decided.kind === 'warned');
  const verdict: TierVerdict = isHeld || swing ? { kind: 'kept' } : decided;
  const explained = (): Because =>
    swing
      ? becauseOfSwing(becauseOfTier(decided, subject, figures, ruleset), swing, flapping.withinDays)
      : becauseOfTier(verdict, subject, figures, ruleset);
  // Most members keep their tier, and of few of them anybody asks why.
  let because = verdict.kind === 'kept' && !swing ? undefined : explained();
  const tier = {
    verdict,
    get because(): Because {
      return (because ??= explained());
    },
    floor: highestFloor(ruleset.tiers, figures),
    isHeld,
    swing,
  };
  if (verdict.kind === 'entered') values['tier'] = verdict.to;

  const owned = ownedTags(subject.tags);
  const tags = tagChanges(tagInput, ruleset);
  for (const change of tags) {
    if (change.add) owned.add(change.name);
    else owned.delete(change.name);
  }
  return { kolLevel: level, stage, tier, tags, values, tagNames: owned };
}

function stageOf(subject: Subject, values: Readonly<Record<string, MetricValue>>, ruleset: Ruleset): Decision['stage'] {
  const verdict = decideStage(
    {
      silentDays: numberOrNull(values['days_since_last_seen']),
      joinedDays: numberOrNull(values['days_since_joined']),
      activeDays30d: number(values['active_days_30d']),
      interactions30d: number(values['views_30d']) + number(values['checkins_30d']),
      ordersTotal: number(values['orders_total']),
      ...subject.returnActivity,
    },
    ruleset.stages,
  );
  const { probationUntil } = verdict;
  if (verdict.stage === subject.stage.stage && probationUntil === subject.stage.probationUntil) return null;
  return {
    to: verdict.stage,
    from: subject.stage.stage,
    probationUntil,
    because: { rule: `stage:${verdict.stage}`, version: ruleset.version, values: [verdict.because] },
  };
}

/** What the rules read of one member. */
interface RuleInput {
  readonly values: MetricValues;
  readonly tags: ReadonlySet<string>;
  readonly groupNames: readonly string[];
}

function floorOf(tier: TierRules, { tags, groupNames }: RuleInput): MemberFloor | null {
  const ground = groundOfFloor(tier.floor, tags, groupNames);
  return ground && { tier: tier.key, ground };
}

const highestFloor = (tiers: readonly TierRules[], figures: RuleInput): MemberFloor | null =>
  tiers.reduce<MemberFloor | null>((highest, tier) => floorOf(tier, figures) ?? highest, null);

export const standingsOf = (tiers: readonly TierRules[], figures: RuleInput): TierStanding[] =>
  tiers.map((tier) => {
    const { values, tags } = figures;
    const isOn = tier.enabled !== false;
    const enters = isOn && ((tier.enter?.holds(values, tags) ?? false) || floorOf(tier, figures) !== null);
    return {
      key: tier.key,
      enters,
      stays: enters || !isOn || (tier.stay?.holds(values, tags) ?? false),
      minDwellDays: tier.minDwellDays,
      graceDays: tier.graceDays,
    };
  });

/** What the rules want, with the reason why it waits. */
const becauseOfSwing = (wanted: Because, { changes }: FlapHold, withinDays: number): Because => ({
  ...wanted,
  reasons: [`swings:${changes}:${withinDays}`],
});

function becauseOfTier(verdict: TierVerdict, subject: Subject, figures: RuleInput, ruleset: Ruleset): Because {
  if (verdict.kind === 'entered' && verdict.direction === 'locked') {
    return {
      rule: 'tier:lock',
      version: ruleset.version,
      values: [],
      reasons: [`locked_by:${subject.member.tierLock?.by ?? ''}`],
    };
  }
  // A promotion is explained by the rule that holds now, a demotion by the rule that no longer holds.
  const hasRisen = verdict.kind === 'entered' && verdict.direction !== 'down';
  const tier = tierOf(ruleset, hasRisen ? verdict.to : subject.tier.tier);
  const rule = hasRisen ? tier?.enter : (tier?.stay ?? tier?.enter);
  const explained = rule?.explain(figures.values, figures.tags);
  const floor = tier && explained?.holds !== true ? floorOf(tier, figures) : null;
  if (tier && floor) return becauseOfFloor(floor, ruleset.version);
  if (!tier || !explained) return { rule: `tier:${tier?.key ?? ''}:rest`, version: ruleset.version, values: [] };
  const name = `tier:${tier.key}:${hasRisen ? 'enter' : 'stay'}`;
  return becauseOf(name, ruleset.version, explained);
}
