import { assertNever } from '../domain/assert-never.js';
import type { FactData } from '../domain/fact.js';
import type { Ruleset } from '../domain/ruleset.js';
import { ruledTags } from '../members/held-tag-names.js';
import type { Sql } from '../platform/database/sql.js';
import type { StoredFact } from './fact.store.js';
import { stores } from './stores.js';

/** What is told of the corp itself: its tags, its staff, and what nobody here understands. Before members are looked at. */
export async function takeCorpNews(
  tx: Sql,
  facts: readonly StoredFact[],
  ruleset: Ruleset,
  now: number,
): Promise<void> {
  for (const fact of facts) {
    if (fact.kind === 'tag_library_read') {
      const listed = fact.data.groups.flatMap(({ id, name, tags }) =>
        tags.map((tag) => ({ ...tag, group: name, groupId: id })),
      );
      await stores.tags.readLibrary(tx, listed, ruledTags(ruleset.tags), now);
    }
    if (fact.kind === 'staff_changed') await takeStaffChange(tx, fact.data, fact.at);
  }
  await stores.eventCounts.count(
    tx,
    facts.flatMap((fact) => (fact.kind === 'unrecognized' ? [{ name: fact.data.event, at: fact.at }] : [])),
  );
}

async function takeStaffChange(tx: Sql, { staff, change, to }: FactData<'staff_changed'>, at: number): Promise<void> {
  switch (change) {
    case 'joined':
      return stores.staff.changed(tx, staff, 'active', at);
    case 'left':
      return stores.staff.changed(tx, staff, 'left', at);
    case 'renamed':
      return to === undefined ? undefined : stores.staff.renamed(tx, staff, to);
    default:
      return assertNever(change);
  }
}
