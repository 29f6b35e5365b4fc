import { eventCountStore } from '../features/audit/event-count.store.js';
import { assertNever } from '../domain/assert-never.js';
import type { FactData, StoredFact } from '../domain/fact.js';
import { managedTags } from '../features/tags/tag-names.js';
import { staffStore } from '../features/members/staff.store.js';
import { tagStore } from '../features/tags/tag.store.js';
import type { Sql } from '../platform/database/sql.js';
import { recordAlarms } from '../features/reconcile/app-alarms.js';
import type { Run } from '../features/run.js';
import { createdTagsSince, unlistedTags } from '../features/tags/library-reads.js';

/** Applies facts about the corp itself: its tag library, its staff, alarms of the app, and events of unknown kinds. */
export async function applyCorpFacts({ tx, context, now }: Run, facts: readonly StoredFact[]): Promise<void> {
  for (const fact of facts) {
    if (fact.kind === 'tag_library_read') {
      const listed = fact.data.groups.flatMap(({ id, name, tags }) =>
        tags.map((tag) => ({ ...tag, group: name, groupId: id })),
      );
      if (fact.data.partial || (await createdTagsSince(tx, fact.data.readAt))) {
        listed.push(...(await unlistedTags(tx, listed)));
      }
      await tagStore.applyLibraryRead(tx, listed, managedTags(context.tags), now);
    }
    if (fact.kind === 'staff_changed') await applyStaffChange(tx, fact.data, fact.at, now);
  }
  await recordAlarms(
    tx,
    facts.flatMap((fact) => (fact.kind === 'app_alarm' ? [fact] : [])),
  );
  await eventCountStore.count(
    tx,
    facts.flatMap((fact) => (fact.kind === 'unrecognized' ? [{ name: fact.data.event, at: fact.at }] : [])),
  );
}

async function applyStaffChange(
  tx: Sql,
  { staff, change, to }: FactData<'staff_changed'>,
  at: number,
  now: number,
): Promise<void> {
  switch (change) {
    case 'joined':
      return staffStore.setState(tx, staff, 'active', at);
    case 'left':
      return staffStore.setState(tx, staff, 'left', at);
    case 'renamed':
      return to === undefined ? undefined : staffStore.rename(tx, staff, to, now);
    default:
      return assertNever(change);
  }
}
