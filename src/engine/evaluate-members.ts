import { decisionStore } from '../features/audit/decision.store.js';
import { dayOf, type Day } from '../domain/day.js';
import { type ReturnActivity } from '../domain/decide.js';
import type { MemberId } from '../domain/ids.js';
import { type MetricRow, countedColumns } from '../domain/metrics/index.js';
import type { Membership } from '../domain/moves/move.js';
import type { Context } from '../domain/context.js';
import { decisionsOf, type NewDecision } from '../domain/decision-record.js';
import { type MemberFact } from '../domain/member-fact.js';
import type { StoredMember } from '../domain/member.js';
import type { TagRef, StoredTag } from '../domain/tags.js';
import { managedTags } from '../features/tags/tag-names.js';
import { type TagWrite, tagStore } from '../features/tags/tag.store.js';
import type { Sql } from '../platform/database/sql.js';
import { features } from './features.js';
import { returnActivitiesOf } from '../features/members/return-activity.js';
import { type Evaluation, type EvaluationInput, evaluate } from '../domain/evaluate.js';
import { contactWayStore } from '../features/contact-ways/contact-way.store.js';
import { groupStore } from '../features/groups/group.store.js';
import { dailyCountStore } from '../features/members/daily-count.store.js';
import { memberStore } from '../features/members/member.store.js';
import type { Run } from '../features/run.js';
import { staffTagChanges } from '../features/tags/staff-tag-edits.js';

/**
 * The one road: figures summed anew, decided, planned and written, for some members in one transaction. Whatever can
 * change a member (a fact, a day gone by, an edited rule, a settled delivery) comes through here; coming twice changes
 * nothing the second time.
 */
export async function evaluateMembers(
  run: Run,
  members: Map<MemberId, StoredMember>,
  facts: readonly MemberFact[],
  news: 'told' | 'long_ago' = 'told',
): Promise<number> {
  const { tx, context, now } = run;
  const ids = [...members.keys()];
  if (ids.length === 0) return 0;
  const today = dayOf(now, context.timeZone);
  const { tags, ...belongings } = await belongingsOf(tx, members, context, today);
  const byMember = new Map<MemberId, MemberFact[]>();
  for (const fact of facts) byMember.set(fact.member, [...(byMember.get(fact.member) ?? []), fact]);

  const staffTags = await staffTagChanges(tx, facts, tags, managedTags(context.tags));
  await tagStore.write(tx, staffTags, now);
  for (const write of staffTags) {
    const held = tags.get(write.member) ?? new Map<string, StoredTag>();
    held.set(write.name, { group: write.group, origin: write.origin, want: write.want, confirmedAt: now });
    tags.set(write.member, held);
  }

  const evaluations = ids.map((id) =>
    evaluate(
      members.get(id)!,
      {
        ...belongingsIn({ ...belongings, tags }, id),
        facts: byMember.get(id),
        isRecalculation: news === 'long_ago',
      },
      context,
      now,
    ),
  );
  await tagStore.write(tx, evaluations.flatMap(tagWritesOf), now);
  await decisionStore.append(
    tx,
    evaluations.flatMap((evaluation): NewDecision[] => decisionsOf(evaluation, context.ruleset)),
    context.ruleset.version,
    now,
  );
  const evaluated = { evaluations, invitations: [] };
  for (const feature of features) await feature.plan?.(run, evaluated);
  const different = evaluations.filter(isDifferent);
  const changed = new Set(different.map(({ id }) => id));
  await memberStore.looked(
    tx,
    ids.filter((id) => !changed.has(id)),
    today,
  );
  await memberStore.save(
    tx,
    different.map(({ next }) => next.stored),
    new Map(different.map(({ id, next }) => [id, next.figures])),
    now,
  );
  return evaluations.filter(({ next }) => next.changed).length;
}

/** Most members look the same from one day to the next: of those only the day of the look is written. */
const isDifferent = ({ stored, facts, next }: Evaluation): boolean =>
  facts.length > 0 ||
  next.changed ||
  next.stored.graceUntil !== stored.graceUntil ||
  countedColumns.some((column) => (stored.figures[column] ?? null) !== (next.figures[column] ?? null));

/** What belongs to some members, by the kind of it. */
interface AllBelongings {
  readonly sums: ReadonlyMap<MemberId, MetricRow>;
  readonly returnActivities: ReadonlyMap<MemberId, ReturnActivity>;
  readonly memberships: ReadonlyMap<MemberId, readonly Membership[]>;
  readonly tags: Map<MemberId, Map<string, StoredTag>>;
  readonly wayTags: ReadonlyMap<MemberId, readonly TagRef[]>;
}

export async function belongingsOf(
  sql: Sql,
  members: ReadonlyMap<MemberId, StoredMember>,
  context: Context,
  today: Day,
): Promise<AllBelongings> {
  const ids = [...members.keys()];
  const states = [...members.values()].map(({ state }) => state);
  return {
    sums: await dailyCountStore.sum(sql, ids, today),
    returnActivities: await returnActivitiesOf(sql, states, context.ruleset.stages, context.timeZone, today),
    memberships: await groupStore.membershipsOf(sql, ids),
    tags: await tagStore.load(sql, ids),
    wayTags: await contactWayStore.tagsOf(sql, ids),
  };
}

export const belongingsIn = (
  { sums, returnActivities, memberships, tags, wayTags }: AllBelongings,
  id: MemberId,
): Omit<EvaluationInput, 'facts' | 'isRecalculation'> => ({
  sums: sums.get(id),
  returnActivity: returnActivities.get(id),
  memberships: memberships.get(id),
  tags: tags.get(id),
  wayTags: wayTags.get(id),
});
const tagWritesOf = ({ id, decision }: Evaluation): TagWrite[] =>
  decision.tags.map((change) => ({
    member: id,
    name: change.name,
    group: change.group,
    origin: 'rule',
    want: change.add,
    confirmed: false,
  }));
