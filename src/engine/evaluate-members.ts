import { decisionStore } from '../features/audit/decision.store.js';
import { asOf, dayOf, momentOf, type AsOf, type Day } from '../domain/day.js';
import { type ReturnActivity } from '../domain/decide.js';
import type { MemberId } from '../domain/ids.js';
import { type MetricRow, countedColumns } from '../domain/metrics/index.js';
import { layerColumns } from '../domain/layers/layers.js';
import type { Membership } from '../domain/moves/move.js';
import type { Context } from '../domain/context.js';
import { decisionsOf, type NewDecision } from '../domain/decision-record.js';
import { factsOf, type MemberFact } from '../domain/member-fact.js';
import type { StoredMember } from '../domain/member.js';
import type { TagRef, StoredTag } from '../domain/tags.js';
import { defaultFlapping } from '../domain/tiers/flapping.js';
import type { TierChange } from '../domain/tiers/tier-policy.js';
import { managedTags } from '../features/tags/tag-names.js';
import { type TagWrite, tagStore } from '../features/tags/tag.store.js';
import { messageStore } from '../outbox/message.store.js';
import { noSeries, type SeriesState } from '../domain/series/series.js';
import { outcomesOf } from '../domain/series/member-series.js';
import type { MessageOutcome } from '../domain/series/step-series.js';
import type { Sql } from '../platform/database/sql.js';
import { mapInTimeSlices } from '../platform/time-slices.js';
import { features } from './features.js';
import { returnActivitiesOf } from '../features/members/return-activity.js';
import { type Evaluation, type EvaluationInput, evaluate } from '../domain/evaluate.js';
import { contactWayStore } from '../features/contact-ways/contact-way.store.js';
import { groupPeopleStore } from '../features/groups/group-people.store.js';
import { dailyCountStore } from '../features/members/daily-count.store.js';
import { memberSeriesStore } from '../features/members/member-series.store.js';
import { exchangeStore } from '../features/members/exchange.store.js';
import { invitationStore } from '../features/members/invitation.store.js';
import { topCategories } from '../features/members/top-categories.js';
import { loadOwnInputs } from '../features/members/own-inputs.js';
import type { OwnInputs } from '../domain/metrics/own-metrics.js';
import { linkStore } from '../features/links/link.store.js';
import { memberStore } from '../features/members/member.store.js';
import { tierChangeStore, type NewTierChange } from '../features/members/tier-change.store.js';
import { brakeStore } from './brakes/brake.store.js';
import { whatWaits, type WhatWaits } from './brakes/batch-limits.js';
import type { Run } from '../features/run.js';
import { staffTagEdits } from '../features/tags/staff-tag-edits.js';

/**
 * Sums the figures of some members, decides their tier, stage and tags, lets the features plan, and stores the result, in
 * one transaction. Every change of a member comes through here: a fact, a day that passes, an edited rule, a settled
 * delivery. A second evaluation in a row changes nothing. In a recalculation nobody is congratulated on what changed.
 * Answers how many members changed.
 */
export async function evaluateMembers(
  run: Run,
  members: Map<MemberId, StoredMember>,
  facts: readonly MemberFact[],
  { isRecalculation = false, isReview = false, waits = 'nothing', sift = (all) => all }: EvaluateOptions = {},
): Promise<number> {
  const { tx, context, now } = run;
  const ids = [...members.keys()];
  if (ids.length === 0) return 0;
  const today = dayOf(now, context.timeZone);
  const { tags, ...inputs } = await loadInputs(tx, members, context, today);
  const links = await linkStore.namesOf(
    tx,
    factsOf(facts, 'link_clicked').map(({ data }) => data.code),
  );
  const byMember = new Map<MemberId, MemberFact[]>();
  for (const fact of facts) byMember.set(fact.member, [...(byMember.get(fact.member) ?? []), fact]);

  await applyStaffTags(run, facts, tags);
  const isDueAndWaits = isReview ? () => false : await whoWaits(tx, members, context, today);
  const evaluateAll = (waiting: WhatWaits): Promise<Evaluation[]> =>
    mapInTimeSlices(members, ([id, stored]) => {
      const held = { isHeld: waiting === 'all' || isDueAndWaits(stored), movesWait: waiting === 'moves' };
      const own = { facts: byMember.get(id), links, isRecalculation, ...held };
      return evaluate(stored, { ...inputOf({ ...inputs, tags }, id), ...own }, context, now);
    });
  const all = await evaluateAll(waits);
  const waiting = isReview || waits === 'all' ? 'nothing' : await whatWaits(tx, all, context);
  const evaluations = sift(waiting === 'nothing' ? all : await evaluateAll(waiting));
  await storeDecisions(run, evaluations);
  const evaluated = { evaluations, invitations: [], dueDays: new Map<MemberId, Day>() };
  for (const feature of features) await feature.plan?.(run, evaluated);
  const dueDayOf = ({ id, next }: Evaluation): Day =>
    Math.min(next.stored.dueDay, evaluated.dueDays.get(id) ?? next.stored.dueDay);
  const toSave = evaluations.filter(needsSaving);
  const saved = new Set(toSave.map(({ id }) => id));
  await memberStore.markReviewed(
    tx,
    new Map(
      evaluations.flatMap((one) => (saved.has(one.id) || one.isHeldBack ? [] : [[one.id, dueDayOf(one)] as const])),
    ),
    today,
  );
  await memberStore.save(
    tx,
    toSave.map((one) => ({ ...one.next.stored, dueDay: dueDayOf(one) })),
    new Map(toSave.map(({ id, next }) => [id, next.figures])),
    now,
  );
  return evaluations.filter(({ next }) => next.changed).length;
}

/** Stores what was decided: tags, places in series, the records of the decisions. */
async function storeDecisions({ tx, context, now }: Run, evaluations: readonly Evaluation[]): Promise<void> {
  await tagStore.write(tx, evaluations.flatMap(tagWritesOf), now);
  await decisionStore.append(
    tx,
    evaluations.flatMap((evaluation): NewDecision[] => decisionsOf(evaluation, context.ruleset)),
    context.ruleset.version,
    now,
  );
  await tierChangeStore.append(tx, evaluations.flatMap(tierChangeOf), now);
  await memberSeriesStore.save(
    tx,
    evaluations.flatMap(({ id, series }) => series.changed.map((state) => ({ member: id, state }))),
  );
}

/** Stores the tags that staff edited in WeCom, also in `tags`, so that the evaluation sees them. */
async function applyStaffTags(
  { tx, context, now }: Run,
  facts: readonly MemberFact[],
  tags: Map<MemberId, Map<string, StoredTag>>,
): Promise<void> {
  const staffTags = await staffTagEdits(tx, facts, tags, managedTags(context.tags));
  await tagStore.write(tx, staffTags, now);
  for (const write of staffTags) {
    const ofMember = tags.get(write.member) ?? new Map<string, StoredTag>();
    ofMember.set(write.name, {
      group: write.group,
      origin: write.origin,
      want: write.want,
      since: now,
      confirmedAt: write.confirmedAt ?? now,
    });
    tags.set(write.member, ofMember);
  }
}

export interface EvaluateOptions {
  readonly isRecalculation?: boolean;
  /** A review applies its own brakes, and is held by none. */
  readonly isReview?: boolean;
  /** What waits in any case: a review is to count first whom the rules move or write to. */
  readonly waits?: WhatWaits;
  /** Evaluations that it leaves out are not stored and have no effects: those members stay as they are. */
  readonly sift?: (evaluations: readonly Evaluation[]) => readonly Evaluation[];
}

/** Members whom a review has still to evaluate do not move while it waits for a person's yes. */
async function whoWaits(
  tx: Sql,
  members: ReadonlyMap<MemberId, StoredMember>,
  { ruleset }: Context,
  today: Day,
): Promise<(stored: StoredMember) => boolean> {
  const isDue = ({ reviewedDay, dueDay }: StoredMember): boolean => reviewedDay > 0 && dueDay <= today;
  if (![...members.values()].some(isDue) || !(await brakeStore.isHolding(tx, ruleset.version))) return () => false;
  return isDue;
}

/** Most members do not change by an evaluation: for them only its day and the next one are stored. */
const needsSaving = ({ stored, facts, next, isHeldBack }: Evaluation): boolean =>
  facts.length > 0 ||
  // Who is held back must be due, or no review comes to them.
  (isHeldBack === true && stored.dueDay !== next.stored.dueDay) ||
  next.changed ||
  next.stored.graceUntil !== stored.graceUntil ||
  decidedColumns.some((column) => (stored.figures[column] ?? null) !== (next.figures[column] ?? null));

const decidedColumns = [...countedColumns, ...layerColumns, 'own'];

/** What an evaluation needs beside the member's own row, loaded for a batch of members. */
interface BatchInputs {
  readonly sums: ReadonlyMap<MemberId, MetricRow>;
  readonly own: ReadonlyMap<MemberId, OwnInputs>;
  readonly returnActivities: ReadonlyMap<MemberId, ReturnActivity>;
  readonly memberships: ReadonlyMap<MemberId, readonly Membership[]>;
  readonly tags: Map<MemberId, Map<string, StoredTag>>;
  readonly changes: ReadonlyMap<MemberId, readonly TierChange[]>;
  readonly wayTags: ReadonlyMap<MemberId, readonly TagRef[]>;
  readonly series: ReadonlyMap<MemberId, readonly SeriesState[]>;
  readonly seriesMessages: ReadonlyMap<MemberId, ReadonlyMap<string, MessageOutcome>>;
}

export async function loadInputs(
  sql: Sql,
  members: ReadonlyMap<MemberId, StoredMember>,
  context: Context,
  when: Day | AsOf,
): Promise<BatchInputs> {
  const { today, lastDay } = asOf(when);
  const ids = [...members.keys()];
  const { withinDays } = context.ruleset.flapping ?? defaultFlapping;
  const swingsFrom = momentOf(today - withinDays - 1, 0, context.timeZone);
  const mayHaveMoved = ids.filter((id) => (members.get(id)?.tierSince ?? 0) > swingsFrom);
  const states = [...members.values()].map(({ state }) => state);
  const inSeries = (context.ruleset.series ?? noSeries).isInUse ? ids : [];
  const series = await memberSeriesStore.load(sql, inSeries);
  const sums = await dailyCountStore.sum(sql, ids, when);
  const whoCheckedIn = ids.filter((id) => Number(sums.get(id)?.['checkins_total'] ?? 0) > 0);
  const whoOrdered = ids.filter((id) => Number(sums.get(id)?.['orders_total'] ?? 0) > 0);
  const whoInvited = ids.filter((id) => Number(sums.get(id)?.['invites_total'] ?? 0) > 0);
  const counted = [
    await invitationStore.figures(sql, whoInvited, when),
    await dailyCountStore.checkInRuns(sql, whoCheckedIn, lastDay),
    await exchangeStore.figures(sql, ids, when),
    await topCategories(sql, whoOrdered, sums, when),
  ];
  for (const more of counted)
    for (const [id, figures] of more) sums.set(id, Object.assign({ ...sums.get(id) }, figures));
  return {
    sums,
    own: await loadOwnInputs(sql, ids, context.vocabulary.own ?? [], when),
    returnActivities: await returnActivitiesOf(sql, states, {
      thresholds: context.ruleset.stages,
      timeZone: context.timeZone,
      today,
      lastDay,
    }),
    memberships: await groupPeopleStore.membershipsOf(sql, ids),
    tags: await tagStore.load(sql, ids),
    changes: await tierChangeStore.since(sql, mayHaveMoved, swingsFrom),
    wayTags: await contactWayStore.tagsOf(sql, ids),
    series,
    seriesMessages: await seriesMessagesOf(sql, series),
  };
}

export const inputOf = (
  { sums, own, returnActivities, memberships, tags, wayTags, changes, series, seriesMessages }: BatchInputs,
  id: MemberId,
): Omit<EvaluationInput, 'facts' | 'links' | 'isRecalculation' | 'isHeld' | 'movesWait'> => ({
  sums: sums.get(id),
  own: own.get(id),
  returnActivity: returnActivities.get(id),
  memberships: memberships.get(id),
  tags: tags.get(id),
  wayTags: wayTags.get(id),
  changes: changes.get(id),
  series: series.get(id) ?? [],
  seriesMessages: seriesMessages.get(id),
});

function tierChangeOf({ id, decision }: Evaluation): NewTierChange[] {
  const { verdict } = decision.tier;
  if (verdict.kind !== 'entered' || (verdict.direction !== 'up' && verdict.direction !== 'down')) return [];
  return [{ member: id, from: verdict.from ?? '', to: verdict.to, direction: verdict.direction }];
}

const tagWritesOf = ({ id, decision, series }: Evaluation): TagWrite[] => [
  ...decision.tags.map((change): TagWrite => tagWriteOf(id, change, 'rule')),
  // No rule decides a tag of a series: like a tag of staff, it stays until somebody takes it off.
  ...series.tags.map((change): TagWrite => tagWriteOf(id, change, 'staff')),
];

const tagWriteOf = (
  member: MemberId,
  { name, group, add }: TagRef & { readonly add: boolean },
  origin: TagWrite['origin'],
): TagWrite => ({ member, name, group, origin, want: add, confirmed: false });

/** What became of the messages for which a series waits. */
async function seriesMessagesOf(
  sql: Sql,
  series: ReadonlyMap<MemberId, readonly SeriesState[]>,
): Promise<Map<MemberId, Map<string, MessageOutcome>>> {
  const waiting = [...series].flatMap(([id, states]) => (states.some(({ tries }) => tries > 0) ? [id] : []));
  const earlier = await messageStore.earlierMessages(sql, waiting);
  return new Map(
    [...earlier].map(([id, byCampaign]) => [
      id,
      new Map([...byCampaign].flatMap(([campaign, messages]) => [...outcomesOf(messages, campaign, id)])),
    ]),
  );
}
