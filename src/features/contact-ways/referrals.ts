import { dayOf, type Day } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { Fact } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import { factsOf } from '../../domain/member-fact.js';
import { contactWayStore } from './contact-way.store.js';
import { identityStore, memberIdsOf } from '../members/identity.store.js';
import type { Sql } from '../../platform/database/sql.js';

/** The callback's second and the read's may differ. */
export const SAME_MOMENT_MS = 60_000;

/**
 * Who came by a member's code was invited by that member: once for each newcomer, whichever code they scan later; not who
 * had been a contact before, nor the member themself.
 */
export async function invitationsOf(tx: Sql, evaluations: readonly Evaluation[], timeZone: string): Promise<Fact[]> {
  const arrivals = evaluations.flatMap((evaluation) => arrivalsOf(evaluation));
  const ways = await contactWayStore.byStates(
    tx,
    arrivals.map(({ state }) => state),
  );
  const told: Fact[] = [];
  for (const { newcomer, contactDay, externalUserId, state, at } of arrivals) {
    const member = ways.get(state)?.member ?? null;
    if (member === null || member === newcomer) continue;
    // A pair that began anew has forgotten its first beginning.
    if (contactDay !== null && contactDay < dayOf(at, timeZone)) continue;
    if (await contactWayStore.knownBefore(tx, externalUserId, at - SAME_MOMENT_MS)) continue;
    const [identity] = await identityStore.ofMember(tx, member);
    if (!identity) continue;
    told.push({
      key: `invited:${externalUserId}`,
      kind: 'invited',
      at,
      member: memberIdsOf(identity),
      data: { invitee: externalUserId },
    });
  }
  return told;
}

export interface Arrival {
  readonly newcomer: MemberId;
  /** The day they first were anybody's contact. */
  readonly contactDay: Day | null;
  readonly externalUserId: string;
  readonly state: string;
  readonly at: number;
}

export function arrivalsOf(evaluation: Evaluation): Arrival[] {
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
