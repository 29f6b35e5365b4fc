import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../../domain/context.js';
import { DAY_MS, dayOf } from '../../domain/day.js';
import { evaluate, type Evaluation } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import type { Ruleset, TierRules } from '../../domain/ruleset.js';
import { standingsOf } from '../../domain/decide.js';
import { defaultFlapping } from '../../domain/tiers/flapping.js';
import { keptBy } from '../../domain/tiers/kept-by.js';
import { contactWayStore } from '../../features/contact-ways/contact-way.store.js';
import { memberStore } from '../../features/members/member.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { mapInTimeSlices } from '../../platform/time-slices.js';
import { inputOf, loadInputs } from '../evaluate-members.js';
import { affectedTags, type AffectedTag, type AffectedTags } from './affected-tags.js';
import { changeStore, type Scope } from './change.store.js';
import type { DryRunCounts } from './report.js';
import type { RuleMoment } from './statement-text.js';
import { DryRunTally } from './tally.js';
import { floorStore } from './floor.store.js';
import { TierClasses, type ClassVerdict } from './tier-classes.js';

/** What is compared: the rules in force, and the context with the proposed ones. */
export interface Comparison {
  readonly current: Pick<Ruleset, 'tiers' | 'tags'>;
  readonly context: Context;
  readonly now: number;
  /** Stored figures would be others (stage, KOL level, layers), so that SQL cannot tell what the rules say of them. */
  readonly changesFigures: boolean;
}

export interface ChangesFound {
  readonly counts: DryRunCounts;
  /** How many members would change at all. */
  readonly changed: number;
  /** Some of them, from all over the members; all of them when there are few. */
  readonly ids: readonly MemberId[];
  /** Members who could not be evaluated, as in a review, which leaves them out, too. */
  readonly leftOut: number;
}

/** So many members are counted by one statement: it takes parts of a second, and between two others get their turn. */
const MEMBERS_AT_ONCE = 50_000;
const EVALUATED_AT_ONCE = 500;

/**
 * Counts what proposed rules would change, over all members. SQL counts the members whose figures are of today; the others
 * are evaluated one by one. `most`: of so many changed members the ids are answered. `progress` gets the share that is done.
 */
export async function countChanges(
  sql: Sql,
  comparison: Comparison,
  most: number,
  progress: (share: number) => Promise<void>,
): Promise<ChangesFound> {
  const { context, now } = comparison;
  const counting = await prepare(sql, comparison);
  const total = await changeStore.countMembers(sql);
  const ids: MemberId[] = [];
  let [changed, done, leftOut] = [0, 0, 0];
  let range = await changeStore.rangeAfter(sql, 0, MEMBERS_AT_ONCE);
  while (range) {
    leftOut += await countRange(sql, { ...counting, scope: { ...counting.scope, range } }, { ...context, now });
    const changedHere = counting.tally.takeChanged();
    changed += changedHere.length;
    done += MEMBERS_AT_ONCE;
    const rangesLeft = Math.max(1, Math.ceil((total - done) / MEMBERS_AT_ONCE) + 1);
    ids.push(...spread(changedHere, Math.ceil((most - ids.length) / rangesLeft)));
    await progress(Math.min(1, done / Math.max(1, total)));
    range = await changeStore.rangeAfter(sql, range.upTo, MEMBERS_AT_ONCE);
  }
  return { counts: counting.tally.counts(), changed, ids, leftOut };
}

interface Counting {
  readonly comparison: Comparison;
  readonly tally: DryRunTally;
  readonly classes: TierClasses;
  readonly affected: AffectedTags;
  readonly scope: Omit<Scope, 'range'>;
  /** SQL cannot tell the outcome: all members are evaluated. */
  readonly isOneByOne: boolean;
}

async function prepare(sql: Sql, comparison: Comparison): Promise<Counting> {
  const { current, context, now } = comparison;
  const { ruleset } = context;
  const flapping = ruleset.flapping ?? defaultFlapping;
  const byState = await contactWayStore.tagsByState(sql);
  const wayTags = new Set([...byState.values()].flat().map(({ name }) => name));
  const affected = affectedTags(current, ruleset, {
    ...{ wayTags, now },
    isTierChanged: !areTheSame(current.tiers, ruleset.tiers),
  });
  const states = [...byState].flatMap(([state, tags]) =>
    tags.some(({ name }) => affected.names.has(name)) ? [state] : [],
  );
  return {
    comparison,
    tally: new DryRunTally(),
    classes: new TierClasses(ruleset.tiers, {
      now,
      tagTest: affected.ofTiers,
      floorGroups: await floorStore.groupsOf(sql, ruleset.tiers),
    }),
    affected,
    scope: { states, swinging: { changes: flapping.maxChanges, since: now - flapping.withinDays * DAY_MS } },
    isOneByOne: comparison.changesFigures || affected.isTooEntangled,
  };
}

const areTheSame = (a: readonly TierRules[], b: readonly TierRules[]): boolean =>
  isDeepStrictEqual(a.map(withTexts), b.map(withTexts));

/** A rule that is compiled twice is two objects. */
const withTexts = ({ enter, stay, ...tier }: TierRules) => ({ ...tier, enter: enter?.text, stay: stay?.text });

/** Answers how many members could not be evaluated. */
async function countRange(
  sql: Sql,
  counting: Counting & { readonly scope: Scope },
  moment: RuleMoment,
): Promise<number> {
  const { tally, classes, affected, scope, isOneByOne } = counting;
  if (isOneByOne) return countOneByOne(sql, counting, await changeStore.all(sql, scope.range));
  const newTiers = new Map<number, string>();
  const changing: number[] = [];
  for (const { tierClass, tier, n } of await changeStore.tierClasses(sql, classes, scope, moment)) {
    const decided = classes.verdictOn(tierClass);
    tally.addClass(decided, tier, n);
    if (decided.verdict.kind !== 'kept') changing.push(tierClass);
    if (decided.verdict.kind === 'entered') newTiers.set(tierClass, decided.verdict.to);
  }
  tally.addChanged(await changeStore.ofClasses(sql, classes, [...new Set(changing)], { scope, moment }));
  // What reads no tag and no new tier is found for all rules in one pass over the members.
  const isPlain = ({ rule, readsTier }: AffectedTag): boolean =>
    ![rule.when, rule.keep].some((each) => each && each.tags.length > 0) && !(readsTier && newTiers.size > 0);
  const plain = affected.rules.filter(isPlain).map(({ rule }) => rule);
  const ofMany = await changeStore.differencesOfMany(sql, plain, { scope, moment });
  for (const tag of affected.rules)
    tally.addTag(
      tag.rule,
      ofMany.get(tag.rule.name) ??
        (await changeStore.tagDifferences(sql, tag, { classes, newTiers }, { scope, moment })),
    );
  for (const name of affected.removed)
    tally.addTag({ name, group: '' }, await changeStore.havingRemoved(sql, name, scope, moment));
  return countOneByOne(sql, counting, await changeStore.oneByOne(sql, scope, moment));
}

async function countOneByOne(sql: Sql, counting: Counting, ids: readonly MemberId[]): Promise<number> {
  const { comparison, tally, affected } = counting;
  let leftOut = 0;
  // Every tag counts when all members are evaluated because the stages change.
  const concerned = counting.isOneByOne
    ? new Set([...comparison.current.tags, ...comparison.context.ruleset.tags].map(({ name }) => name))
    : affected.names;
  for (let start = 0; start < ids.length; start += EVALUATED_AT_ONCE) {
    const part = ids.slice(start, start + EVALUATED_AT_ONCE);
    const evaluations = await evaluateGuarded(sql, part, comparison);
    leftOut += part.length - evaluations.length;
    for (const evaluation of evaluations)
      tally.addEvaluation(evaluation, verdictOf(evaluation, comparison.context.ruleset, comparison.now), concerned);
  }
  return leftOut;
}

/** Evaluates members as of now. One whose rows cannot be read is left out, as in a review. */
export async function evaluateGuarded(
  sql: Sql,
  ids: readonly MemberId[],
  { context, now }: Pick<Comparison, 'context' | 'now'>,
): Promise<Evaluation[]> {
  const stored = await memberStore.load(sql, ids);
  const inputs = await loadInputs(sql, stored, context, dayOf(now, context.timeZone));
  const evaluations = await mapInTimeSlices(stored, ([id, member]) => {
    try {
      return evaluate(member, inputOf(inputs, id), context, now);
    } catch {
      return null;
    }
  });
  return evaluations.filter((evaluation) => evaluation !== null);
}

function verdictOf({ decision, subject }: Evaluation, { tiers }: Pick<Ruleset, 'tiers'>, now: number): ClassVerdict {
  const { verdict } = decision.tier;
  const values = { ...decision.values, tier: subject.tier.tier };
  const tags = new Set([...subject.tags].flatMap(([name, { want }]) => (want ? [name] : [])));
  return {
    verdict,
    keptBy: decision.tier.swing
      ? 'swing'
      : keptBy(subject.tier, standingsOf(tiers, { values, tags, groupNames: subject.groupNames ?? [] }), verdict, now),
  };
}

function spread(ids: readonly MemberId[], most: number): MemberId[] {
  if (ids.length <= most) return [...ids];
  const step = ids.length / Math.max(1, most);
  return Array.from({ length: Math.max(0, most) }, (_, n) => ids[Math.floor(n * step)]!);
}
