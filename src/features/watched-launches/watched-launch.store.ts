import type { LaunchFigures } from '../../domain/sending/watched-launch.js';
import { inNumbers } from '../../platform/database/in-list.js';
import { skipLocked } from '../../platform/database/skip-locked.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

export interface LaunchState {
  readonly campaign: string;
  readonly version: number;
  readonly stage: number;
  /** When the stage began, epoch ms. */
  readonly since: number;
  /** Null: nobody has opened it yet; `figures`: it was opened by good figures. */
  readonly openedBy: string | null;
  readonly badToldAt: number | null;
}

interface Row {
  readonly campaign: string;
  readonly version: number;
  readonly stage: number;
  readonly since: number;
  readonly opened_by: string | null;
  readonly bad_told_at: number | null;
}

const columns = 'campaign, version, stage, since, opened_by, bad_told_at';
const stateOf = ({ opened_by, bad_told_at, ...row }: Row): LaunchState => ({
  ...row,
  openedBy: opened_by,
  badToldAt: bad_told_at,
});

type Version = Pick<LaunchState, 'campaign' | 'version'>;

/** How far texts are opened that are launched under watch, and which of their messages were let through. */
export class WatchedLaunchStore {
  /** Begins the launch if it has not begun, and locks it until the transaction ends. */
  async lock(tx: Sql, { campaign, version }: Version, now: number): Promise<LaunchState> {
    const row = { campaign, version, stage: 0, since: now };
    const [found] = await tx.insertReturning<Row>(
      'watched_launch',
      [row],
      '(campaign, version) DO UPDATE SET stage = watched_launch.stage',
      columns,
    );
    return stateOf(found!);
  }

  async read(sql: Sql, { campaign, version }: Version): Promise<LaunchState | null> {
    const row = await sql.one<Row>(`SELECT ${columns} FROM watched_launch WHERE campaign = $1 AND version = $2`, [
      campaign,
      version,
    ]);
    return row ? stateOf(row) : null;
  }

  /** Whether some launch has begun and not all of it may go. */
  async anyUnderWay(sql: Sql): Promise<boolean> {
    return (await sql.one('SELECT stage FROM watched_launch WHERE all_go = 0 LIMIT 1')) !== undefined;
  }

  async setStage(
    tx: Sql,
    { campaign, version }: Version,
    { stage, allGo, by }: { readonly stage: number; readonly allGo: boolean; readonly by: string },
    now: number,
  ): Promise<void> {
    await tx.run(
      `UPDATE watched_launch SET stage = $1, since = $2, opened_by = $3, all_go = $4, bad_told_at = NULL
       WHERE campaign = $5 AND version = $6`,
      [stage, now, by, allGo ? 1 : 0, campaign, version],
    );
  }

  async setBadTold(tx: Sql, { campaign, version }: Version, now: number): Promise<void> {
    await tx.run('UPDATE watched_launch SET bad_told_at = $1 WHERE campaign = $2 AND version = $3', [
      now,
      campaign,
      version,
    ]);
  }

  async countLetThrough(sql: Sql, { campaign, version }: Version): Promise<number> {
    const row = await sql.one<{ n: number }>(
      'SELECT COUNT(*) AS n FROM outbox WHERE campaign = $1 AND watched_version = $2',
      [campaign, version],
    );
    return Number(row?.n ?? 0);
  }

  async letThrough(tx: Sql, ids: readonly number[], version: number): Promise<void> {
    if (ids.length === 0) return;
    await tx.run(`UPDATE outbox SET watched_version = $1, watched_draw = NULL WHERE id IN ${inNumbers(tx, 2)}`, [
      version,
      storableJson(ids),
    ]);
  }

  /** Records the draws of messages that wait, so that opening a share wakes only those within it. */
  async recordDraws(tx: Sql, draws: readonly { readonly id: number; readonly draw: number }[]): Promise<void> {
    if (draws.length === 0) return;
    const values =
      tx.dialect === 'postgres'
        ? `SELECT (value ->> 0)::bigint AS id, (value ->> 1)::integer AS draw FROM jsonb_array_elements($1::jsonb)`
        : `SELECT value ->> 0 AS id, value ->> 1 AS draw FROM json_each($1)`;
    await tx.run(`UPDATE outbox SET watched_draw = drawn.draw FROM (${values}) AS drawn WHERE outbox.id = drawn.id`, [
      storableJson(draws.map(({ id, draw }) => [id, draw])),
    ]);
  }

  /** Makes waiting messages with a lower draw due. One that a worker has just locked is judged by the new stage itself. */
  async wake(tx: Sql, campaign: string, below: number, now: number): Promise<number> {
    return tx.run(
      `UPDATE outbox SET not_before = $1, watched_draw = NULL WHERE id IN (SELECT id FROM outbox WHERE campaign = $2
       AND state = 'planned' AND watched_draw IS NOT NULL AND watched_draw < $3 ${skipLocked(tx)})`,
      [now, campaign, below],
    );
  }

  async countWaiting(sql: Sql, campaign: string): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM outbox WHERE campaign = $1 AND state = 'planned' AND watched_draw IS NOT NULL`,
      [campaign],
    );
    return Number(row?.n ?? 0);
  }

  async figures(sql: Sql, { campaign, version }: Version): Promise<LaunchFigures> {
    const row = await sql.one<Record<keyof LaunchFigures, number | null>>(
      `SELECT COUNT(*) AS passed, SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END) AS sent,
       SUM(CASE WHEN state IN ('failed', 'dead') THEN 1 ELSE 0 END) AS failed,
       SUM(CASE WHEN EXISTS (SELECT 1 FROM fact f WHERE f.member_id = o.member_id AND f.kind = 'opted_out' AND f.at >= o.attempted_at) THEN 1 ELSE 0 END) AS "optedOut"
       FROM outbox o WHERE o.campaign = $1 AND o.watched_version = $2`,
      [campaign, version],
    );
    return {
      passed: Number(row?.passed ?? 0),
      sent: Number(row?.sent ?? 0),
      failed: Number(row?.failed ?? 0),
      optedOut: Number(row?.optedOut ?? 0),
    };
  }
}

export const watchedLaunchStore = new WatchedLaunchStore();
