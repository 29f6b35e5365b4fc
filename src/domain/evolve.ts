import { assertNever } from './assert-never.js';
import { dayOf } from './day.js';
import { EARLIEST_FACT_MS, type Fact } from './fact.js';
import { noProfileTimes, type DayCounts, type MemberState, type Profile } from './member.js';
import { isJoinState } from './moves/pool.js';
import { phoneNumber } from './phone.js';

export interface Evolved {
  readonly member: MemberState;
  /** Added to the bucket of the fact's own day; null when nothing is counted. */
  readonly counts: DayCounts | null;
}

const later = (known: number | null, at: number): number => (known === null || at > known ? at : known);
const earlier = (known: number | null, at: number): number => (known === null || at < known ? at : known);

/** Earlier versions stored a time that WeCom did not tell as 0. */
const isKnown = (at: number): boolean => at >= EARLIEST_FACT_MS;

const beginningOf = (createdAt: number | undefined, readAt: number): number | undefined =>
  createdAt === undefined || !isKnown(createdAt) ? undefined : Math.min(createdAt, readAt);

/** The member did something themself: they were seen. */
function seen(member: MemberState, at: number, timeZone: string): MemberState {
  if (!isKnown(at)) return member;
  const lastSeenAt = later(member.lastSeenAt, at);
  return {
    ...member,
    firstSeenAt: earlier(member.firstSeenAt, at),
    lastSeenAt,
    lastSeenDay: dayOf(lastSeenAt, timeZone),
  };
}

function joined(member: MemberState, at: number, timeZone: string): MemberState {
  if (!isKnown(at)) return member;
  const joinedAt = earlier(member.joinedAt, at);
  return { ...member, joinedAt, joinedDay: dayOf(joinedAt, timeZone) };
}

/** By which way somebody came, at the earliest, whichever was told first. */
function cameBy(member: MemberState, state: string | undefined, at: number): MemberState {
  if (!state || (member.source !== null && at >= member.sourceAt)) return member;
  return { ...member, source: state, sourceAt: at };
}

/** Of two things told of one field the later stands, whichever was told last; of two of one moment the one told last. */
function learnt(
  member: MemberState,
  at: number,
  told: { readonly [K in keyof Profile]?: Profile[K] | undefined },
): MemberState {
  const fields = (Object.keys(noProfileTimes) as (keyof Profile)[]).filter(
    (field) => told[field] !== undefined && at >= member.profileAt[field],
  );
  if (fields.length === 0) return member;
  return {
    ...member,
    ...Object.fromEntries(fields.map((field) => [field, told[field]])),
    profileAt: { ...member.profileAt, ...Object.fromEntries(fields.map((field) => [field, at])) },
  };
}

/** Nobody is called nothing, and 0 is WeCom's word for a gender it does not know: neither unsays what is known. */
const said = <V>(value: V): V | undefined => (value === '' || value === 0 ? undefined : value);

/**
 * What one fact does to one member. Facts come repeated (their key makes that free), late and out of order: what can be
 * contradicted by a later fact (contact or not, opted out or not) carries the time it was last changed.
 */
export function evolve(member: MemberState, fact: Fact, timeZone: string): Evolved {
  const day = dayOf(fact.at, timeZone);
  switch (fact.kind) {
    case 'contact_added': {
      const arrived = cameBy(
        { ...joined(seen(member, fact.at, timeZone), fact.at, timeZone), contactDay: earlier(member.contactDay, day) },
        fact.data.state,
        fact.at,
      );
      if (fact.at < member.contactChangedAt) return { member: arrived, counts: { seen: 1 } };
      return {
        member: {
          ...arrived,
          isContact: true,
          contactChangedAt: fact.at,
        },
        counts: { seen: 1 },
      };
    }
    case 'contact_lost':
      if (fact.at < member.contactChangedAt) return { member, counts: null };
      return { member: { ...member, isContact: false, contactChangedAt: fact.at }, counts: null };
    case 'contact_read': {
      // No clock of the corp's reaches beyond the moment of its arrival.
      const readAt = Math.min(fact.data.readAt, fact.at);
      const begun = fact.data.follows.flatMap(({ createdAt }) => beginningOf(createdAt, readAt) ?? []);
      const since = begun.reduce<number | null>(earlier, null);
      const known =
        since === null
          ? member
          : {
              ...joined(member, since, timeZone),
              contactDay: earlier(member.contactDay, dayOf(since, timeZone)),
            };
      // A pair of which no beginning is known is no later than the read.
      const came = fact.data.follows.reduce(
        (so, { state, createdAt }) => cameBy(so, state, beginningOf(createdAt, readAt) ?? readAt),
        known,
      );
      const named = {
        ...learnt(came, readAt, { name: said(fact.data.name), gender: said(fact.data.gender) }),
        externalUserId: fact.member.externalUserId ?? member.externalUserId,
      };
      // A read is of its moment: an add or loss that happened after it stands. And it lists a member of staff whom the
      // customer has deleted like any other (contract §4.9), so only the first read of all can make somebody a contact,
      // or one that shows a pair which began after the loss: they came back and we were not told.
      if (readAt < member.contactChangedAt) return { member: named, counts: null };
      const latest = begun.reduce(later, 0);
      const cameBack = !member.isContact && member.contactChangedAt > 0 && latest > member.contactChangedAt;
      const isContact = fact.data.follows.length > 0 && (member.isContact || member.contactChangedAt === 0 || cameBack);
      return {
        member: {
          ...named,
          isContact,
          contactChangedAt: cameBack ? latest : member.contactChangedAt,
        },
        counts: null,
      };
    }
    case 'joined_group': {
      const { state, name } = fact.data;
      const arrived = joined(seen(member, fact.at, timeZone), fact.at, timeZone);
      // Our own codes tell the pool, not where somebody came from.
      const came = state && isJoinState(state) ? arrived : cameBy(arrived, state, fact.at);
      return { member: learnt(came, fact.at, { name: said(name) }), counts: { seen: 1 } };
    }
    case 'sent_message': {
      const spoke = seen(member, fact.at, timeZone);
      // A word to the chat account alone is no community talk: it says that they are there, and nothing else.
      if (fact.data.chatId === undefined) return { member: spoke, counts: { seen: 1 } };
      return {
        member: { ...spoke, lastMessageDay: later(member.lastMessageDay, day) },
        counts: { messages: 1, seen: 1, ads: fact.data.looksLikeAd ? 1 : 0 },
      };
    }
    case 'was_mentioned':
      return { member, counts: fact.data.chatId === undefined ? null : { mentions: 1 } };
    // Orders and money are counted from the book of orders, so that a refund finds the order it is of.
    case 'order_paid':
      return { member: seen(member, fact.at, timeZone), counts: { seen: 1 } };
    case 'order_refunded':
      return { member, counts: null };
    case 'checked_in':
      return { member: seen(member, fact.at, timeZone), counts: { checkins: 1, seen: 1 } };
    case 'invited':
      return { member: seen(member, fact.at, timeZone), counts: { invites: 1, seen: 1 } };
    case 'visited':
      return { member: seen(member, fact.at, timeZone), counts: { visits: 1, seen: 1 } };
    case 'content_viewed':
      return { member: seen(member, fact.at, timeZone), counts: { views: 1, seen: 1 } };
    case 'profile_updated': {
      const { name, phone, birthday, region, gender } = fact.data;
      const number = phone === undefined ? undefined : (phoneNumber(phone) ?? phone);
      return { member: learnt(member, fact.at, { name, phone: number, birthday, region, gender }), counts: null };
    }
    case 'opted_out':
    case 'opted_in':
      if (fact.at < member.optChangedAt) return { member, counts: null };
      return { member: { ...member, optedOut: fact.kind === 'opted_out', optChangedAt: fact.at }, counts: null };
    case 'tier_locked':
      return { member: { ...member, tierLock: { tier: fact.data.tier, by: fact.data.by } }, counts: null };
    case 'tier_unlocked':
      return { member: { ...member, tierLock: null }, counts: null };
    case 'contact_changed':
    case 'transfer_failed':
    case 'left_group':
    case 'custom':
      return { member, counts: null };
    case 'group_changed':
    case 'group_read':
    case 'tag_library_changed':
    case 'tag_library_read':
    case 'staff_changed':
    case 'app_alarm':
    case 'unrecognized':
      return { member, counts: null };
    default:
      return assertNever(fact);
  }
}
