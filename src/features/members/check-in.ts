import { checkInKey, checkInStreak, type CheckInStreak } from '../../domain/check-ins.js';
import { dayOf } from '../../domain/day.js';
import type { Fact, MemberIds } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import { factStore } from '../../inbox/fact.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { dailyCountStore } from './daily-count.store.js';

export interface CheckIn {
  /** Null when the member has checked in on this day already, here or anywhere else. */
  readonly fact: Fact | null;
  /** With this check-in. */
  readonly streak: CheckInStreak;
}

/** A check-in at `at` (epoch ms): one fact for each member and day, however often and wherever the member checks in. */
export async function planCheckIn(
  sql: Sql,
  {
    member,
    ids,
    at,
    timeZone,
  }: { readonly member: MemberId; readonly ids: MemberIds; readonly at: number; readonly timeZone: string },
): Promise<CheckIn> {
  const day = dayOf(at, timeZone);
  const known = await dailyCountStore.checkInDays(sql, member, day);
  const key = checkInKey(member, day);
  const isAgain = known.includes(day) || (await factStore.has(sql, key));
  return {
    fact: isAgain ? null : { key, kind: 'checked_in', at, member: ids, data: {} },
    streak: checkInStreak([...known, day], day),
  };
}
