import { dayOf } from '../domain/day.js';
import { evolve } from '../domain/evolve.js';
import { isCorpFact, type FactKind, type StoredFact } from '../domain/fact.js';
import type { GroupId, MemberId } from '../domain/ids.js';
import type { MemberState, StoredMember } from '../domain/member.js';
import { type PresenceChange, groupStore } from '../features/groups/group.store.js';
import { type DayAddition, dailyCountStore } from '../features/members/daily-count.store.js';
import { type Address, type Arrived, exchangeStore } from '../features/members/exchange.store.js';
import { identitiesOf, identityStore } from '../features/members/identity.store.js';
import { mergedMember } from '../features/members/merged-member.js';
import type { Sql } from '../platform/database/sql.js';
import { resolveMembers, withoutOwnMentions } from '../features/members/mentions.js';
import { applyOrders } from '../features/members/apply-orders.js';
import { type MemberFact, ofKind } from '../domain/member-fact.js';
import type { StoredGroup } from '../domain/moves/group.js';
import { contactPairStore } from '../features/members/contact-pair.store.js';
import { memberStore } from '../features/members/member.store.js';
import { orderStore } from '../features/members/order.store.js';
import { tagStore } from '../features/tags/tag.store.js';
import { factStore } from '../inbox/fact.store.js';
import { mergeMembers } from './merging/merge-members.js';

/** A batch of facts after it was taken in: who is concerned and what they look like now. */
export interface AppliedFacts {
  readonly members: Map<MemberId, StoredMember>;
  readonly facts: readonly MemberFact[];
  readonly groups: ReadonlyMap<string, StoredGroup>;
  /** Facts about a group or the corp. */
  readonly corpFacts: readonly StoredFact[];
}

const chatIdOf = (fact: StoredFact): string | undefined => {
  switch (fact.kind) {
    case 'joined_group':
    case 'left_group':
    case 'sent_message':
      return fact.data.chatId;
    default:
      return undefined;
  }
};

/** Who the facts of a batch are about. */
export interface Concerned {
  readonly facts: readonly MemberFact[];
  readonly members: Map<MemberId, StoredMember>;
  /** Those of them who were several records until now. */
  readonly united: readonly MemberId[];
}

/**
 * Whose facts these are. Records that turn out to be one member are made one here, before any of the facts is counted.
 * `tierOrder` is from the lowest tier to the highest: of two members that are one, the higher one's tier stands.
 */
export async function membersOf(
  tx: Sql,
  facts: readonly StoredFact[],
  now: number,
  tierOrder: readonly string[] = [],
): Promise<Concerned> {
  const about = facts.filter((fact) => !isCorpFact(fact.kind));
  const resolved = await resolveMembers(tx, about, now);
  const named = about.flatMap((fact, index) => {
    const member = resolved.members[index];
    return member ? [{ fact, member }] : [];
  });
  const ids = [...named.map(({ member }) => member), ...resolved.merged.keys(), ...resolved.merged.values()];
  const members = await memberStore.load(tx, [...new Set(ids)]);
  const united = await unite(tx, resolved.merged, members, now, tierOrder);
  // Only now: whose an earlier message is may be known by the uniting alone.
  return { facts: await withoutOwnMentions(tx, named), members, united };
}

/** Records that are one member (by the one that is kept) are made one, in the database and in `members`. */
export async function unite(
  tx: Sql,
  merged: ReadonlyMap<MemberId, MemberId>,
  members: Map<MemberId, StoredMember>,
  now: number,
  tierOrder: readonly string[],
): Promise<MemberId[]> {
  for (const [from, to] of merged) {
    const [kept, other] = [members.get(to), members.get(from)];
    await mergeMembers(tx, from, to, now);
    if (kept && other) members.set(to, mergedMember(kept, other, tierOrder));
    members.delete(from);
  }
  const united = [...new Set(merged.values())];
  await keepContactsOfUnited(tx, united, members);
  await learnLastOrders(tx, united, members);
  return united;
}

const ofOrders: ReadonlySet<FactKind> = new Set(['order_paid', 'order_refunded']);

/** The last order is the last that stands: it changes when one is given back, or was told late. */
export async function learnLastOrders(
  tx: Sql,
  ids: readonly MemberId[],
  members: Map<MemberId, StoredMember>,
): Promise<void> {
  const days = await orderStore.lastDays(tx, ids);
  for (const id of ids) {
    const stored = members.get(id);
    const lastOrderDay = days.get(id) ?? null;
    if (stored && stored.state.lastOrderDay !== lastOrderDay)
      members.set(id, { ...stored, state: { ...stored.state, lastOrderDay } });
  }
}

/**
 * Facts into members: what they add to the day's buckets, who is in which group, who has whom as a contact. Everything
 * here can be done once only, and is: in the transaction that marks the facts as taken.
 */
export async function applyFacts(
  tx: Sql,
  facts: readonly StoredFact[],
  { facts: memberFacts, members }: Concerned,
  timeZone: string,
  now: number,
): Promise<AppliedFacts> {
  const groups = await groupStore.resolve(
    tx,
    facts.flatMap((fact) => chatIdOf(fact) ?? []),
    now,
  );

  const additions: DayAddition[] = [];
  for (const { fact, member } of memberFacts) {
    const stored = members.get(member);
    if (!stored) continue;
    const { member: state, counts } = evolve(withIds(stored.state, fact), fact, timeZone);
    members.set(member, { ...stored, state });
    if (counts) additions.push({ member, day: dayOf(fact.at, timeZone), counts });
  }
  additions.push(...(await applyOrders(tx, memberFacts, timeZone)));
  await dailyCountStore.add(tx, additions);
  const ordered = memberFacts.flatMap(({ fact, member }) => (ofOrders.has(fact.kind) ? [member] : []));
  await learnLastOrders(tx, [...new Set(ordered)], members);
  await groupStore.presenceChanged(tx, presenceOf(memberFacts, groups));
  await groupStore.spoke(
    tx,
    memberFacts.flatMap(({ fact, member }) =>
      fact.kind === 'sent_message' && fact.data.chatId ? [{ group: groups.get(fact.data.chatId)!.id, member }] : [],
    ),
  );
  await applyContactPairs(tx, memberFacts, members);
  await keepOtherContacts(tx, memberFacts, members);
  const memberOf = new Map(memberFacts.map(({ fact, member }) => [fact.id, member]));
  await factStore.markApplied(
    tx,
    facts.map((fact) => ({ id: fact.id, member: memberOf.get(fact.id) ?? null })),
  );
  await exchangeStore.add(tx, addressesIn(memberFacts), arrivedWith(memberFacts));
  return { members, facts: memberFacts, groups, corpFacts: facts.filter((fact) => isCorpFact(fact.kind)) };
}

/** Words to somebody in a group; what is said to the chat account alone is said to nobody else. */
function addressesIn(facts: readonly MemberFact[]): Address[] {
  return ofKind(facts, 'sent_message').flatMap(({ fact, member }): Address[] => {
    if (fact.data.chatId === undefined) return [];
    const mentions = [...new Set(fact.data.mentions)].map((ref) => ({ kind: 'mention' as const, ref }));
    const answers = fact.data.replyTo === undefined ? [] : [{ kind: 'answer' as const, ref: fact.data.replyTo }];
    return [...mentions, ...answers].map((said) => ({ ...said, member, at: fact.at }));
  });
}

/** Whom and what somebody may have spoken to before we knew of them. */
function arrivedWith(facts: readonly MemberFact[]): Arrived {
  return {
    ids: facts.flatMap(({ fact }) => identitiesOf(fact.member).map(({ value }) => value)),
    messages: ofKind(facts, 'sent_message').map(({ fact }) => fact.key),
  };
}

export function withIds(state: MemberState, fact: StoredFact): MemberState {
  const externalUserId = state.externalUserId ?? fact.member.externalUserId ?? null;
  const named = identitiesOf(fact.member).find(({ kind }) => kind === 'phone')?.value;
  const phone = state.phone ?? named ?? null;
  return externalUserId === state.externalUserId && phone === state.phone ? state : { ...state, externalUserId, phone };
}

function presenceOf(facts: readonly MemberFact[], groups: ReadonlyMap<string, StoredGroup>): PresenceChange[] {
  return facts.flatMap(({ fact, member }): PresenceChange[] => {
    const group = (chatId: string): GroupId => groups.get(chatId)!.id;
    if (fact.kind === 'joined_group')
      return [
        {
          group: group(fact.data.chatId),
          member,
          present: true,
          at: fact.at,
          scene: fact.data.scene,
          state: fact.data.state,
        },
      ];
    if (fact.kind === 'left_group') return [{ group: group(fact.data.chatId), member, present: false, at: fact.at }];
    return [];
  });
}

/**
 * A loss is of one pair: who still has another member of staff stays a contact. And a read is of some pairs, or came late:
 * who has a pair left is a contact. So is who was added or read before their latest change, when it is told only now and
 * of a pair that still stands; and who is lost under one of their ids and not under another.
 */
async function keepOtherContacts(
  tx: Sql,
  facts: readonly MemberFact[],
  members: Map<MemberId, StoredMember>,
): Promise<void> {
  const changedAt = (member: MemberId): number => members.get(member)?.state.contactChangedAt ?? 0;
  const losses = ofKind(facts, 'contact_lost');
  const byPairs = new Set([
    ...losses.filter(({ fact }) => fact.data.staff !== undefined).map(({ member }) => member),
    ...ofKind(facts, 'contact_read')
      .filter(({ fact, member }) => fact.data.readAt >= changedAt(member))
      .map(({ member }) => member),
  ]);
  const asked = [...new Set([...byPairs, ...losses.map(({ member }) => member), ...toldLateIn(facts, members)])];
  const open = await contactPairStore.openOf(tx, asked);
  for (const id of asked) {
    const isContact = open.has(id) || (!byPairs.has(id) && (members.get(id)?.state.isContact ?? false));
    setContact(members, id, isContact);
  }
}

/** Of two records one may have lost its only pair, and the other still have one. */
async function keepContactsOfUnited(
  tx: Sql,
  united: readonly MemberId[],
  members: Map<MemberId, StoredMember>,
): Promise<void> {
  for (const id of (await contactPairStore.openOf(tx, united)).keys()) setContact(members, id, true);
}

function setContact(members: Map<MemberId, StoredMember>, id: MemberId, isContact: boolean): void {
  const stored = members.get(id);
  if (stored && stored.state.isContact !== isContact)
    members.set(id, { ...stored, state: { ...stored.state, isContact } });
}

/** A loss that names no staff is of every pair there was by then, also of one that we are told of only after it. */
async function endPairsOfLost(
  tx: Sql,
  facts: readonly MemberFact[],
  members: ReadonlyMap<MemberId, StoredMember>,
): Promise<void> {
  const earlier = await factStore.appliedOf(tx, toldLateIn(facts, members), ['contact_lost']);
  for (const { fact, member } of ofKind([...earlier.facts, ...facts], 'contact_lost')) {
    if (fact.data.staff !== undefined) continue;
    const { externalUserId } = fact.member;
    const all = externalUserId ? [externalUserId] : (await identityStore.externalIdsOf(tx, [member])).get(member);
    for (const id of all ?? []) await contactPairStore.endAll(tx, id, fact.at);
  }
}

/** Who was added, or read, before their latest change. */
function toldLateIn(facts: readonly MemberFact[], members: ReadonlyMap<MemberId, StoredMember>): MemberId[] {
  const changedAt = (member: MemberId): number => members.get(member)?.state.contactChangedAt ?? 0;
  const late = [
    ...ofKind(facts, 'contact_added').filter(({ fact, member }) => fact.at < changedAt(member)),
    ...ofKind(facts, 'contact_read').filter(({ fact, member }) => fact.data.readAt < changedAt(member)),
  ];
  return [...new Set(late.map(({ member }) => member))];
}

async function applyContactPairs(
  tx: Sql,
  facts: readonly MemberFact[],
  members: ReadonlyMap<MemberId, StoredMember>,
): Promise<void> {
  const added = ofKind(facts, 'contact_added').flatMap(({ fact }) =>
    fact.data.staff && fact.member.externalUserId
      ? [
          {
            externalUserId: fact.member.externalUserId,
            staff: fact.data.staff,
            at: fact.at,
            mutual: fact.data.mutual,
            ended: false,
            state: fact.data.state,
          },
        ]
      : [],
  );
  // Whoever of the two ended it, nothing can be sent through this pair any more.
  const lost = ofKind(facts, 'contact_lost').flatMap(({ fact }) =>
    fact.data.staff && fact.member.externalUserId
      ? [{ externalUserId: fact.member.externalUserId, staff: fact.data.staff, at: fact.at, mutual: true, ended: true }]
      : [],
  );
  await contactPairStore.change(tx, [...added, ...lost]);
  // Tags belong to the pair. Where one ends or begins, what WeCom has is not known any more: else the next read, of
  // another pair, looks as if staff had taken all of them off.
  const changed = [...ofKind(facts, 'contact_added'), ...ofKind(facts, 'contact_lost')].map(({ member }) => member);
  const reads = ofKind(facts, 'contact_read').filter(({ fact }) => fact.member.externalUserId !== undefined);
  const ended = await contactPairStore.learn(
    tx,
    reads.map(({ fact }) => ({ externalUserId: fact.member.externalUserId!, read: fact.data })),
  );
  for (const { fact, member } of reads) if (ended.has(fact.member.externalUserId!)) changed.push(member);
  await endPairsOfLost(tx, facts, members);
  await tagStore.unconfirmAll(tx, [...new Set(changed)]);
}
