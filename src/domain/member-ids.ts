import type { MemberIds } from './fact.js';

/** The id by which the engine resolves the member of a fact that the product makes itself. */
export function idsFrom(identities: readonly { readonly kind: string; readonly value: string }[]): MemberIds {
  const of = new Map(identities.map(({ kind, value }) => [kind, value]));
  const entries: [keyof MemberIds, string | undefined][] = [
    ['externalUserId', of.get('external_userid')],
    ['unionid', of.get('unionid')],
    ['chatContactId', of.get('chat')],
    ['phone', of.get('phone')],
  ];
  // One is enough: the strongest id, which no other member can get later.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined).slice(0, 1));
}
