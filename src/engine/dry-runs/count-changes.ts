import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../../domain/context.js';
import { dayOf, daysAgo, type LocalMoment } from '../../domain/day.js';
import { evaluate, type Evaluation } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import type { Ruleset, TierRules } from '../../domain/ruleset.js';
import { standingsOf } from '../../domain/decide.js';
import { ownedTags } from '../../domain/decide-tags.js';
import { defaultFlapping } from '../../domain/tiers/flapping.js';
import { keptBy } from '../../domain/tiers/kept-by.js';
import { contactWayStore } from '../../features/contact-ways/contact-way.store.js';
import { memberStore } from '../../features/members/member.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { mapInTimeSlices } from '../../platform/time-slices.js';
import { inputOf, loadInputs } from '../evaluate-members.js';
import { affectedTags, type AffectedTags } from './affected-tags.js';
import { changeStore, tagSetsOf, type AskedTag, type Compared, type Scope, type TagMasks } from './change.store.js';
import type { DryRunCounts } from './report.js';
import { MemberSample } from './member-sample.js';
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
  /** All of them when they are few, else an even sample. */
  readonly ids: readonly MemberId[];
  /** Members who could not be evaluated, as in a review, which leaves them out, too. */
  readonly leftOut: number;
}

/**
 * So many members are compared by one statement: it takes parts of a second, and between two others get their turn. The first
 * statements compare fewer, until it is known what share of the members changes, of whom some are named.
 */
const MEMBERS_AT_ONCE = { first: 2_000, most: 50_000 };
const EVALUATED_AT_ONCE = 200;
/** So many members of a range are evaluated one by one rather than that the range is compared once more. */
const MOST_APART = { members: 200, share: 0.1 };

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
  const counting = await prepare(sql, comparison, most);
  const lastId = await changeStore.lastId(sql);
  let atOnce = MEMBERS_AT_ONCE.first;
  let range = await changeStore.rangeAfter(sql, 0, atOnce);
  while (range) {
    await countRange(sql, counting, { ...counting.scope, range }, { ...context, now });
    await progress(Math.min(1, range.upTo / Math.max(1, lastId)));
    atOnce = Math.min(MEMBERS_AT_ONCE.most, atOnce * 2);
    range = await changeStore.rangeAfter(sql, range.upTo, atOnce);
  }
  const { tally, found } = counting;
  return { counts: tally.counts(), changed: found.changed, ids: found.sample.ids(), leftOut: found.leftOut };
}

interface Counting {
  readonly comparison: Comparison;
  readonly tally: DryRunTally;
  readonly classes: TierClasses;
  readonly affected: AffectedTags;
  readonly tagSets: readonly (readonly AskedTag[])[];
  readonly scope: Omit<Scope, 'range'>;
  readonly found: { changed: number; leftOut: number; readonly sample: MemberSample };
  /** SQL cannot tell the outcome: all members are evaluated. */
  readonly isOneByOne: boolean;
}

async function prepare(sql: Sql, comparison: Comparison, most: number): Promise<Counting> {
  const { current, context, now } = comparison;
  const { ruleset, timeZone } = context;
  const when = { now, timeZone };
  const flapping = ruleset.flapping ?? defaultFlapping;
  const byState = await contactWayStore.tagsByState(sql);
  const wayTags = new Set([...byState.values()].flat().map(({ name }) => name));
  const affected = affectedTags(current, ruleset, {
    ...{ wayTags, when },
    isTierChanged: !areTheSame(current.tiers, ruleset.tiers),
  });
  const states = [...byState].flatMap(([state, tags]) =>
    tags.some(({ name }) => affected.names.has(name)) ? [state] : [],
  );
  return {
    comparison,
    tally: new DryRunTally(),
    classes: new TierClasses(ruleset.tiers, {
      when,
      tagTest: affected.ofTiers,
      floorGroups: await floorStore.groupsOf(sql, ruleset.tiers),
    }),
    affected,
    tagSets: tagSetsOf(affected),
    found: { changed: 0, leftOut: 0, sample: new MemberSample(most) },
    scope: { states, swinging: { changes: flapping.maxChanges, since: daysAgo(flapping.withinDays, when) } },
    isOneByOne: comparison.changesFigures || affected.isTooEntangled,
  };
}

const areTheSame = (a: readonly TierRules[], b: readonly TierRules[]): boolean =>
  isDeepStrictEqual(a.map(withTexts), b.map(withTexts));

/** A rule that is compiled twice is two objects. */
const withTexts = ({ enter, stay, ...tier }: TierRules) => ({ ...tier, enter: enter?.text, stay: stay?.text });

async function countRange(sql: Sql, counting: Counting, scope: Scope, moment: RuleMoment): Promise<void> {
  if (counting.isOneByOne) return countOneByOne(sql, counting, await changeStore.all(sql, scope.range));
  const { tally, classes, tagSets, found } = counting;
  const { rows, apart } = await compareRange(sql, counting, scope, moment);
  const oneByOne = [...apart];
  const movedTags = new Set<AskedTag>();
  for (const row of rows) {
    if (row.tierClass === null) {
      oneByOne.push(row.member!);
      continue;
    }
    const decided = classes.verdictOn(row.tierClass);
    tally.addClass(decided, row.tier, row.n);
    let isChanged = decided.verdict.kind !== 'kept';
    for (const [set, masks] of row.tags.entries()) {
      if (masks.on === 0 && masks.off === 0 && masks.moved === 0) continue;
      isChanged = true;
      addTags(tally, tagSets[set]!, masks, row.n);
      for (const tag of ofMask(tagSets[set]!, masks.moved)) movedTags.add(tag);
    }
    if (!isChanged) continue;
    found.changed += row.n;
    if (row.member !== null) found.sample.add(row.member);
  }
  if (movedTags.size > 0) {
    const inOtherGroups = await changeStore.inOtherGroups(sql, [...movedTags], { scope, moment, apart });
    for (const { n, ...tag } of inOtherGroups) tally.addOff(tag, n);
  }
  await countOneByOne(sql, counting, oneByOne);
}

/**
 * What SQL finds in the range. What a tag becomes that reads the tier is known only when the decision about each class of
 * members is. Members of a class that was not found before and enters another tier are evaluated one by one (`apart`) when
 * they are few; else the range is compared once more.
 */
async function compareRange(
  sql: Sql,
  { affected, classes, tagSets, found }: Counting,
  scope: Scope,
  moment: RuleMoment,
): Promise<{ readonly rows: readonly Compared[]; readonly apart: readonly MemberId[] }> {
  const readsTier = affected.rules.some((tag) => tag.readsTier);
  for (;;) {
    const { drawsBelow } = found.sample;
    const rows = await changeStore.compare(sql, { classes, tagSets, scope, moment, drawsBelow });
    if (!readsTier) return { rows, apart: [] };
    const known = new Set(classes.known());
    const isNew = ({ tierClass }: Compared): boolean =>
      tierClass !== null && !known.has(tierClass) && classes.verdictOn(tierClass).verdict.kind === 'entered';
    const entering = rows.filter(isNew);
    const apart = entering.flatMap(({ member }) => member ?? []);
    const most = Math.min(MOST_APART.members, MOST_APART.share * rows.reduce((sum, { n }) => sum + n, 0));
    if (apart.length === entering.length && apart.length <= most)
      return { rows: rows.filter((row) => !isNew(row)), apart };
  }
}

function addTags(tally: DryRunTally, tags: readonly AskedTag[], { on, off, movedOn }: TagMasks, n: number): void {
  for (const { name, affected } of [...ofMask(tags, on), ...ofMask(tags, movedOn)])
    tally.addOn({ name, group: affected?.rule.group ?? '' }, n);
  for (const { name, affected } of ofMask(tags, off)) tally.addOff({ name, group: affected?.rule.group ?? '' }, n);
}

const ofMask = (tags: readonly AskedTag[], mask: number): AskedTag[] =>
  mask === 0 ? [] : tags.filter((_, index) => Math.floor(mask / 2 ** index) % 2 === 1);

async function countOneByOne(sql: Sql, counting: Counting, ids: readonly MemberId[]): Promise<void> {
  const { comparison, tally, affected, found } = counting;
  // Every tag counts when all members are evaluated because the stages change.
  const concerned = counting.isOneByOne
    ? new Set([...comparison.current.tags, ...comparison.context.ruleset.tags].map(({ name }) => name))
    : affected.names;
  for (let start = 0; start < ids.length; start += EVALUATED_AT_ONCE) {
    const part = ids.slice(start, start + EVALUATED_AT_ONCE);
    const evaluations = await evaluateGuarded(sql, part, comparison);
    found.leftOut += part.length - evaluations.length;
    for (const evaluation of evaluations) {
      const verdict = verdictOf(evaluation, comparison);
      if (!tally.addEvaluation(evaluation, verdict, concerned)) continue;
      found.changed += 1;
      found.sample.add(evaluation.id);
    }
  }
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

function verdictOf(
  { decision, subject }: Evaluation,
  { context, now }: Pick<Comparison, 'context' | 'now'>,
): ClassVerdict {
  const { ruleset, timeZone } = context;
  const when: LocalMoment = { now, timeZone };
  const { tiers } = ruleset;
  const { verdict } = decision.tier;
  const values = { ...decision.values, tier: subject.tier.tier };
  const tags = ownedTags(subject.tags);
  return {
    verdict,
    keptBy: decision.tier.swing
      ? 'swing'
      : keptBy(subject.tier, standingsOf(tiers, { values, tags, groupNames: subject.groupNames ?? [] }), verdict, when),
  };
}
