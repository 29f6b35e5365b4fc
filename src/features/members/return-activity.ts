import { dayOf, type Day } from '../../domain/day.js';
import type { ReturnActivity } from '../../domain/decide.js';
import type { MemberId } from '../../domain/ids.js';
import type { MemberState } from '../../domain/member.js';
import type { StageThresholds } from '../../domain/stages/stage-policy.js';
import { dailyCountStore } from './daily-count.store.js';
import type { Sql } from '../../platform/database/sql.js';

/** Activity in this many days before the end of a probation decides whether it was passed. */
const COUNTED_DAYS = 30;

interface ReturnSettings {
  readonly thresholds: StageThresholds;
  readonly timeZone: string;
  readonly today: Day;
  /** The last day whose counts are read. */
  readonly lastDay: Day;
}

/**
 * When each of these members last came back after a silence of at least `asleepDays`. Members who were never silent for
 * so long are left out. For most members the first and the last day seen already rule it out, without a query.
 */
export async function returnActivitiesOf(
  sql: Sql,
  members: readonly MemberState[],
  { thresholds, timeZone, today, lastDay }: ReturnSettings,
): Promise<ReadonlyMap<MemberId, ReturnActivity>> {
  const candidates = members.flatMap((state) => {
    if (state.firstSeenAt === null || state.lastSeenDay === null) return [];
    const firstSeenOn = dayOf(state.firstSeenAt, timeZone);
    // A member who joined and did nothing for long was asleep until they were first seen.
    const since = Math.min(firstSeenOn, state.joinedDay ?? firstSeenOn);
    const isAsleepNow = today - state.lastSeenDay >= thresholds.asleepDays;
    if (isAsleepNow || state.lastSeenDay - since < thresholds.asleepDays) return [];
    return [{ id: state.id, first: firstSeenOn - since >= thresholds.asleepDays ? firstSeenOn : null }];
  });
  const found = await dailyCountStore.returnedOn(
    sql,
    candidates.map(({ id }) => id),
    thresholds.asleepDays,
    lastDay,
  );
  const returned = candidates.flatMap(({ id, first }) => {
    const returnedOn = found.get(id) ?? first;
    return returnedOn === null ? [] : [{ id, returnedOn }];
  });
  const ended = returned.filter(({ returnedOn }) => today >= returnedOn + thresholds.probationDays);
  const activeDays = await dailyCountStore.activeDays(
    sql,
    ended.map(({ id }) => id),
    Math.min(...ended.map(({ returnedOn }) => returnedOn)) - COUNTED_DAYS,
    lastDay,
  );
  return new Map(
    returned.map(({ id, returnedOn }) => [id, { today, returnedOn, activeDays: activeDays.get(id) ?? [] }]),
  );
}
