import { dayOf } from '../../domain/day.js';
import type { MemberIds, StoredFact } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import type { MemberFact } from '../../domain/member-fact.js';
import { dailyCountStore } from './daily-count.store.js';
import {
  identitiesOf,
  identityKey,
  memberIdsOf,
  type Identity,
  type Resolved,
  identityStore,
} from './identity.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { factStore } from '../../inbox/fact.store.js';

/** The kinds of id by which the API may mention somebody, the preferred one first, as in the exchange store. */
const mentionKinds = ['chat', 'external_userid', 'unionid'] as const;
const MENTION = ':m:';

const isMentionByBareId = (fact: StoredFact): boolean => fact.kind === 'was_mentioned' && fact.key.startsWith('api:');

interface IdentifiedMembers {
  /** The ids of each fact's member, in the order of the facts. */
  readonly ids: readonly MemberIds[];
  /** Unionids that were stored as ids of the chat account by mistake. */
  readonly mistakenChatIds: readonly string[];
}

/**
 * The ids of the members the facts are about. The API mentions people by a bare id, and its kind is only known once somebody
 * has it: a unionid that was mentioned before that was stored as an id of the chat account.
 */
async function identifyMembers(tx: Sql, facts: readonly StoredFact[]): Promise<IdentifiedMembers> {
  const mentioned = facts.filter(isMentionByBareId).flatMap(({ member }) => identitiesOf(member));
  const others = facts.filter((fact) => !isMentionByBareId(fact)).flatMap(({ member }) => identitiesOf(member));
  const unionids = others.filter(({ kind }) => kind === 'unionid');
  if (mentioned.length === 0 && unionids.length === 0)
    return { ids: facts.map(({ member }) => member), mistakenChatIds: [] };
  const stored = await identityStore.find(tx, [
    ...mentioned.flatMap(({ value }) => mentionKinds.map((kind): Identity => ({ kind, value }))),
    ...unionids.map(({ value }): Identity => ({ kind: 'chat', value })),
  ]);
  const named = new Set(others.map(identityKey));
  const known = new Set([...stored.keys(), ...named]);
  const ids = facts.map((fact) => {
    const [first] = identitiesOf(fact.member);
    if (!isMentionByBareId(fact) || !first) return fact.member;
    const kind = mentionKinds.find((each) => known.has(identityKey({ kind: each, value: first.value })));
    return memberIdsOf({ kind: kind ?? first.kind, value: first.value });
  });
  const isMistaken = (value: string): boolean => {
    const chat = identityKey({ kind: 'chat', value });
    return stored.has(chat) && !named.has(chat);
  };
  return { ids, mistakenChatIds: [...new Set(unionids.map(({ value }) => value))].filter(isMistaken) };
}

/**
 * The member of each fact. A member stored under a unionid as if it were an id of the chat account is merged into the member
 * with that unionid, and the false id is deleted: nothing can be sent to it.
 */
export async function resolveMembers(tx: Sql, facts: readonly StoredFact[], now: number): Promise<Resolved> {
  const { ids, mistakenChatIds } = await identifyMembers(tx, facts);
  const corrections = mistakenChatIds.map((unionid): MemberIds => ({ unionid, chatContactId: unionid }));
  const resolved = await identityStore.resolve(tx, [...ids, ...corrections], 'fact', now);
  await identityStore.unlinkChats(tx, mistakenChatIds);
  return resolved;
}

/** The fact key of the message of a mention; the mention's own key is that key, `:m:` and the mentioned id. */
function messageOf({ fact: { kind, key, member } }: MemberFact): string | null {
  if (kind !== 'was_mentioned') return null;
  const suffix = identitiesOf(member)
    .map(({ value }) => MENTION + value)
    .find((each) => key.endsWith(each));
  return suffix === undefined ? null : key.slice(0, -suffix.length);
}

/** The facts that are mentions of a message's own author; they do not count as being mentioned. */
async function selfMentions(tx: Sql, facts: readonly MemberFact[]): Promise<ReadonlySet<MemberFact>> {
  const authors = new Map(facts.map(({ fact, member }) => [fact.key, member]));
  const messages = new Set(facts.flatMap((fact) => messageOf(fact) ?? []));
  const earlierAuthors = await factStore.membersByKey(
    tx,
    [...messages].filter((key) => !authors.has(key)),
  );
  return new Set(
    facts.filter((mention) => {
      const message = messageOf(mention);
      return message !== null && (authors.get(message) ?? earlierAuthors.get(message)) === mention.member;
    }),
  );
}

export async function withoutSelfMentions(tx: Sql, facts: readonly MemberFact[]): Promise<readonly MemberFact[]> {
  const own = await selfMentions(tx, facts);
  return facts.filter((fact) => !own.has(fact));
}

/**
 * For facts that were applied before: takes the member off mentions that turned out to be of the message's own author.
 * Returns the facts that stay, and those self-mentions, which were counted wrongly.
 */
export async function detachSelfMentions(
  tx: Sql,
  applied: readonly MemberFact[],
): Promise<{ readonly stay: readonly MemberFact[]; readonly own: readonly MemberFact[] }> {
  const own = await selfMentions(tx, applied);
  await factStore.markApplied(
    tx,
    [...own].map(({ fact }) => ({ id: fact.id, member: null })),
  );
  return { stay: applied.filter((fact) => !own.has(fact)), own: [...own] };
}

/** Subtracts mentions that members, once merged, turn out to have made of themselves. */
export async function subtractSelfMentions(tx: Sql, merged: readonly MemberId[], timeZone: string): Promise<void> {
  const mentions = await factStore.appliedOf(tx, merged, ['was_mentioned']);
  const { own } = await detachSelfMentions(tx, mentions.facts);
  const counted = own.filter(({ fact }) => fact.kind === 'was_mentioned' && fact.data.chatId !== undefined);
  await dailyCountStore.add(
    tx,
    counted.map(({ fact, member }) => ({ member, day: dayOf(fact.at, timeZone), counts: { mentions: -1 } })),
  );
}
