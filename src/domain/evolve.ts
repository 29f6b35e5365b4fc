import { assertNever } from './assert-never.js';
import { dayOf } from './day.js';
import { EARLIEST_FACT_MS, type Fact } from './fact.js';
import { noProfileTimes, type DayCounts, type MemberState, type Profile } from './member.js';
import { isJoinState } from './moves/pool.js';
import { phoneNumber } from './phone.js';
import { isPost } from './post.js';

export interface Evolved {
  readonly member: MemberState;
  /** Added to the daily counts of the fact's day; null when nothing is counted. */
  readonly counts: DayCounts | null;
}

const later = (known: number | null, at: number): number => (known === null || at > known ? at : known);
const earlier = (known: number | null, at: number): number => (known === null || at < known ? at : known);

/** Earlier versions stored an unknown time as 0. */
const isKnown = (at: number): boolean => at >= EARLIEST_FACT_MS;

const pairStart = (createdAt: number | undefined, readAt: number): number | undefined =>
  createdAt === undefined || !isKnown(createdAt) ? undefined : Math.min(createdAt, readAt);

/** The member was active at `at`. */
function withSeen(member: MemberState, at: number, timeZone: string): MemberState {
  if (!isKnown(at)) return member;
  const lastSeenAt = later(member.lastSeenAt, at);
  return {
    ...member,
    firstSeenAt: earlier(member.firstSeenAt, at),
    lastSeenAt,
    lastSeenDay: dayOf(lastSeenAt, timeZone),
  };
}

function withJoined(member: MemberState, at: number, timeZone: string): MemberState {
  if (!isKnown(at)) return member;
  const joinedAt = earlier(member.joinedAt, at);
  return { ...member, joinedAt, joinedDay: dayOf(joinedAt, timeZone) };
}

/** Sets the channel code the member came by. The earliest one counts, in whatever order the facts arrive. */
function withSource(member: MemberState, state: string | undefined, at: number): MemberState {
  if (!state || (member.source !== null && at >= member.sourceAt)) return member;
  return { ...member, source: state, sourceAt: at };
}

/** Sets profile fields. The value with the latest time counts, whichever arrives last; at equal times the last to arrive. */
function withProfile(
  member: MemberState,
  at: number,
  values: { readonly [K in keyof Profile]?: Profile[K] | undefined },
): MemberState {
  const fields = (Object.keys(noProfileTimes) as (keyof Profile)[]).filter(
    (field) => values[field] !== undefined && at >= member.profileAt[field],
  );
  if (fields.length === 0) return member;
  return {
    ...member,
    ...Object.fromEntries(fields.map((field) => [field, values[field]])),
    profileAt: { ...member.profileAt, ...Object.fromEntries(fields.map((field) => [field, at])) },
  };
}

/** WeCom sends an empty name or gender 0 for unknown; neither overwrites a known value. */
const knownOrUndefined = <V>(value: V): V | undefined => (value === '' || value === 0 ? undefined : value);

/**
 * Applies one fact to one member. Facts arrive repeated (their key makes repeats harmless), late and out of order; so each
 * state that a later fact can reverse (contact, opted out) has the time of its last change.
 */
export function evolve(member: MemberState, fact: Fact, timeZone: string): Evolved {
  const day = dayOf(fact.at, timeZone);
  switch (fact.kind) {
    case 'contact_added': {
      const arrived = withSource(
        {
          ...withJoined(withSeen(member, fact.at, timeZone), fact.at, timeZone),
          contactDay: earlier(member.contactDay, day),
        },
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
      // A time after the arrival of the read comes from a wrong clock.
      const readAt = Math.min(fact.data.readAt, fact.at);
      const begun = fact.data.follows.flatMap(({ createdAt }) => pairStart(createdAt, readAt) ?? []);
      const since = begun.reduce<number | null>(earlier, null);
      const known =
        since === null
          ? member
          : {
              ...withJoined(member, since, timeZone),
              contactDay: earlier(member.contactDay, dayOf(since, timeZone)),
            };
      // A pair without a known start existed at the latest when it was read.
      const came = fact.data.follows.reduce(
        (so, { state, createdAt }) => withSource(so, state, pairStart(createdAt, readAt) ?? readAt),
        known,
      );
      const named = {
        ...withProfile(came, readAt, {
          name: knownOrUndefined(fact.data.name),
          gender: knownOrUndefined(fact.data.gender),
        }),
        externalUserId: fact.member.externalUserId ?? member.externalUserId,
      };
      // An add or loss after the read counts more than the read. A read also lists staff whom the customer has deleted
      // (contract §4.9). So a read makes a member a contact only if it is the first information about them, or if it shows
      // a pair that began after the loss: then the member returned and the callback was missed.
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
      const arrived = withJoined(withSeen(member, fact.at, timeZone), fact.at, timeZone);
      // Our own join codes identify a pool, not an acquisition channel.
      const came = state && isJoinState(state) ? arrived : withSource(arrived, state, fact.at);
      return { member: withProfile(came, fact.at, { name: knownOrUndefined(name) }), counts: { seen: 1 } };
    }
    case 'sent_message': {
      const spoke = withSeen(member, fact.at, timeZone);
      // A direct message to the chat account counts as being seen, not as community talk.
      if (fact.data.chatId === undefined) return { member: spoke, counts: { seen: 1 } };
      return {
        member: { ...spoke, lastMessageDay: later(member.lastMessageDay, day) },
        counts: {
          messages: 1,
          posts: isPost(fact.data) ? 1 : 0,
          seen: 1,
          ads: fact.data.looksLikeAd ? 1 : 0,
        },
      };
    }
    case 'was_mentioned':
      return { member, counts: fact.data.chatId === undefined ? null : { mentions: 1 } };
    // Orders and money are counted from the order book, so that a refund finds its order.
    case 'order_paid':
      return { member: withSeen(member, fact.at, timeZone), counts: { seen: 1 } };
    case 'order_refunded':
      return { member, counts: null };
    case 'checked_in':
      return { member: withSeen(member, fact.at, timeZone), counts: { checkins: 1, seen: 1 } };
    case 'invited':
      return { member: withSeen(member, fact.at, timeZone), counts: { invites: 1, seen: 1 } };
    case 'visited':
      return { member: withSeen(member, fact.at, timeZone), counts: { visits: 1, seen: 1 } };
    case 'content_viewed':
      return { member: withSeen(member, fact.at, timeZone), counts: { views: 1, seen: 1 } };
    // Words to customer service say that the member is there; they are not community talk.
    case 'wrote_to_service':
      return { member: withSeen(member, fact.at, timeZone), counts: { service_messages: 1, seen: 1 } };
    case 'entered_service':
      return { member: withSeen(member, fact.at, timeZone), counts: { service_visits: 1, seen: 1 } };
    case 'link_clicked':
      return { member: withSeen(member, fact.at, timeZone), counts: { clicks: 1, seen: 1 } };
    case 'asked':
    case 'preference_changed':
      return { member: withSeen(member, fact.at, timeZone), counts: { seen: 1 } };
    case 'profile_updated': {
      const { name, phone, birthday, region, gender } = fact.data;
      const number = phone === undefined ? undefined : (phoneNumber(phone) ?? phone);
      return { member: withProfile(member, fact.at, { name, phone: number, birthday, region, gender }), counts: null };
    }
    case 'opted_out':
    case 'opted_in':
      if (fact.at < member.optChangedAt) return { member, counts: null };
      return { member: { ...member, optedOut: fact.kind === 'opted_out', optChangedAt: fact.at }, counts: null };
    case 'tier_locked':
      return { member: { ...member, tierLock: { tier: fact.data.tier, by: fact.data.by } }, counts: null };
    case 'tier_unlocked':
      return { member: { ...member, tierLock: null }, counts: null };
    case 'tier_hold_released':
      return { member: { ...member, heldReleasedAt: Math.max(member.heldReleasedAt, fact.at) }, counts: null };
    case 'contact_changed':
    case 'transfer_failed':
    case 'left_group':
    case 'service_session_changed':
    case 'service_refused':
    case 'service_message_recalled':
    case 'service_send_failed':
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
