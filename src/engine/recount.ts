import { problemOf, setAsideStore } from '../set-aside/set-aside.store.js';
import { dayOf } from '../domain/day.js';
import { evolve } from '../domain/evolve.js';
import { emptyMemberState, type MemberState, type StoredMember } from '../domain/member.js';
import type { MemberId } from '../domain/ids.js';
import type { MemberFact } from '../domain/member-fact.js';
import { hourOfAct } from '../domain/metrics/active-hours.js';
import { keyedCountsOf } from '../domain/metrics/keyed-counts.js';
import { type DayAddition, dailyCountStore } from '../features/members/daily-count.store.js';
import { type KeyedAddition, keyedCountStore } from '../features/members/keyed-count.store.js';
import { exchangeStore } from '../features/members/exchange.store.js';
import { invitationStore } from '../features/members/invitation.store.js';
import { identityStore } from '../features/members/identity.store.js';
import { memberFieldStore } from '../features/members/member-field.store.js';
import { memberStore } from '../features/members/member.store.js';
import { orderStore } from '../features/members/order.store.js';
import { readSetting, removeSetting, writeSetting } from '../platform/database/settings.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import { factStore } from '../inbox/fact.store.js';
import type { WhatWaits } from './brakes/batch-limits.js';
import { evaluateMembers } from './evaluate-members.js';
import { detachSelfMentions } from '../features/members/mentions.js';
import { addressesIn, invitationsIn, updateLastOrders, withIds } from './apply-facts.js';
import { applyOrders } from '../features/members/apply-orders.js';
import type { Run } from '../features/run.js';
import { mergeDuplicates, type RecountDeps } from './merge-duplicates.js';

const MEMBERS_AT_ONCE = 200;
/** The id of the last member who was counted anew. A migration that changes the counting sets it to 0; after the last member it is removed. */
const PROGRESS_SETTING = 'recount_after';

/**
 * Computes the figures and states of members again from their facts, after the way of counting has changed. It works in
 * batches. Each batch is one transaction that stores the progress, so that an interrupted start continues there. No batch moves
 * anybody or writes to anybody: those members are due, and the review after the last batch counts them all before it does. A fact or a
 * member that cannot be counted is set aside and does not stop the product from starting. Nobody is congratulated on a
 * corrected figure. Answers how many members were counted.
 */
export async function recount(deps: RecountDeps): Promise<number> {
  const isFirstBatch = await deps.write(async (tx) => {
    if ((await readProgress(tx)) !== 0) return false;
    // Members whom an earlier recount set aside are tried again with the others.
    await setAsideStore.clearAll(tx, 'recount');
    return true;
  });
  if (isFirstBatch) await mergeDuplicates(deps);
  let counted = 0;
  for (;;) {
    const done = await recountNext(deps, MEMBERS_AT_ONCE);
    if (done === 0) return counted;
    counted += done;
  }
}

/** Tries again to count or merge one member who was set aside. A member who fails again is set aside again. */
export async function recountMember(deps: RecountDeps, member: MemberId): Promise<void> {
  const { write, context, now } = deps;
  const notMerged = await mergeDuplicates(deps);
  try {
    await write(async (tx) => {
      const id = await identityStore.byNumber(tx, member);
      if (id !== null) await recountSome({ tx, context, now }, [id], 'nothing');
      if (!notMerged.has(member)) await setAsideStore.clear(tx, 'recount', [member]);
    });
  } catch (cause) {
    if (cause instanceof RetryLater) throw cause;
    await write((tx) => setAside(tx, [member], cause, deps));
  }
}

async function setAside(
  tx: Sql,
  ids: readonly MemberId[],
  cause: unknown,
  { now, logger }: RecountDeps,
): Promise<void> {
  logger.error(
    { err: cause, memberId: ids[0] },
    'a member could not be counted anew: they keep their old figures and are set aside',
  );
  const problem = problemOf(cause);
  await setAsideStore.add(
    tx,
    ids.map((id) => ({ source: 'recount', row: id, problem })),
    now,
  );
}

/** When a batch fails, halves it until the member who cannot be counted stands alone. Answers the size of the batch; 0 at the end. */
async function recountNext(deps: RecountDeps, limit: number): Promise<number> {
  const { write, context, now, logger } = deps;
  try {
    return await write(async (tx) => {
      const ids = await nextIds(tx, limit);
      const faulty = await recountSome({ tx, context, now }, ids, 'all');
      for (const { id, problem } of faulty)
        logger.error({ factId: id, problem }, 'a fact cannot be counted any more and was set aside');
      await saveProgress(tx, ids, now);
      return ids.length;
    });
  } catch (cause) {
    if (cause instanceof RetryLater) throw cause;
    if (limit > 1) return recountNext(deps, Math.ceil(limit / 2));
    return write(async (tx) => {
      const ids = await nextIds(tx, 1);
      await setAside(tx, ids, cause, deps);
      await saveProgress(tx, ids, now);
      return ids.length;
    });
  }
}

/** Whether members are still to be counted anew. */
export const isRecounting = async (sql: Sql): Promise<boolean> => (await readProgress(sql)) !== null;

/** The id of the last member who was counted anew; null when no recount is under way. */
async function readProgress(sql: Sql): Promise<number | null> {
  const progress = await readSetting(sql, PROGRESS_SETTING);
  return progress === null ? null : Number(progress);
}

async function nextIds(tx: Sql, limit: number): Promise<MemberId[]> {
  const after = await readProgress(tx);
  return after === null ? [] : memberStore.idsAfter(tx, after, limit);
}

async function saveProgress(tx: Sql, ids: readonly MemberId[], now: number): Promise<void> {
  const last = ids.at(-1);
  if (last === undefined) await removeSetting(tx, PROGRESS_SETTING);
  else await writeSetting(tx, PROGRESS_SETTING, String(last), now);
}

/** Answers the facts that cannot be counted any more. */
async function recountSome(run: Run, ids: readonly MemberId[], waits: WhatWaits): Promise<readonly FaultyFact[]> {
  const { tx, context, now } = run;
  const applied = await factStore.appliedOf(tx, ids);
  await dailyCountStore.deleteOf(tx, ids);
  await keyedCountStore.deleteOf(tx, ids);
  await orderStore.deleteOf(tx, ids);
  const addressed = await exchangeStore.deleteOf(tx, ids);
  await memberFieldStore.deleteOf(tx, ids);
  await invitationStore.deleteOf(tx, ids);
  const members = await memberStore.load(tx, ids);
  const { stay } = await detachSelfMentions(tx, applied.facts);
  const { facts, states, days, keyed, faulty } = replay(members, stay, context.timeZone);
  const orders = await applyOrders(tx, facts, context.timeZone);
  await dailyCountStore.add(tx, [...days, ...orders.days]);
  await keyedCountStore.add(tx, [...keyed, ...orders.keyed]);
  await memberFieldStore.apply(tx, facts);
  for (const [id, stored] of members)
    if (states.has(id)) members.set(id, { ...stored, state: corrected(stored.state, states.get(id)!) });
  await updateLastOrders(tx, ids, members);
  await memberStore.saveWithLoadedFigures(tx, [...members.values()], now);
  const talked = await exchangeStore.add(tx, addressesIn(facts, context.timeZone), { ids: [], messages: [] });
  await invitationStore.add(tx, invitationsIn(facts, context.timeZone));
  const inviters = await invitationStore.invitersOf(tx, ids);
  // The figures of those whom they addressed, and of those who invited them, have changed, too.
  const others = [...new Set([...addressed, ...talked, ...inviters])].filter((id) => !members.has(id));
  const evaluated = new Map([...members, ...(await memberStore.load(tx, others))]);
  await evaluateMembers(run, evaluated, [], { isRecalculation: true, waits });
  const allFaulty = [...applied.unreadable, ...faulty];
  await factStore.setAppliedAside(tx, allFaulty, now);
  return allFaulty;
}

interface FaultyFact {
  readonly id: number;
  readonly problem: string;
}

interface Replay {
  /** The facts that were counted. */
  readonly facts: readonly MemberFact[];
  readonly states: ReadonlyMap<MemberId, MemberState>;
  readonly days: readonly DayAddition[];
  readonly keyed: readonly KeyedAddition[];
  readonly faulty: readonly FaultyFact[];
}

/** Applies the facts of some members in their order, beginning with a member of whom nothing is known. */
function replay(members: ReadonlyMap<MemberId, StoredMember>, facts: readonly MemberFact[], timeZone: string): Replay {
  const states = new Map<MemberId, MemberState>();
  const days: DayAddition[] = [];
  const keyed: KeyedAddition[] = [];
  const counted: MemberFact[] = [];
  const faulty: FaultyFact[] = [];
  for (const memberFact of facts) {
    const { fact, member } = memberFact;
    const stored = members.get(member);
    if (!stored) continue;
    const before = states.get(member) ?? { ...stored.state, ...emptyMemberState };
    try {
      const { member: state, counts } = evolve(withIds(before, fact), fact, timeZone);
      states.set(member, state);
      const day = dayOf(fact.at, timeZone);
      if (counts) days.push({ member, day, counts, hour: hourOfAct(fact, timeZone) });
      for (const count of keyedCountsOf(fact)) keyed.push({ member, day, ...count });
      counted.push(memberFact);
    } catch (cause) {
      faulty.push({ id: fact.id, problem: problemOf(cause) });
    }
  }
  return { facts: counted, states, days, keyed, faulty };
}

/** The stored state with what facts alone decide. `isContact` stays: it also depends on the pairs with staff. */
const corrected = (stored: MemberState, replayed: MemberState): MemberState => ({
  ...stored,
  name: replayed.name || stored.name,
  phone: replayed.phone ?? stored.phone,
  birthday: replayed.birthday ?? stored.birthday,
  gender: replayed.gender || stored.gender,
  region: replayed.region ?? stored.region,
  profileAt: replayed.profileAt,
  source: replayed.source ?? stored.source,
  sourceAt: replayed.sourceAt,
  contactChangedAt: replayed.contactChangedAt,
  contactDay: replayed.contactDay ?? stored.contactDay,
  optedOut: replayed.optedOut,
  optChangedAt: replayed.optChangedAt,
  firstSeenAt: replayed.firstSeenAt,
  lastSeenAt: replayed.lastSeenAt,
  lastSeenDay: replayed.lastSeenDay,
  lastMessageDay: replayed.lastMessageDay,
  joinedAt: replayed.joinedAt,
  joinedDay: replayed.joinedDay,
});
