import { dayOf } from '../domain/day.js';
import { evolve } from '../domain/evolve.js';
import { isCorpFact, type FactKind, type StoredFact } from '../domain/fact.js';
import type { GroupId, MemberId } from '../domain/ids.js';
import type { MemberState, StoredMember } from '../domain/member.js';
import { groupStore } from '../features/groups/group.store.js';
import { groupPeopleStore, type PresenceChange } from '../features/groups/group-people.store.js';
import { hourOfAct } from '../domain/metrics/active-hours.js';
import { keyedCountsOf } from '../domain/metrics/keyed-counts.js';
import { type DayAddition, dailyCountStore } from '../features/members/daily-count.store.js';
import { type KeyedAddition, keyedCountStore } from '../features/members/keyed-count.store.js';
import { type Interaction, type NewlyKnown, exchangeStore } from '../features/members/exchange.store.js';
import { type Invitation, invitationStore } from '../features/members/invitation.store.js';
import { identitiesOf, identityStore } from '../features/members/identity.store.js';
import { mergedMember } from '../features/members/merged-member.js';
import type { Sql } from '../platform/database/sql.js';
import { resolveMembers, withoutSelfMentions } from '../features/members/mentions.js';
import { applyOrders } from '../features/members/apply-orders.js';
import { type MemberFact, ofKind } from '../domain/member-fact.js';
import type { StoredGroup } from '../domain/moves/group.js';
import { contactPairStore } from '../features/members/contact-pair.store.js';
import { memberFieldStore } from '../features/members/member-field.store.js';
import { memberStore } from '../features/members/member.store.js';
import { preferenceStore } from '../features/members/preference.store.js';
import { orderStore } from '../features/members/order.store.js';
import { tagStore } from '../features/tags/tag.store.js';
import { factStore } from '../inbox/fact.store.js';
import { mergeMembers } from './merging/merge-members.js';

/** A batch of facts after they were applied, with the members as they are now. */
export interface AppliedFacts {
  readonly members: Map<MemberId, StoredMember>;
  readonly facts: readonly MemberFact[];
  readonly groups: ReadonlyMap<string, StoredGroup>;
  /** Facts about a group or the corp. */
  readonly corpFacts: readonly StoredFact[];
  /** Members without a fact of their own whose figures changed: they were answered, their answer was
   * understood now, or somebody whom they invited ordered. */
  readonly touched: readonly MemberId[];
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

/** The facts of a batch with the members whom they are about. */
export interface ResolvedFacts {
  readonly facts: readonly MemberFact[];
  readonly members: Map<MemberId, StoredMember>;
  /** Those of the members who were merged from several records by this batch. */
  readonly merged: readonly MemberId[];
}

/**
 * Finds the member of each fact. Records that turn out to be one member are merged here, before any fact is counted.
 * `tierOrder` lists the tiers from the lowest to the highest: a merged member keeps the higher tier.
 */
export async function resolveFacts(
  tx: Sql,
  facts: readonly StoredFact[],
  now: number,
  tierOrder: readonly string[] = [],
): Promise<ResolvedFacts> {
  const about = facts.filter((fact) => !isCorpFact(fact.kind));
  const resolved = await resolveMembers(tx, about, now);
  const named = about.flatMap((fact, index) => {
    const member = resolved.members[index];
    return member ? [{ fact, member }] : [];
  });
  const ids = [...named.map(({ member }) => member), ...resolved.merged.keys(), ...resolved.merged.values()];
  const members = await memberStore.load(tx, [...new Set(ids)]);
  const merged = await mergeRecords(tx, resolved.merged, members, { now, tierOrder });
  // After the merge, because only the merge may show who wrote an earlier message.
  return { facts: await withoutSelfMentions(tx, named), members, merged };
}

/** Merges records in the database and in `members`. `keptBy` names, for each record that goes, the one that is kept. */
export async function mergeRecords(
  tx: Sql,
  keptBy: ReadonlyMap<MemberId, MemberId>,
  members: Map<MemberId, StoredMember>,
  { now, tierOrder }: { readonly now: number; readonly tierOrder: readonly string[] },
): Promise<MemberId[]> {
  for (const [from, to] of keptBy) {
    const [kept, other] = [members.get(to), members.get(from)];
    await mergeMembers(tx, from, to, now);
    if (kept && other) members.set(to, mergedMember(kept, other, tierOrder));
    members.delete(from);
  }
  const merged = [...new Set(keptBy.values())];
  await markContactsOfMerged(tx, merged, members);
  await updateLastOrders(tx, merged, members);
  return merged;
}

const orderKinds: ReadonlySet<FactKind> = new Set(['order_paid', 'order_refunded']);

/** Stores the day of the last order that was not refunded. It changes when an order is refunded or arrives late. */
export async function updateLastOrders(
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
 * Applies facts to their members: daily counts, presence in groups, contact pairs. It must happen exactly once per fact, so
 * the same transaction marks the facts as applied.
 */
export async function applyFacts(
  tx: Sql,
  facts: readonly StoredFact[],
  { facts: memberFacts, members }: ResolvedFacts,
  { timeZone, now }: { readonly timeZone: string; readonly now: number },
): Promise<AppliedFacts> {
  const groups = await groupStore.resolve(
    tx,
    facts.flatMap((fact) => chatIdOf(fact) ?? []),
    now,
  );

  const days: DayAddition[] = [];
  const keyed: KeyedAddition[] = [];
  for (const { fact, member } of memberFacts) {
    const stored = members.get(member);
    if (!stored) continue;
    const { member: state, counts } = evolve(withIds(stored.state, fact), fact, timeZone);
    members.set(member, { ...stored, state });
    const day = dayOf(fact.at, timeZone);
    if (counts) days.push({ member, day, counts, hour: hourOfAct(fact, timeZone) });
    for (const count of keyedCountsOf(fact)) keyed.push({ member, day, ...count });
  }
  const orders = await applyOrders(tx, memberFacts, timeZone);
  await dailyCountStore.add(tx, [...days, ...orders.days]);
  await keyedCountStore.add(tx, [...keyed, ...orders.keyed]);
  const ordered = memberFacts.flatMap(({ fact, member }) => (orderKinds.has(fact.kind) ? [member] : []));
  await updateLastOrders(tx, [...new Set(ordered)], members);
  await groupPeopleStore.applyPresenceChanges(tx, presenceOf(memberFacts, groups));
  const said = memberFacts.flatMap(({ fact, member }) =>
    fact.kind === 'sent_message' && fact.data.chatId
      ? [{ group: groups.get(fact.data.chatId)!.id, member, at: fact.at }]
      : [],
  );
  await groupPeopleStore.markSpoken(tx, said);
  await applyContactPairs(tx, memberFacts, members);
  await updateIsContact(tx, memberFacts, members);
  await preferenceStore.apply(tx, memberFacts);
  await memberFieldStore.apply(tx, memberFacts);
  const memberOf = new Map(memberFacts.map(({ fact, member }) => [fact.id, member]));
  await factStore.markApplied(
    tx,
    facts.map((fact) => ({ id: fact.id, member: memberOf.get(fact.id) ?? null })),
  );
  await invitationStore.add(tx, invitationsIn(memberFacts, timeZone));
  const inviters = await invitationStore.invitersOf(tx, mayChangeInviters(memberFacts));
  const talked = await exchangeStore.add(tx, addressesIn(memberFacts, timeZone), arrivedWith(memberFacts));
  return {
    members,
    facts: memberFacts,
    groups,
    corpFacts: facts.filter((fact) => isCorpFact(fact.kind)),
    touched: [...new Set([...talked, ...inviters])].filter((id) => !members.has(id)),
  };
}

/** Who addressed whom in a group. A private message to the chat account addresses no other member. */
export function addressesIn(facts: readonly MemberFact[], timeZone: string): Interaction[] {
  return ofKind(facts, 'sent_message').flatMap(({ fact, member }): Interaction[] => {
    if (fact.data.chatId === undefined) return [];
    const mentions = [...new Set(fact.data.mentions)].map((ref) => ({ kind: 'mention' as const, ref }));
    const answers = fact.data.replyTo === undefined ? [] : [{ kind: 'answer' as const, ref: fact.data.replyTo }];
    const day = dayOf(fact.at, timeZone);
    return [...mentions, ...answers].map((said) => ({ ...said, member, day }));
  });
}

export const invitationsIn = (facts: readonly MemberFact[], timeZone: string): Invitation[] =>
  ofKind(facts, 'invited').map(({ fact, member }) => ({
    member,
    invitee: fact.data.invitee,
    day: dayOf(fact.at, timeZone),
  }));

/** Members who ordered, or of whom another id may be known now: those who invited them are evaluated, too. */
const mayChangeInviters = (facts: readonly MemberFact[]): MemberId[] => [
  ...new Set(
    facts.flatMap(({ fact, member }) =>
      orderKinds.has(fact.kind) || identitiesOf(fact.member).length > 1 ? [member] : [],
    ),
  ),
];

/** The ids and message keys of this batch: earlier mentions and answers that named them can be resolved now. */
function arrivedWith(facts: readonly MemberFact[]): NewlyKnown {
  return {
    ids: facts.flatMap(({ fact }) => identitiesOf(fact.member).map(({ value }) => value)),
    messages: ofKind(facts, 'sent_message').map(({ fact }) => fact.key),
  };
}

/** The state with the ids of the fact added. An id that is stored already is not replaced. */
export function withIds(state: MemberState, fact: StoredFact): MemberState {
  const externalUserId = state.externalUserId ?? fact.member.externalUserId ?? null;
  const factPhone = identitiesOf(fact.member).find(({ kind }) => kind === 'phone')?.value;
  const phone = state.phone ?? factPhone ?? null;
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
 * Decides who is a contact from the pairs that are open now. A loss ends one pair, and the member stays a contact while
 * another member of staff has them, or while another of their external ids has a pair. An add or a read that arrives late
 * does not overrule a later fact, but its pair counts if it is still open.
 */
async function updateIsContact(
  tx: Sql,
  facts: readonly MemberFact[],
  members: Map<MemberId, StoredMember>,
): Promise<void> {
  const changedAt = (member: MemberId): number => members.get(member)?.state.contactChangedAt ?? 0;
  const losses = ofKind(facts, 'contact_lost');
  // For these members the open pairs alone decide. The others stay a contact if they were one before.
  const decidedByPairs = new Set([
    ...losses.filter(({ fact }) => fact.data.staff !== undefined).map(({ member }) => member),
    ...ofKind(facts, 'contact_read')
      .filter(({ fact, member }) => fact.data.readAt >= changedAt(member))
      .map(({ member }) => member),
  ]);
  const concerned = [
    ...new Set([
      ...decidedByPairs,
      ...losses.map(({ member }) => member),
      ...membersWithLateContactFacts(facts, members),
    ]),
  ];
  const open = await contactPairStore.openOfMembers(tx, concerned);
  for (const id of concerned) {
    const isContact = open.has(id) || (!decidedByPairs.has(id) && (members.get(id)?.state.isContact ?? false));
    setContact(members, id, isContact);
  }
}

/** The kept record may have lost its only pair while the other record still has one. */
async function markContactsOfMerged(
  tx: Sql,
  merged: readonly MemberId[],
  members: Map<MemberId, StoredMember>,
): Promise<void> {
  for (const id of (await contactPairStore.openOfMembers(tx, merged)).keys()) setContact(members, id, true);
}

function setContact(members: Map<MemberId, StoredMember>, id: MemberId, isContact: boolean): void {
  const stored = members.get(id);
  if (stored && stored.state.isContact !== isContact)
    members.set(id, { ...stored, state: { ...stored.state, isContact } });
}

/** A loss that names no staff ends every pair that began before it, also a pair that is reported only after the loss. */
async function endPairsOfUnnamedStaff(
  tx: Sql,
  facts: readonly MemberFact[],
  members: ReadonlyMap<MemberId, StoredMember>,
): Promise<void> {
  const earlier = await factStore.appliedOf(tx, membersWithLateContactFacts(facts, members), ['contact_lost']);
  for (const { fact, member } of ofKind([...earlier.facts, ...facts], 'contact_lost')) {
    if (fact.data.staff !== undefined) continue;
    const { externalUserId } = fact.member;
    const externalIds = externalUserId
      ? [externalUserId]
      : (await identityStore.externalIdsOf(tx, [member])).get(member);
    for (const id of externalIds ?? []) await contactPairStore.endAll(tx, id, fact.at);
  }
}

/** Members with an add or a read that happened before their latest contact change. */
function membersWithLateContactFacts(
  facts: readonly MemberFact[],
  members: ReadonlyMap<MemberId, StoredMember>,
): MemberId[] {
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
  // Whichever side ended the pair, nothing can be sent through it any more.
  const lost = ofKind(facts, 'contact_lost').flatMap(({ fact }) =>
    fact.data.staff && fact.member.externalUserId
      ? [{ externalUserId: fact.member.externalUserId, staff: fact.data.staff, at: fact.at, mutual: true, ended: true }]
      : [],
  );
  await contactPairStore.applyChanges(tx, [...added, ...lost]);
  // Tags belong to a pair. When a pair begins or ends, the tags at WeCom are unknown again. Otherwise the next read, of
  // another pair without tags, would look as if staff had removed them all.
  const changed = [...ofKind(facts, 'contact_added'), ...ofKind(facts, 'contact_lost')].map(({ member }) => member);
  const reads = ofKind(facts, 'contact_read').filter(({ fact }) => fact.member.externalUserId !== undefined);
  const ended = await contactPairStore.applyReads(
    tx,
    reads.map(({ fact }) => ({ externalUserId: fact.member.externalUserId!, read: fact.data })),
  );
  for (const { fact, member } of reads) if (ended.has(fact.member.externalUserId!)) changed.push(member);
  await endPairsOfUnnamedStaff(tx, facts, members);
  await tagStore.unconfirmAll(tx, [...new Set(changed)]);
}
