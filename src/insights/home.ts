import { dayOf, isoDay, momentOf } from '../domain/day.js';
import { stages } from '../domain/stages/stage-policy.js';
import type { Sql } from '../platform/database/sql.js';
import type { RulesNow } from './explain.js';
import { idSince } from './id-since.js';
import { recentEntries, type RecentEntry } from './recent.js';
import { overdueAt } from './tasks.js';
import { thresholdNotes } from './threshold-notes.js';
import { tierDirection } from './tier-direction.js';

export interface WeekDay {
  /** `2026-11-21` */
  readonly day: string;
  readonly done: number;
  readonly sent: number;
  readonly up: number;
  readonly down: number;
}

export interface HomeFigures {
  readonly tiers: readonly { readonly key: string; readonly count: number }[];
  readonly stages: readonly { readonly key: string; readonly count: number }[];
  readonly members: { readonly total: number; readonly contacts: number; readonly optedOut: number };
  readonly today: {
    readonly facts: number;
    readonly moves: Readonly<Record<(typeof moveStates)[number], number>>;
    readonly messages: Readonly<Record<(typeof messageStates)[number], number>>;
  };
  /** Seven days, today last. */
  readonly week: readonly WeekDay[];
  readonly stuckMoves: number;
  readonly openTasks: number;
  /** Open tasks past their due date. */
  readonly overdueTasks: number;
  /** Thresholds in rules that the data of this month would put elsewhere. */
  readonly driftedThresholds: number;
  /** Number of rows that were set aside because they could not be read or processed. */
  readonly setAside: number;
  readonly waiting: { readonly outbox: number; readonly facts: number; readonly dead: number };
  readonly recent: readonly RecentEntry[];
}

const moveStates = ['planned', 'invited', 'joined', 'done', 'expired'] as const;
const messageStates = ['planned', 'sent', 'failed', 'suppressed'] as const;
const WEEK = 7;

export interface HomeContext extends RulesNow {
  readonly timeZone: string;
  readonly now: number;
  /** Keys of the tiers, the lowest first. */
  readonly tiers: readonly string[];
}

/** Figures of the console's home page. */
export async function homeFigures(sql: Sql, context: HomeContext): Promise<HomeFigures> {
  const today = dayOf(context.now, context.timeZone);
  const starts = Array.from({ length: WEEK }, (_, index) => momentOf(today - WEEK + 1 + index, 0, context.timeZone));
  const start = starts.at(-1)!;
  const moves = await stepsByState(sql, start);
  const messages = await messagesByState(sql, start);
  return {
    tiers: counted(context.tiers, await countBy(sql, 'tier')),
    stages: counted(
      stages.map((stage) => stage.key),
      await countBy(sql, 'stage'),
    ),
    members: await memberCounts(sql),
    today: {
      facts: await count(
        sql,
        `SELECT COUNT(*) AS n FROM fact WHERE id >= ${await idSince(sql, 'fact', start)} AND received_at >= ${start}`,
      ),
      moves: byState(moveStates, moves),
      messages: byState(messageStates, messages),
    },
    week: await week(sql, today, starts),
    stuckMoves: await count(
      sql,
      `SELECT COUNT(*) AS n FROM move WHERE closed_at IS NULL AND deadline_at <= ${context.now}`,
    ),
    openTasks: await count(sql, `SELECT COUNT(*) AS n FROM operator_task WHERE state = 'open'`),
    overdueTasks: await count(sql, `SELECT COUNT(*) AS n FROM operator_task WHERE ${overdueAt(String(context.now))}`),
    driftedThresholds: (await thresholdNotes(sql)).length,
    setAside: await count(sql, 'SELECT COUNT(*) AS n FROM set_aside'),
    waiting: {
      outbox: await count(
        sql,
        `SELECT (SELECT COUNT(*) FROM outbox WHERE state = 'planned') + (SELECT COUNT(*) FROM outbox WHERE state = 'sending') AS n`,
      ),
      facts: await count(sql, 'SELECT COUNT(*) AS n FROM fact WHERE state = 0'),
      dead: await count(sql, `SELECT COUNT(*) AS n FROM outbox WHERE state = 'dead'`),
    },
    recent: await recentEntries(sql, 12, context),
  };
}

async function count(sql: Sql, text: string): Promise<number> {
  return Number((await sql.one<{ n: number }>(text))?.n ?? 0);
}

async function countBy(sql: Sql, column: 'tier' | 'stage'): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.all<{ key: string | null; n: number }>(
    `SELECT ${column} AS key, COUNT(*) AS n FROM member_metrics GROUP BY ${column}`,
  );
  return new Map(rows.flatMap((row) => (row.key === null ? [] : [[row.key, Number(row.n)] as const])));
}

/** In the order of `keys`; keys that are no longer configured but still used come last. */
function counted(keys: readonly string[], counts: ReadonlyMap<string, number>) {
  const others = [...counts.keys()].filter((key) => !keys.includes(key));
  return [...keys, ...others].map((key) => ({ key, count: counts.get(key) ?? 0 }));
}

async function memberCounts(sql: Sql): Promise<HomeFigures['members']> {
  const row = await sql.one<{ total: number; contacts: number | null; opted_out: number | null }>(
    'SELECT COUNT(*) AS total, SUM(is_contact) AS contacts, SUM(opted_out) AS opted_out FROM member_metrics',
  );
  return {
    total: Number(row?.total ?? 0),
    contacts: Number(row?.contacts ?? 0),
    optedOut: Number(row?.opted_out ?? 0),
  };
}

/** Number of moves that entered each state in [since, until); a reminder is not a new state. */
export async function stepsByState(
  sql: Sql,
  since: number,
  until = Number.MAX_SAFE_INTEGER,
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.all<{ state: string; n: number }>(
    `SELECT state, COUNT(DISTINCT move_id) AS n FROM move_event
     WHERE id >= ${await idSince(sql, 'move_event', since)} AND at >= ${since} AND at < ${until} AND note <> 'reminder' GROUP BY state`,
  );
  return new Map(rows.map((row) => [row.state, Number(row.n)]));
}

/** Number of campaign messages that entered each state in [since, until). */
export async function messagesByState(
  sql: Sql,
  since: number,
  until = Number.MAX_SAFE_INTEGER,
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.all<{ state: string; n: number }>(
    `SELECT e.state, COUNT(DISTINCT e.outbox_id) AS n FROM outbox_event e JOIN outbox o ON o.id = e.outbox_id
     WHERE e.id >= ${await idSince(sql, 'outbox_event', since)} AND e.at >= ${since} AND e.at < ${until} AND o.campaign IS NOT NULL GROUP BY e.state`,
  );
  return new Map(rows.map((row) => [row.state, Number(row.n)]));
}

const byState = <K extends string>(states: readonly K[], counts: ReadonlyMap<string, number>): Record<K, number> =>
  Object.fromEntries(states.map((state) => [state, counts.get(state) ?? 0])) as Record<K, number>;

async function week(sql: Sql, today: number, starts: readonly number[]): Promise<WeekDay[]> {
  const first = starts[0]!;
  const indexOf = (column: string): string =>
    `CASE ${starts
      .map((start, index) => ({ start, index }))
      .reverse()
      .map(({ start, index }) => `WHEN ${column} >= ${start} THEN ${index}`)
      .join(' ')} END`;
  const perDay = async (text: string): Promise<ReadonlyMap<number, number>> =>
    new Map((await sql.all<{ i: number; n: number }>(text)).map((row) => [row.i, Number(row.n)]));
  const done = await perDay(
    `SELECT ${indexOf('at')} AS i, COUNT(*) AS n FROM move_event WHERE id >= ${await idSince(sql, 'move_event', first)} AND at >= ${first} AND state = 'done' GROUP BY 1`,
  );
  const sent = await perDay(
    `SELECT ${indexOf('e.at')} AS i, COUNT(*) AS n FROM outbox_event e JOIN outbox o ON o.id = e.outbox_id
     WHERE e.id >= ${await idSince(sql, 'outbox_event', first)} AND e.at >= ${first} AND e.state = 'sent' AND o.campaign IS NOT NULL GROUP BY 1`,
  );
  const decisions = await idSince(sql, 'decision', first);
  const tierChanges = (direction: 'up' | 'down') =>
    perDay(
      `SELECT ${indexOf('at')} AS i, COUNT(*) AS n FROM decision WHERE id >= ${decisions} AND at >= ${first} AND ${tierDirection(direction)} GROUP BY 1`,
    );
  const [up, down] = [await tierChanges('up'), await tierChanges('down')];
  return starts.map((_, index) => ({
    day: isoDay(today - WEEK + 1 + index),
    done: done.get(index) ?? 0,
    sent: sent.get(index) ?? 0,
    up: up.get(index) ?? 0,
    down: down.get(index) ?? 0,
  }));
}
