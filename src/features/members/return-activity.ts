import { dayOf, type Day } from '../../domain/day.js';
import type { ReturnActivity } from '../../domain/decide.js';
import type { MemberId } from '../../domain/ids.js';
import type { MemberState } from '../../domain/member.js';
import type { StageThresholds } from '../../domain/stages/stage-policy.js';
import { dailyCountStore } from './daily-count.store.js';
import type { Sql } from '../../platform/database/sql.js';
/** How many days before a probation's end count for it. */
const COUNTED_DAYS = 30;

/**
 * When each of these members came back after a long silence, from the days on which they were seen. Who was never silent
 * for so long is not in the answer: most members are told from the two ends of their history, without a query.
 */
export async function returnActivitiesOf(
  sql: Sql,
  members: readonly MemberState[],
  thresholds: StageThresholds,
  timeZone: string,
  today: Day,
): Promise<ReadonlyMap<MemberId, ReturnActivity>> {
  const candidates = members.flatMap((state) => {
    if (state.firstSeenAt === null || state.lastSeenDay === null) return [];
    const firstSeenOn = dayOf(state.firstSeenAt, timeZone);
    // Who joined and did nothing for long was asleep until they were first seen.
    const since = Math.min(firstSeenOn, state.joinedDay ?? firstSeenOn);
    const isAsleepNow = today - state.lastSeenDay >= thresholds.asleepDays;
    if (isAsleepNow || state.lastSeenDay - since < thresholds.asleepDays) return [];
    return [{ id: state.id, first: firstSeenOn - since >= thresholds.asleepDays ? firstSeenOn : null }];
  });
  const ends = await dailyCountStore.returnedOn(
    sql,
    candidates.map(({ id }) => id),
    thresholds.asleepDays,
    today,
  );
  const woke = candidates.flatMap(({ id, first }) => {
    const returnedOn = ends.get(id) ?? first;
    return returnedOn === null ? [] : [{ id, returnedOn }];
  });
  const over = woke.filter(({ returnedOn }) => today >= returnedOn + thresholds.probationDays);
  const activeDays = await dailyCountStore.activeDays(
    sql,
    over.map(({ id }) => id),
    Math.min(...over.map(({ returnedOn }) => returnedOn)) - COUNTED_DAYS,
    today,
  );
  return new Map(woke.map(({ id, returnedOn }) => [id, { today, returnedOn, activeDays: activeDays.get(id) ?? [] }]));
}
