import type { Because } from './because.js';
import type { Day } from './day.js';
import type { MemberState } from './member.js';
import { kolLevel } from './kol-level.js';
import type { MetricValue } from './metrics/index.js';
import { becauseOf, type Ruleset, type TierRules } from './ruleset.js';
import { decideStage, type Stage, type StageFigures } from './stages/stage-policy.js';
import type { TagRef, MemberTag } from './tags.js';
import { decideTier, type TierStanding, type TierState, type TierVerdict } from './tiers/tier-policy.js';

/** When a member came back after a long silence, and what they did since. */
export type ReturnActivity = Pick<StageFigures, 'today' | 'returnedOn' | 'activeDays'>;

/** All that is known of one member when they are looked at. */
export interface Subject {
  readonly member: MemberState;
  /** Figures as of the last look; null for one never looked at. */
  readonly before: Readonly<Record<string, MetricValue>> | null;
  /** Figures now, with the stored tier and stage. */
  readonly values: Readonly<Record<string, MetricValue>>;
  readonly tier: TierState;
  /** Stored; what is decided does not rest on it, so that late facts count as if they had been told in time. */
  readonly stage: { readonly stage: Stage | null; readonly probationUntil: Day | null };
  /** The end of the latest long silence and the days since. */
  readonly returnActivity: ReturnActivity;
  /** By name. `want` false is a tag staff took off by hand: no rule puts it back. */
  readonly tags: ReadonlyMap<string, MemberTag>;
  /** Tags that come with the way the member came by: put and kept like those of a rule that always holds. */
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
  /** The figures with the decided tier, stage and KOL level in them: what campaigns and texts see. */
  readonly values: Readonly<Record<string, MetricValue>>;
  /** The tags after this decision. */
  readonly tagNames: ReadonlySet<string>;
}

const number = (value: MetricValue | undefined): number => (typeof value === 'number' ? value : 0);
const numberOrNull = (value: MetricValue | undefined): number | null => (typeof value === 'number' ? value : null);

/** Everything about one member at one moment, from figures alone. Deciding again on the outcome decides nothing new. */
export function decide(subject: Subject, ruleset: Ruleset, now: number): Decision {
  const values: Record<string, MetricValue> = { ...subject.values };
  const held = new Set([...subject.tags].filter(([, tag]) => tag.want).map(([name]) => name));

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

  const tier = tierVerdict(subject, values, held, ruleset, now);
  if (tier.verdict.kind === 'entered') values['tier'] = tier.verdict.to;

  const tags = tagChanges(subject, values, held, ruleset);
  for (const change of tags) {
    if (change.add) held.add(change.name);
    else held.delete(change.name);
  }
  return { kolLevel: level, stage, tier, tags, values, tagNames: held };
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

function tierVerdict(
  subject: Subject,
  values: Readonly<Record<string, MetricValue>>,
  tags: ReadonlySet<string>,
  ruleset: Ruleset,
  now: number,
): Decision['tier'] {
  const standings = ruleset.tiers.map((tier): TierStanding => {
    const enters = tier.enter?.holds(values, tags) ?? false;
    return {
      key: tier.key,
      enters,
      stays: enters || (tier.stay?.holds(values, tags) ?? false),
      minDwellDays: tier.minDwellDays,
      graceDays: tier.graceDays,
    };
  });
  const verdict = decideTier(subject.tier, standings, now);
  return { verdict, because: becauseOfTier(verdict, subject, values, tags, ruleset) };
}

function becauseOfTier(
  verdict: TierVerdict,
  subject: Subject,
  values: Readonly<Record<string, MetricValue>>,
  tags: ReadonlySet<string>,
  ruleset: Ruleset,
): Because {
  if (verdict.kind === 'entered' && verdict.direction === 'locked') {
    return {
      rule: 'tier:lock',
      version: ruleset.version,
      values: [],
      reasons: [`locked_by:${subject.member.tierLock?.by ?? ''}`],
    };
  }
  const of = (tier: TierRules | undefined, which: 'enter' | 'stay'): Because => {
    const rule = which === 'enter' ? tier?.enter : (tier?.stay ?? tier?.enter);
    if (!tier || !rule) return { rule: `tier:${tier?.key ?? ''}:rest`, version: ruleset.version, values: [] };
    return becauseOf(`tier:${tier.key}:${which}`, rule, ruleset.version, values, tags);
  };
  const named = (key: string | null) => ruleset.tiers.find((tier) => tier.key === key);
  // Rising is explained by the rule that now holds, falling by the one that no longer does.
  if (verdict.kind === 'entered' && verdict.direction !== 'down') return of(named(verdict.to), 'enter');
  return of(named(subject.tier.tier), 'stay');
}

/**
 * A tag that was put into another group is another tag to WeCom: the one it was comes off, called by its group as every tag
 * is whose plain name belongs to another.
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
  held: ReadonlySet<string>,
  ruleset: Ruleset,
): TagChange[] {
  const changes: TagChange[] = [];
  const given = new Map((subject.wayTags ?? []).map((tag) => [tag.name, tag]));
  const known = new Set([...ruleset.tags.map((rule) => rule.name), ...given.keys()]);
  const ruleless = [...subject.tags].filter(
    ([name, { origin, want }]) => origin === 'rule' && want && !known.has(name),
  );
  // In the order of the file: a rule that reads a tag sees what the rules before it have just made of it.
  const current = new Set(held);
  for (const [name] of ruleless) current.delete(name);
  for (const name of given.keys()) if (subject.tags.get(name)?.origin !== 'staff') current.add(name);
  const because = (rule: Ruleset['tags'][number]): Because =>
    becauseOf(`tag:${rule.name}`, rule.when, ruleset.version, values, current);
  for (const rule of ruleset.tags) {
    const tag = subject.tags.get(rule.name);
    // A rule never touches what staff set, on or off.
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
