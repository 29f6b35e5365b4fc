import { dayOf } from '../../domain/day.js';
import type { MemberIds, StoredFact } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import type { MemberFact } from '../../domain/member-fact.js';
import { dailyCountStore } from './daily-count.store.js';
import { identitiesOf, memberIdsOf, type Identity, type Resolved, identityStore } from './identity.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { factStore } from '../../inbox/fact.store.js';

/** What a message of the API may mention somebody by. Of several kinds the first is meant, as where exchanges are counted. */
const mentionedBy = ['chat', 'external_userid', 'unionid'] as const;
const MENTION = ':m:';

const isBareMention = (fact: StoredFact): boolean => fact.kind === 'was_mentioned' && fact.key.startsWith('api:');
const nameOf = ({ kind, value }: Identity): string => `${kind}:${value}`;

interface IdentifiedMembers {
  /** The ids of the one each fact is about, in the order of the facts. */
  readonly ids: readonly MemberIds[];
  /** Unionids that are stored as ids of a chat account, too. */
  readonly mistaken: readonly string[];
}

/**
 * Whom the facts are about. The API mentions people by a bare id, whose kind is known only by who has it: a unionid that was
 * mentioned before anybody had it was taken for an id of the chat account.
 */
async function identifyMembers(tx: Sql, facts: readonly StoredFact[]): Promise<IdentifiedMembers> {
  const mentioned = facts.filter(isBareMention).flatMap(({ member }) => identitiesOf(member));
  const others = facts.filter((fact) => !isBareMention(fact)).flatMap(({ member }) => identitiesOf(member));
  const unionids = others.filter(({ kind }) => kind === 'unionid');
  if (mentioned.length === 0 && unionids.length === 0) return { ids: facts.map(({ member }) => member), mistaken: [] };
  const stored = await identityStore.find(tx, [
    ...mentioned.flatMap(({ value }) => mentionedBy.map((kind): Identity => ({ kind, value }))),
    ...unionids.map(({ value }): Identity => ({ kind: 'chat', value })),
  ]);
  const named = new Set(others.map(nameOf));
  const known = new Set([...stored.keys(), ...named]);
  const ids = facts.map((fact) => {
    const [first] = identitiesOf(fact.member);
    if (!isBareMention(fact) || !first) return fact.member;
    const kind = mentionedBy.find((each) => known.has(nameOf({ kind: each, value: first.value })));
    return memberIdsOf({ kind: kind ?? first.kind, value: first.value });
  });
  const isMistaken = (value: string): boolean => {
    const chat = nameOf({ kind: 'chat', value });
    return stored.has(chat) && !named.has(chat);
  };
  return { ids, mistaken: [...new Set(unionids.map(({ value }) => value))].filter(isMistaken) };
}

/**
 * The member of each fact. Whoever was known by their unionid as if it were a chat account's id becomes one with its member,
 * who does not keep that id: nothing can be sent to it.
 */
export async function resolveMembers(tx: Sql, facts: readonly StoredFact[], now: number): Promise<Resolved> {
  const { ids, mistaken } = await identifyMembers(tx, facts);
  const both = mistaken.map((unionid): MemberIds => ({ unionid, chatContactId: unionid }));
  const resolved = await identityStore.resolve(tx, [...ids, ...both], 'fact', now);
  await identityStore.unlinkChats(tx, mistaken);
  return resolved;
}

/** The message in which somebody was mentioned: the mention has its key, and the id behind it. */
function messageOf({ fact: { kind, key, member } }: MemberFact): string | null {
  if (kind !== 'was_mentioned') return null;
  const suffix = identitiesOf(member)
    .map(({ value }) => MENTION + value)
    .find((each) => key.endsWith(each));
  return suffix === undefined ? null : key.slice(0, -suffix.length);
}

/** Mentions of who names themselves: nobody else mentioned them. */
async function selfMentions(tx: Sql, facts: readonly MemberFact[]): Promise<ReadonlySet<MemberFact>> {
  const speakers = new Map(facts.map(({ fact, member }) => [fact.key, member]));
  const messages = new Set(facts.flatMap((one) => messageOf(one) ?? []));
  const earlier = await factStore.membersByKey(
    tx,
    [...messages].filter((key) => !speakers.has(key)),
  );
  return new Set(
    facts.filter((one) => {
      const message = messageOf(one);
      return message !== null && (speakers.get(message) ?? earlier.get(message)) === one.member;
    }),
  );
}

export async function withoutSelfMentions(tx: Sql, facts: readonly MemberFact[]): Promise<readonly MemberFact[]> {
  const own = await selfMentions(tx, facts);
  return facts.filter((one) => !own.has(one));
}

/**
 * Of facts that were taken before: mentions of who turned out to be the one who spoke are nobody's from now on. Answers
 * those that stay, and those that were counted wrongly.
 */
export async function detachSelfMentions(
  tx: Sql,
  taken: readonly MemberFact[],
): Promise<{ readonly stay: readonly MemberFact[]; readonly own: readonly MemberFact[] }> {
  const own = await selfMentions(tx, taken);
  await factStore.markApplied(
    tx,
    [...own].map(({ fact }) => ({ id: fact.id, member: null })),
  );
  return { stay: taken.filter((one) => !own.has(one)), own: [...own] };
}

/** Members who are one now may have been mentioned by themselves: that is taken off what was counted. */
export async function subtractSelfMentions(tx: Sql, united: readonly MemberId[], timeZone: string): Promise<void> {
  const taken = await factStore.appliedOf(tx, united, ['was_mentioned']);
  const { own } = await detachSelfMentions(tx, taken.facts);
  const counted = own.filter(({ fact }) => fact.kind === 'was_mentioned' && fact.data.chatId !== undefined);
  await dailyCountStore.add(
    tx,
    counted.map(({ fact, member }) => ({ member, day: dayOf(fact.at, timeZone), counts: { mentions: -1 } })),
  );
}
