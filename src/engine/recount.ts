import { problemOf, setAsideStore } from '../set-aside/set-aside.store.js';
import { dayOf } from '../domain/day.js';
import { evolve } from '../domain/evolve.js';
import { emptyMemberState, type MemberState, type StoredMember } from '../domain/member.js';
import type { MemberId } from '../domain/ids.js';
import type { MemberFact } from '../domain/member-fact.js';
import { type DayAddition, dailyCountStore } from '../features/members/daily-count.store.js';
import { identityStore } from '../features/members/identity.store.js';
import { memberStore } from '../features/members/member.store.js';
import { orderStore } from '../features/members/order.store.js';
import { readSetting, removeSetting, writeSetting } from '../platform/database/settings.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import { factStore } from '../inbox/fact.store.js';
import { evaluateMembers } from './evaluate-members.js';
import { disownMentions } from '../features/members/mentions.js';
import { learnLastOrders, withIds } from './apply-facts.js';
import { applyOrders } from '../features/members/apply-orders.js';
import type { Run } from '../features/run.js';
import { uniteDoubled, type Recounting } from './unite-doubled.js';

const MEMBERS_AT_ONCE = 200;
/** Set by a migration that changes how facts are counted: the last member who was counted anew. Gone when all were. */
const PROGRESS = 'recount_after';

/**
 * Members' figures and states from their facts alone, after the way of counting has changed. Some members at a time, each
 * time in one transaction that notes how far it got: a start that is interrupted goes on there. A fact that cannot be
 * counted, or a member, is set aside and the rest goes on: the product starts. Nobody is congratulated on a figure that was
 * put right. Answers how many were counted.
 */
export async function recount(recounting: Recounting): Promise<number> {
  const begins = await recounting.write(async (tx) => {
    if ((await progressIn(tx)) !== 0) return false;
    // Whoever an earlier recount could not count is tried with the others.
    await setAsideStore.clearAll(tx, 'recount');
    return true;
  });
  if (begins) await uniteDoubled(recounting);
  let counted = 0;
  for (;;) {
    const done = await recountNext(recounting, MEMBERS_AT_ONCE);
    if (done === 0) return counted;
    counted += done;
  }
}

/** One member who could not be counted anew, or not be united: once more. What fails again is set aside again. */
export async function recountMember(recounting: Recounting, member: MemberId): Promise<void> {
  const { write, context, now } = recounting;
  const left = await uniteDoubled(recounting);
  try {
    await write(async (tx) => {
      const id = await identityStore.byNumber(tx, member);
      if (id !== null) await recountSome({ tx, context, now }, [id]);
      if (!left.has(member)) await setAsideStore.clear(tx, 'recount', [member]);
    });
  } catch (cause) {
    if (cause instanceof RetryLater) throw cause;
    await write((tx) => setAside(tx, [member], cause, recounting));
  }
}

async function setAside(tx: Sql, ids: readonly MemberId[], cause: unknown, { now, logger }: Recounting): Promise<void> {
  logger.error({ err: cause, memberId: ids[0] }, 'a member could not be counted anew and was left as they were');
  const problem = problemOf(cause);
  await setAsideStore.add(
    tx,
    ids.map((id) => ({ source: 'recount', row: id, problem })),
    now,
  );
}

/** Whoever cannot be counted is found by halving. Answers how many members were gone through; 0 when all are. */
async function recountNext(recounting: Recounting, limit: number): Promise<number> {
  const { write, context, now, logger } = recounting;
  try {
    return await write(async (tx) => {
      const ids = await nextIds(tx, limit);
      const spoiled = await recountSome({ tx, context, now }, ids);
      for (const { id, problem } of spoiled)
        logger.error({ factId: id, problem }, 'a fact cannot be counted any more and was set aside');
      await noteProgress(tx, ids, now);
      return ids.length;
    });
  } catch (cause) {
    if (cause instanceof RetryLater) throw cause;
    if (limit > 1) return recountNext(recounting, Math.ceil(limit / 2));
    return write(async (tx) => {
      const ids = await nextIds(tx, 1);
      await setAside(tx, ids, cause, recounting);
      await noteProgress(tx, ids, now);
      return ids.length;
    });
  }
}

/** The last member who was counted anew; null when nobody is to be. */
async function progressIn(sql: Sql): Promise<number | null> {
  const progress = await readSetting(sql, PROGRESS);
  return progress === null ? null : Number(progress);
}

async function nextIds(tx: Sql, limit: number): Promise<MemberId[]> {
  const after = await progressIn(tx);
  return after === null ? [] : memberStore.idsAfter(tx, after, limit);
}

async function noteProgress(tx: Sql, ids: readonly MemberId[], now: number): Promise<void> {
  const last = ids.at(-1);
  if (last === undefined) await removeSetting(tx, PROGRESS);
  else await writeSetting(tx, PROGRESS, String(last), now);
}

/** Answers the facts that cannot be counted any more. */
async function recountSome(run: Run, ids: readonly MemberId[]): Promise<readonly Spoiled[]> {
  const { tx, context, now } = run;
  const taken = await factStore.appliedOf(tx, ids);
  await dailyCountStore.forget(tx, ids);
  await orderStore.forget(tx, ids);
  const members = await memberStore.load(tx, ids);
  const { stay } = await disownMentions(tx, taken.facts);
  const { facts, states, additions, spoiled } = replayed(members, stay, context.timeZone);
  await dailyCountStore.add(tx, [...additions, ...(await applyOrders(tx, facts, context.timeZone))]);
  for (const [id, stored] of members)
    if (states.has(id)) members.set(id, { ...stored, state: corrected(stored.state, states.get(id)!) });
  await learnLastOrders(tx, ids, members);
  await memberStore.keep(tx, [...members.values()], now);
  await evaluateMembers(run, members, [], 'long_ago');
  const aside = [...taken.unreadable, ...spoiled];
  await factStore.setAppliedAside(tx, aside, now);
  return aside;
}

interface Spoiled {
  readonly id: number;
  readonly problem: string;
}

interface Replayed {
  /** Those that count. */
  readonly facts: readonly MemberFact[];
  readonly states: ReadonlyMap<MemberId, MemberState>;
  readonly additions: readonly DayAddition[];
  readonly spoiled: readonly Spoiled[];
}

function replayed(
  members: ReadonlyMap<MemberId, StoredMember>,
  facts: readonly MemberFact[],
  timeZone: string,
): Replayed {
  const states = new Map<MemberId, MemberState>();
  const additions: DayAddition[] = [];
  const counted: MemberFact[] = [];
  const spoiled: Spoiled[] = [];
  for (const taken of facts) {
    const { fact, member } = taken;
    const stored = members.get(member);
    if (!stored) continue;
    const before = states.get(member) ?? { ...stored.state, ...emptyMemberState };
    try {
      const { member: state, counts } = evolve(withIds(before, fact), fact, timeZone);
      states.set(member, state);
      if (counts) additions.push({ member, day: dayOf(fact.at, timeZone), counts });
      counted.push(taken);
    } catch (cause) {
      spoiled.push({ id: fact.id, problem: problemOf(cause) });
    }
  }
  return { facts: counted, states, additions, spoiled };
}

/** What facts alone say. Whether somebody is a contact also rests on their pairs with staff, so that is left as it stands. */
const corrected = (stored: MemberState, told: MemberState): MemberState => ({
  ...stored,
  name: told.name || stored.name,
  phone: told.phone ?? stored.phone,
  birthday: told.birthday ?? stored.birthday,
  gender: told.gender || stored.gender,
  region: told.region ?? stored.region,
  profileAt: told.profileAt,
  source: told.source ?? stored.source,
  sourceAt: told.sourceAt,
  contactChangedAt: told.contactChangedAt,
  contactDay: told.contactDay ?? stored.contactDay,
  optedOut: told.optedOut,
  optChangedAt: told.optChangedAt,
  firstSeenAt: told.firstSeenAt,
  lastSeenAt: told.lastSeenAt,
  lastSeenDay: told.lastSeenDay,
  lastMessageDay: told.lastMessageDay,
  joinedAt: told.joinedAt,
  joinedDay: told.joinedDay,
});
