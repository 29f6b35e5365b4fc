import type { Because } from './because.js';
import type { Day } from './day.js';
import type { MemberState } from './member.js';
import { kolLevel } from './kol-level.js';
import type { MetricValue, MetricValues } from './metrics/index.js';
import { becauseOf, tierOf, type Ruleset, type TierRules } from './ruleset.js';
import { decideStage, type Stage, type StageFigures } from './stages/stage-policy.js';
import type { TagRef, MemberTag } from './tags.js';
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
}

export interface TagChange {
  readonly name: string;
  readonly group: string;
  readonly add: boolean;
  readonly because: Because;
}

export interface Decision {
  readonly kolLevel: number;
  readonly stage: {
    readonly to: Stage;
    readonly from: Stage | null;
    readonly probationUntil: Day | null;
    readonly because: Because;
  } | null;
  readonly tier: { readonly verdict: TierVerdict; readonly because: Because };
  readonly tags: readonly TagChange[];
  /** The figures with the decided tier, stage and KOL level; campaigns and message texts read these. */
  readonly values: Readonly<Record<string, MetricValue>>;
  /** The tags after this decision. */
  readonly tagNames: ReadonlySet<string>;
}

const number = (value: MetricValue | undefined): number => (typeof value === 'number' ? value : 0);
const numberOrNull = (value: MetricValue | undefined): number | null => (typeof value === 'number' ? value : null);

/** Decides tier, stage and tags of one member from figures alone. It is idempotent: its own outcome changes nothing. */
export function decide(subject: Subject, ruleset: Ruleset, now: number): Decision {
  const values: Record<string, MetricValue> = { ...subject.values };
  const owned = new Set([...subject.tags].filter(([, tag]) => tag.want).map(([name]) => name));

  const level = kolLevel(
    {
      messages30d: number(values['messages_30d']),
      talkDays30d: number(values['talk_days_30d']),
      mentions30d: number(values['mentions_30d']),
      ads30d: number(values['ads_30d']),
    },
    ruleset.kol,
  );
  values['kol_level'] = level;

  const stage = stageOf(subject, values, ruleset);
  if (stage) values['stage'] = stage.to;

  const figures: RuleInput = { values, tags: owned };
  const verdict = decideTier(subject.tier, standingsOf(ruleset.tiers, figures), now);
  const tier = { verdict, because: becauseOfTier(verdict, subject, figures, ruleset) };
  if (tier.verdict.kind === 'entered') values['tier'] = tier.verdict.to;

  const tags = tagChanges(subject, values, owned, ruleset);
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
}

const standingsOf = (tiers: readonly TierRules[], { values, tags }: RuleInput): TierStanding[] =>
  tiers.map((tier) => {
    const enters = tier.enter?.holds(values, tags) ?? false;
    return {
      key: tier.key,
      enters,
      stays: enters || (tier.stay?.holds(values, tags) ?? false),
      minDwellDays: tier.minDwellDays,
      graceDays: tier.graceDays,
    };
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
  if (!tier || !rule) return { rule: `tier:${tier?.key ?? ''}:rest`, version: ruleset.version, values: [] };
  const name = `tier:${tier.key}:${hasRisen ? 'enter' : 'stay'}`;
  return becauseOf(name, ruleset.version, rule.explain(figures.values, figures.tags));
}

/**
 * The changes for a tag that the rules file moved to another group; null when it was not moved. To WeCom it is another tag,
 * so the old one is removed. The old one is named `group/name`, because the plain name now belongs to the new one.
 */
function regroupedTag(
  { name, group }: { readonly name: string; readonly group: string },
  tag: MemberTag | undefined,
  holds: boolean,
  version: number,
): TagChange[] | null {
  if (tag?.origin !== 'rule' || !tag.want || tag.group === group) return null;
  const because: Because = { rule: `tag:${name}`, version, values: [], reasons: ['tag_group_changed'] };
  return [
    { name: `${tag.group}/${name}`, group: tag.group, add: false, because },
    { name, group, add: holds, because },
  ];
}

function tagChanges(
  subject: Subject,
  values: Readonly<Record<string, MetricValue>>,
  owned: ReadonlySet<string>,
  ruleset: Ruleset,
): TagChange[] {
  const changes: TagChange[] = [];
  const given = new Map((subject.wayTags ?? []).map((tag) => [tag.name, tag]));
  const known = new Set([...ruleset.tags.map((rule) => rule.name), ...given.keys()]);
  const ruleless = [...subject.tags].filter(
    ([name, { origin, want }]) => origin === 'rule' && want && !known.has(name),
  );
  // In the order of the file: a rule that reads a tag sees the changes of the rules before it.
  const current = new Set(owned);
  for (const [name] of ruleless) current.delete(name);
  for (const name of given.keys()) if (subject.tags.get(name)?.origin !== 'staff') current.add(name);
  const because = (rule: Ruleset['tags'][number]): Because =>
    becauseOf(`tag:${rule.name}`, ruleset.version, rule.when.explain(values, current));
  for (const rule of ruleset.tags) {
    const tag = subject.tags.get(rule.name);
    // Rules never change a tag that staff added or removed.
    if (tag?.origin === 'staff') continue;
    const holds = given.has(rule.name) || rule.when.holds(values, current);
    const regrouped = regroupedTag(rule, tag, holds, ruleset.version);
    if (regrouped) changes.push(...regrouped);
    else if (holds !== (tag?.want ?? false))
      changes.push({ name: rule.name, group: rule.group, add: holds, because: because(rule) });
    if (holds) current.add(rule.name);
    else current.delete(rule.name);
  }
  for (const { name, group } of given.values()) {
    const tag = subject.tags.get(name);
    if (tag?.origin === 'staff' || changes.some((change) => change.name === name)) continue;
    const regrouped = ruleset.tags.some((rule) => rule.name === name)
      ? null
      : regroupedTag({ name, group }, tag, true, ruleset.version);
    if (regrouped) changes.push(...regrouped);
    if (regrouped || tag?.want) continue;
    changes.push({
      name,
      group,
      add: true,
      because: { rule: `tag:${name}`, version: ruleset.version, values: [], reasons: ['came_by_way'] },
    });
  }
  for (const [name, { group }] of ruleless)
    changes.push({
      name,
      group,
      add: false,
      because: { rule: `tag:${name}`, version: ruleset.version, values: [], reasons: ['rule_removed'] },
    });
  return changes;
}
