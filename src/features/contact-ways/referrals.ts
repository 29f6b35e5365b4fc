import { dayOf, type Day } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { Fact } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import { factsOf } from '../../domain/member-fact.js';
import { contactWayStore } from './contact-way.store.js';
import { identityStore, memberIdsOf } from '../members/identity.store.js';
import type { Sql } from '../../platform/database/sql.js';

/** The callback and a read may give different times for the same contact. */
const CONTACT_TIME_TOLERANCE_MS = 60_000;

/**
 * One `invited` fact for each newcomer who came by a member's code, whichever codes they scan later. None for somebody who
 * was a contact before, and none for the member themself.
 */
export async function referralFacts(tx: Sql, evaluations: readonly Evaluation[], timeZone: string): Promise<Fact[]> {
  const arrivals = evaluations.flatMap((evaluation) => arrivalsOf(evaluation));
  const ways = await contactWayStore.byStates(
    tx,
    arrivals.map(({ state }) => state),
  );
  const facts: Fact[] = [];
  for (const { newcomer, contactDay, externalUserId, state, at } of arrivals) {
    const member = ways.get(state)?.member ?? null;
    if (member === null || member === newcomer) continue;
    // The contact pair of somebody who came back does not keep its first start; the member's first contact day does.
    if (contactDay !== null && contactDay < dayOf(at, timeZone)) continue;
    if (await contactWayStore.wasContactBefore(tx, externalUserId, at - CONTACT_TIME_TOLERANCE_MS)) continue;
    const [identity] = await identityStore.ofMember(tx, member);
    if (!identity) continue;
    facts.push({
      key: `invited:${externalUserId}`,
      kind: 'invited',
      at,
      member: memberIdsOf(identity),
      data: { invitee: externalUserId },
    });
  }
  return facts;
}

interface Arrival {
  readonly newcomer: MemberId;
  /** The first day on which they were anybody's contact. */
  readonly contactDay: Day | null;
  readonly externalUserId: string;
  readonly state: string;
  readonly at: number;
}

function arrivalsOf(evaluation: Evaluation): Arrival[] {
  const added = factsOf(evaluation.facts, 'contact_added').flatMap(({ member, data, at }) =>
    member.externalUserId && data.state ? [{ externalUserId: member.externalUserId, state: data.state, at }] : [],
  );
  const read = factsOf(evaluation.facts, 'contact_read').flatMap(({ member, data }) =>
    data.follows.flatMap(({ state, createdAt }) =>
      member.externalUserId && state && createdAt !== undefined
        ? [{ externalUserId: member.externalUserId, state, at: createdAt }]
        : [],
    ),
  );
  return [...added, ...read].map((arrival) => ({
    ...arrival,
    newcomer: evaluation.id,
    contactDay: evaluation.stored.state.contactDay,
  }));
}
