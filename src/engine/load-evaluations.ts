import type { Circumstances } from '../domain/context.js';
import { dayOf } from '../domain/day.js';
import { lookAt, type Looked } from '../domain/evaluate.js';
import type { MemberId } from '../domain/ids.js';
import { memberStore } from '../features/members/member.store.js';
import type { Sql } from '../platform/database/sql.js';
import { inShortTurns } from '../platform/in-short-turns.js';
import { belongingsIn, belongingsOf } from './evaluate-members.js';

/** Members as they would be looked at now, without writing anything: for previews, dry runs, the console and replies. */
export async function lookedFor(
  sql: Sql,
  members: readonly MemberId[],
  on: Circumstances,
  now: number,
): Promise<Looked[]> {
  const stored = await memberStore.load(sql, members);
  const belongings = await belongingsOf(sql, stored, on, dayOf(now, on.timeZone));
  return inShortTurns([...stored], ([id, member]) => lookAt(member, belongingsIn(belongings, id), on, now));
}
