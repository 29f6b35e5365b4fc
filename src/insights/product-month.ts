import { DAY_MS } from '../domain/day.js';
import { effortKinds, type EffortKind } from '../domain/layers/product-phase.js';
import type { Sql } from '../platform/database/sql.js';
import { idSince } from './id-since.js';
import { tierDirection } from './tier-direction.js';

/** Days that the month has, up to now, and within which a step counts. */
export const MONTH_DAYS = 30;

export interface Share {
  readonly k: number;
  readonly n: number;
}

export interface ProductMonth {
  /** Messages that were sent and tasks that were done in the last 30 days, by whom they were for. */
  readonly effort: Readonly<Record<EffortKind, number>>;
  /** Of the members who were in the lowest tier in the last 30 days, those who rose out of it. */
  readonly potentialToRegular: Share;
  /** Of those who entered the second tier in the 30 days before these, those who were active or paying within 30 days. */
  readonly regularToActive: Share;
}

const kindOfStage: Readonly<Record<string, EffortKind>> = {
  new: 'new',
  active: 'active',
  paying: 'paying',
  dozing: 'lost',
  asleep: 'lost',
  lost: 'lost',
  returned: 'lost',
};

/** `tiers`: the keys, the lowest first. */
export async function productMonth(sql: Sql, tiers: readonly string[], now: number): Promise<ProductMonth> {
  const since = now - MONTH_DAYS * DAY_MS;
  return {
    effort: await effortSince(sql, since),
    potentialToRegular: await risenFromLowest(sql, tiers[0] ?? '', since),
    regularToActive: await activeAfter(sql, tiers[1] ?? '', { from: since - MONTH_DAYS * DAY_MS, until: since }),
  };
}

async function effortSince(sql: Sql, since: number): Promise<Record<EffortKind, number>> {
  // A message of a move is work on groups. The stage of a message of an older version is not stored: today's stands for it.
  const messages = await sql.all<{ stage: string | null; system: number; n: number }>(
    `SELECT COALESCE(o.stage, m.stage) AS stage, CASE WHEN o.move_id IS NULL THEN 0 ELSE 1 END AS system, COUNT(*) AS n
    FROM outbox o LEFT JOIN member_metrics m ON m.member_id = o.member_id
    WHERE o.id >= ${await idSince(sql, 'outbox', since)} AND o.state = 'sent' AND o.campaign IS NOT NULL AND o.settled_at >= ${since}
    GROUP BY COALESCE(o.stage, m.stage), CASE WHEN o.move_id IS NULL THEN 0 ELSE 1 END`,
  );
  // Answering a member is for that member; every other task is work on groups and moves.
  const tasks = await sql.all<{ stage: string | null; system: number; n: number }>(
    `SELECT m.stage, CASE WHEN t.kind = 'member_reply' THEN 0 ELSE 1 END AS system, COUNT(*) AS n
    FROM operator_task t LEFT JOIN member_metrics m ON m.member_id = t.member_id
    WHERE t.state = 'done' AND t.done_at >= ${since}
    GROUP BY m.stage, CASE WHEN t.kind = 'member_reply' THEN 0 ELSE 1 END`,
  );
  const effort = Object.fromEntries(effortKinds.map((kind) => [kind, 0])) as Record<EffortKind, number>;
  for (const { stage, system, n } of [...messages, ...tasks]) {
    const kind = Number(system) === 1 ? 'system' : kindOfStage[stage ?? ''];
    if (kind) effort[kind] += Number(n);
  }
  return effort;
}

/** A rise of a member who was in the lowest tier just before it. */
async function risenFromLowest(sql: Sql, lowest: string, since: number): Promise<Share> {
  const start = await idSince(sql, 'decision', since);
  const row = await sql.one<{ k: number; n: number }>(
    `SELECT COUNT(DISTINCT risen.member_id) AS k,
      (SELECT COUNT(*) FROM member_metrics m JOIN member mb ON mb.id = m.member_id WHERE mb.merged_into IS NULL AND m.tier = $1) AS n
    FROM (SELECT d.member_id,
        (SELECT b.because FROM decision b WHERE b.member_id = d.member_id AND b.kind = 'tier' AND b.code IN ('first', 'up', 'down', 'locked')
          AND b.at <= d.at AND b.id < d.id ORDER BY b.at DESC, b.id DESC LIMIT 1) AS before
      FROM decision d WHERE d.id >= ${start} AND d.at >= ${since} AND ${tierDirection('up', 'd')}) risen
    WHERE risen.before LIKE $2`,
    [lowest, `{"rule":"tier:${lowest}:%`],
  );
  const k = Number(row?.k ?? 0);
  // Who rose and is no longer there was there.
  return { k, n: k + Number(row?.n ?? 0) };
}

async function activeAfter(
  sql: Sql,
  tier: string,
  { from, until }: { readonly from: number; readonly until: number },
): Promise<Share> {
  const isIn = (alias: string) =>
    `${alias}.kind = 'stage' AND (${alias}.because LIKE '{"rule":"stage:active"%' OR ${alias}.because LIKE '{"rule":"stage:paying"%')`;
  const row = await sql.one<{ n: number; k: number | null }>(
    `SELECT COUNT(*) AS n, SUM(CASE WHEN was_active = 1 OR became_active = 1 THEN 1 ELSE 0 END) AS k FROM (
      SELECT entered.member_id,
        CASE WHEN EXISTS (SELECT 1 FROM decision d WHERE d.member_id = entered.member_id AND d.at >= entered.at
          AND d.at < entered.at + ${MONTH_DAYS * DAY_MS} AND ${isIn('d')}) THEN 1 ELSE 0 END AS became_active,
        CASE WHEN (SELECT CASE WHEN ${isIn('s')} THEN 1 ELSE 0 END FROM decision s WHERE s.member_id = entered.member_id AND s.kind = 'stage'
          AND s.at <= entered.at ORDER BY s.at DESC, s.id DESC LIMIT 1) = 1 THEN 1 ELSE 0 END AS was_active
      FROM (SELECT d.member_id, MIN(d.at) AS at FROM decision d WHERE d.id >= ${await idSince(sql, 'decision', from)}
        AND d.at >= ${from} AND d.at < ${until} AND d.kind = 'tier' AND d.code IN ('first', 'up') AND d.because LIKE $1 GROUP BY d.member_id) entered) counted`,
    [`{"rule":"tier:${tier}:%`],
  );
  return { k: Number(row?.k ?? 0), n: Number(row?.n ?? 0) };
}
