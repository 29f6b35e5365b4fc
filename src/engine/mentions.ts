import type { MemberIds } from '../domain/fact.js';
import { identitiesOf, memberIdsBy, type Identity } from '../members/identity.store.js';
import type { Sql } from '../platform/database/sql.js';
import type { StoredFact } from './fact.store.js';
import { stores } from './stores.js';
import type { MemberFact } from './take-facts.js';

/** What a message of the API may mention somebody by. Of several kinds the first is meant, as where exchanges are counted. */
const mentionedBy = ['chat', 'external_userid', 'unionid'] as const;
const MENTION = ':m:';

const isBareMention = (fact: StoredFact): boolean => fact.kind === 'was_mentioned' && fact.key.startsWith('api:');
const nameOf = ({ kind, value }: Identity): string => `${kind}:${value}`;

/**
 * The ids of the one each fact is about. The API mentions people by a bare id, whose kind is known only by who has it; a
 * unionid that was mentioned before anybody had it was taken for an id of the chat account, and is joined to its member.
 */
export async function idsOf(tx: Sql, facts: readonly StoredFact[]): Promise<readonly MemberIds[]> {
  const mentioned = facts.filter(isBareMention).flatMap(({ member }) => identitiesOf(member));
  const others = facts.filter((fact) => !isBareMention(fact)).flatMap(({ member }) => identitiesOf(member));
  const unionids = others.filter(({ kind }) => kind === 'unionid');
  if (mentioned.length === 0 && unionids.length === 0) return facts.map(({ member }) => member);
  const stored = await stores.identities.find(tx, [
    ...mentioned.flatMap(({ value }) => mentionedBy.map((kind): Identity => ({ kind, value }))),
    ...unionids.map(({ value }): Identity => ({ kind: 'chat', value })),
  ]);
  const known = new Set([...stored.keys(), ...others.map(nameOf)]);
  return facts.map((fact) => {
    const { member } = fact;
    const [first] = identitiesOf(member);
    if (isBareMention(fact) && first) {
      const kind = mentionedBy.find((each) => known.has(nameOf({ kind: each, value: first.value })));
      return memberIdsBy({ kind: kind ?? first.kind, value: first.value });
    }
    const { unionid, chatContactId } = member;
    const wasMentioned = unionid !== undefined && stored.has(nameOf({ kind: 'chat', value: unionid }));
    return wasMentioned && chatContactId === undefined ? { ...member, chatContactId: unionid } : member;
  });
}

/** The message in which somebody was mentioned: the mention has its key, and the id behind it. */
function messageOf({ fact: { kind, key, member } }: MemberFact): string | null {
  if (kind !== 'was_mentioned') return null;
  const suffix = identitiesOf(member)
    .map(({ value }) => MENTION + value)
    .find((each) => key.endsWith(each));
  return suffix === undefined ? null : key.slice(0, -suffix.length);
}

/** Without the mentions of who names themselves: nobody else mentioned them. */
export async function withoutOwnMentions(tx: Sql, facts: readonly MemberFact[]): Promise<readonly MemberFact[]> {
  const speakers = new Map(facts.map(({ fact, member }) => [fact.key, member]));
  const messages = new Set(facts.flatMap((one) => messageOf(one) ?? []));
  const earlier = await stores.facts.membersOf(
    tx,
    [...messages].filter((key) => !speakers.has(key)),
  );
  return facts.filter((one) => {
    const message = messageOf(one);
    return message === null || (speakers.get(message) ?? earlier.get(message)) !== one.member;
  });
}
