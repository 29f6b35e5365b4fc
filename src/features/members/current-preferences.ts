import type { MemberId } from '../../domain/ids.js';
import { laterPreference, noPreference, preferenceIn, type Preference } from '../../domain/sending/preference.js';
import { factStore } from '../../inbox/fact.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { identitiesOf, identityKey, identityStore } from './identity.store.js';
import { preferenceStore } from './preference.store.js';

/**
 * What these members want, together with facts that are stored but not applied yet: the change was confirmed to them at once.
 * A member without a preference has no entry.
 */
export async function currentPreferences(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, Preference>> {
  const found = await preferenceStore.load(sql, members);
  const pending = await factStore.pendingPreferences(sql);
  if (pending.length === 0) return found;
  const wanted = new Set(members);
  const known = await identityStore.find(
    sql,
    pending.flatMap(({ member }) => identitiesOf(member)),
  );
  for (const { member: ids, data, at } of pending)
    for (const member of new Set(identitiesOf(ids).flatMap((identity) => known.get(identityKey(identity)) ?? []))) {
      if (!wanted.has(member)) continue;
      found.set(member, laterPreference(found.get(member) ?? noPreference, preferenceIn(data, at)));
    }
  return found;
}
