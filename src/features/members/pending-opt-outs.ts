import type { MemberId } from '../../domain/ids.js';
import { identitiesOf, identityStore } from './identity.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { factStore } from '../../inbox/fact.store.js';

/**
 * Who opted out, and when, by a fact that is durable and waits behind others: they were told that nothing more comes, so
 * nothing may come while thousands are taken in before it.
 */
export async function pendingOptOuts(sql: Sql): Promise<ReadonlyMap<MemberId, number>> {
  const told = await factStore.pendingOptChanges(sql);
  if (told.length === 0) return new Map();
  const named = told.map(({ member }) => identitiesOf(member));
  const known = await identityStore.find(sql, named.flat());
  const last = new Map<MemberId, { readonly isOut: boolean; readonly at: number }>();
  for (const [index, { kind, at }] of told.entries())
    for (const { kind: idKind, value } of named[index]!) {
      const member = known.get(`${idKind}:${value}`);
      if (member !== undefined && at >= (last.get(member)?.at ?? 0))
        last.set(member, { isOut: kind === 'opted_out', at });
    }
  return new Map([...last].flatMap(([member, { isOut, at }]) => (isOut ? [[member, at]] : [])));
}
