import { dayOf } from '../domain/day.js';
import type { MemberId } from '../domain/ids.js';
import type { Sql } from '../platform/database/sql.js';
import { inShortTurns } from '../platform/in-short-turns.js';
import { lookAt, type Circumstances, type Looked } from './look.js';
import { stores } from './stores.js';
import { wakingsOf } from './wakings.js';

/** Members as they would be looked at now, without writing anything: for previews, dry runs, the console and replies. */
export async function lookedFor(
  sql: Sql,
  members: readonly MemberId[],
  on: Circumstances,
  now: number,
): Promise<Looked[]> {
  const stored = await stores.members.load(sql, members);
  const ids = [...stored.keys()];
  const today = dayOf(now, on.timeZone);
  const sums = await stores.buckets.sum(sql, ids, today);
  const wakings = await wakingsOf(
    sql,
    [...stored.values()].map(({ state }) => state),
    on.ruleset.stages,
    on.timeZone,
    today,
  );
  const memberships = await stores.groups.membershipsOf(sql, ids);
  const tags = await stores.tags.load(sql, ids);
  const wayTags = await stores.ways.tagsOf(sql, ids);
  return inShortTurns(ids, (id) =>
    lookAt(
      stored.get(id)!,
      {
        sums: sums.get(id),
        waking: wakings.get(id),
        memberships: memberships.get(id),
        tags: tags.get(id),
        wayTags: wayTags.get(id),
      },
      on,
      now,
    ),
  );
}
