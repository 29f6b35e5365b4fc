import type { Context } from '../domain/context.js';
import { DAY_MS, dayOf } from '../domain/day.js';
import type { MemberId } from '../domain/ids.js';
import { memberSeriesStore } from '../features/members/member-series.store.js';
import { memberStore } from '../features/members/member.store.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { problemOf, setAsideStore } from '../set-aside/set-aside.store.js';
import { evaluateMembers } from './evaluate-members.js';

const MEMBERS_AT_ONCE = 200;

interface Deps {
  readonly db: Database;
  readonly logger: Logger;
  readonly write: <T>(work: (tx: Sql) => Promise<T>) => Promise<T>;
  readonly context: () => Promise<Context>;
  readonly inForce: (before: Context) => Promise<Context>;
}

/**
 * Evaluates members for whom a step of a series is due at a time of the day. Those of a new day come with the review, too; a
 * member who waits there for a person's yes is left to it. Answers how many there were.
 */
export async function sweepSeries(deps: Deps, now: number, timeZone: string): Promise<number> {
  const today = dayOf(now, timeZone);
  const due = await memberSeriesStore.due(deps.db.read, now, today, MEMBERS_AT_ONCE);
  if (due.length === 0) return 0;
  const before = await deps.context();
  try {
    await step(deps, due, before, now);
  } catch (cause) {
    if (cause instanceof RetryLater) throw cause;
    for (const id of due) await step(deps, [id], before, now).catch((alone: unknown) => setAside(deps, id, alone, now));
  }
  return due.length;
}

const step = (deps: Deps, ids: readonly MemberId[], before: Context, now: number): Promise<void> =>
  deps.write(async (tx) => {
    const context = await deps.inForce(before);
    await evaluateMembers({ tx, context, now }, await memberStore.load(tx, ids), []);
    await memberSeriesStore.postponeStillDue(tx, ids, now, now + DAY_MS);
  });

/** The member is tried again on the next day. */
async function setAside({ db, logger }: Deps, id: MemberId, cause: unknown, now: number): Promise<void> {
  if (cause instanceof RetryLater) throw cause;
  logger.error({ err: cause, memberId: id }, 'the series of a member could not be stepped and wait for a day');
  await db.write(async (tx) => {
    await memberSeriesStore.postpone(tx, id, now + DAY_MS);
    await setAsideStore.add(tx, [{ source: 'member', row: id, problem: problemOf(cause) }], now);
  });
}
