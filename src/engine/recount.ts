import { dayOf } from '../domain/day.js';
import { evolve } from '../domain/evolve.js';
import { profileNeverTold, type MemberState } from '../domain/member.js';
import type { MemberId } from '../domain/ids.js';
import type { DayAddition } from '../members/bucket.store.js';
import type { StoredMember } from '../members/member.store.js';
import type { Sql } from '../platform/database/sql.js';
import { look, type Circumstances } from './look.js';
import { stores } from './stores.js';
import { learnLastOrders, unite, withIds, type MemberFact } from './take-facts.js';
import { takeOrders } from './take-orders.js';

const MEMBERS_AT_ONCE = 200;
/** Set by a migration that changes how facts are counted: the last member who was counted anew. Gone when all were. */
const PROGRESS = 'recount_after';

/**
 * Members' figures and states from their facts alone, after the way of counting has changed. Some members at a time, each
 * time in one transaction that notes how far it got: a start that is interrupted goes on there. Nobody is congratulated on
 * a figure that was put right. Answers how many were counted.
 */
export async function recount(
  write: <T>(work: (tx: Sql) => Promise<T>) => Promise<T>,
  on: Circumstances,
  now: number,
): Promise<number> {
  let counted = 0;
  for (;;) {
    const done = await write(async (tx) => {
      const progress = await tx.one<{ value: string }>('SELECT value FROM setting WHERE name = $1', [PROGRESS]);
      if (!progress) return 0;
      const after = Number(progress.value);
      if (after === 0) await unitePhones(tx, on, now);
      const rows = await tx.all<{ id: number }>(
        `SELECT id FROM member WHERE id > $1 AND merged_into IS NULL ORDER BY id LIMIT ${MEMBERS_AT_ONCE}`,
        [after],
      );
      const ids = rows.map((row) => row.id as MemberId);
      if (ids.length === 0) {
        await tx.run('DELETE FROM setting WHERE name = $1', [PROGRESS]);
        return 0;
      }
      await recountSome(tx, ids, on, now);
      await tx.run('UPDATE setting SET value = $1, changed_at = $2 WHERE name = $3', [
        String(ids.at(-1)!),
        now,
        PROGRESS,
      ]);
      return ids.length;
    });
    if (done === 0) return counted;
    counted += done;
  }
}

/** One phone number was several members, as often as it was spelled differently. */
async function unitePhones(tx: Sql, on: Circumstances, now: number): Promise<void> {
  const merged = await stores.identities.respellPhones(tx);
  const members = await stores.members.load(tx, [...new Set([...merged.keys(), ...merged.values()])]);
  const tierOrder = on.ruleset.tiers.map((tier) => tier.key);
  const united = await unite(tx, merged, members, now, tierOrder);
  const kept = united.flatMap((id) => members.get(id) ?? []);
  await stores.members.keep(tx, kept, now);
}

async function recountSome(tx: Sql, ids: readonly MemberId[], on: Circumstances, now: number): Promise<void> {
  const facts = await stores.facts.takenOf(tx, ids);
  await stores.buckets.forget(tx, ids);
  await stores.orders.forget(tx, ids);
  const members = await stores.members.load(tx, ids);
  const { states, additions } = replayed(members, facts, on.timeZone);
  await stores.buckets.add(tx, [...additions, ...(await takeOrders(tx, facts, on.timeZone))]);
  for (const [id, stored] of members)
    if (states.has(id)) members.set(id, { ...stored, state: corrected(stored.state, states.get(id)!) });
  await learnLastOrders(tx, ids, members);
  await stores.members.keep(tx, [...members.values()], now);
  await look(tx, members, [], on, now, 'long_ago');
}

function replayed(
  members: ReadonlyMap<MemberId, StoredMember>,
  facts: readonly MemberFact[],
  timeZone: string,
): { states: ReadonlyMap<MemberId, MemberState>; additions: readonly DayAddition[] } {
  const states = new Map<MemberId, MemberState>();
  const additions: DayAddition[] = [];
  for (const { fact, member } of facts) {
    const stored = members.get(member);
    if (!stored) continue;
    const before = states.get(member) ?? asIfNeverTold(stored.state);
    const { member: state, counts } = evolve(withIds(before, fact), fact, timeZone);
    states.set(member, state);
    if (counts) additions.push({ member, day: dayOf(fact.at, timeZone), counts });
  }
  return { states, additions };
}

const asIfNeverTold = (state: MemberState): MemberState => ({
  ...state,
  name: '',
  phone: null,
  birthday: null,
  gender: 0,
  region: null,
  profileAt: profileNeverTold,
  isContact: false,
  contactChangedAt: 0,
  optedOut: false,
  optChangedAt: 0,
  firstSeenAt: null,
  lastSeenAt: null,
  lastSeenDay: null,
  lastMessageDay: null,
  joinedAt: null,
  joinedDay: null,
});

/** What facts alone say. Whether somebody is a contact also rests on their pairs with staff, so that is left as it stands. */
const corrected = (stored: MemberState, told: MemberState): MemberState => ({
  ...stored,
  name: told.name || stored.name,
  phone: told.phone ?? stored.phone,
  birthday: told.birthday ?? stored.birthday,
  gender: told.gender || stored.gender,
  region: told.region ?? stored.region,
  profileAt: told.profileAt,
  contactChangedAt: told.contactChangedAt,
  optedOut: told.optedOut,
  optChangedAt: told.optChangedAt,
  firstSeenAt: told.firstSeenAt,
  lastSeenAt: told.lastSeenAt,
  lastSeenDay: told.lastSeenDay,
  lastMessageDay: told.lastMessageDay,
  joinedAt: told.joinedAt,
  joinedDay: told.joinedDay,
});
