import { dayOf } from '../../domain/day.js';
import type { Context } from '../../domain/context.js';
import type { MemberId } from '../../domain/ids.js';
import type { CompiledRule } from '../../domain/rules/index.js';
import type { Sql } from '../../platform/database/sql.js';

/** `planned`: every member of the audience has a row in the outbox. */
type BroadcastState = 'planning' | 'planned' | 'cancelled';

/**
 * Why a broadcast waits: a person has paused it, or what was reviewed is not what would be sent now: the audience is another
 * one, or the text is.
 */
export type BroadcastPause = 'person' | 'other_audience' | 'other_text';

export interface Broadcast {
  readonly id: number;
  readonly template: string;
  readonly state: BroadcastState;
  /** How many were in the audience when somebody looked at it last. */
  readonly people: number;
  /** Of the text that was looked at; null for broadcasts of before this was kept. */
  readonly version: number | null;
  readonly startedBy: string;
  /** When a person has started it, epoch ms. */
  readonly startedAt: number;
  /** From when on it is planned, epoch ms. Later than `startedAt` when it was started for a later time. */
  readonly startsAt: number;
  readonly pausedFor: BroadcastPause | null;
  /** Members up to this id are planned. */
  readonly plannedTo: number;
  readonly endedAt: number | null;
}

interface Row {
  readonly id: number;
  readonly template: string;
  readonly state: BroadcastState;
  readonly people: number;
  readonly version: number | null;
  readonly started_by: string;
  readonly started_at: number;
  readonly starts_at: number;
  readonly paused_for: BroadcastPause | null;
  readonly planned_to: number;
  readonly ended_at: number | null;
}

const broadcastOf = (row: Row): Broadcast => ({
  id: Number(row.id),
  template: row.template,
  state: row.state,
  people: Number(row.people),
  version: row.version === null ? null : Number(row.version),
  startedBy: row.started_by,
  startedAt: row.started_at,
  startsAt: row.starts_at,
  pausedFor: row.paused_for,
  plannedTo: Number(row.planned_to),
  endedAt: row.ended_at,
});

interface NewBroadcast {
  readonly template: string;
  readonly people: number;
  readonly version: number;
  readonly by: string;
  readonly startsAt: number;
}

interface AudienceMoment {
  readonly context: Pick<Context, 'corp' | 'timeZone'>;
  readonly now: number;
}

function inAudience(sql: Pick<Sql, 'dialect'>, audience: CompiledRule | null, { context, now }: AudienceMoment) {
  const { sql: text, params } = audience?.toSql(sql.dialect, {
    today: dayOf(now, context.timeZone),
    corp: context.corp,
    alias: 'm',
    firstPlaceholder: 1,
  }) ?? { sql: '1 = 1', params: [] };
  return {
    text: `FROM member_metrics m JOIN member mb ON mb.id = m.member_id WHERE mb.merged_into IS NULL AND (${text})`,
    params,
  };
}

/** Broadcasts, and whom they are for. */
export class BroadcastStore {
  /** Null when one of this template is under way. */
  async start(tx: Sql, { template, people, version, by, startsAt }: NewBroadcast, now: number): Promise<number | null> {
    const row = {
      ...{ template, state: 'planning', people, version, planned_to: 0 },
      ...{ started_by: by, started_at: now, starts_at: startsAt },
    };
    const [made] = await tx.insertReturning<{ id: number }>('broadcast', [row], 'DO NOTHING', 'id');
    return made ? Number(made.id) : null;
  }

  async byId(sql: Sql, id: number): Promise<Broadcast | null> {
    const row = await sql.one<Row>('SELECT * FROM broadcast WHERE id = $1', [id]);
    return row ? broadcastOf(row) : null;
  }

  /** The newest first. */
  async list(sql: Sql, limit: number): Promise<Broadcast[]> {
    return (await sql.all<Row>(`SELECT * FROM broadcast ORDER BY id DESC LIMIT ${limit}`)).map(broadcastOf);
  }

  /** Those of one template, the newest first. */
  async listOf(sql: Sql, template: string, limit: number): Promise<Broadcast[]> {
    const rows = await sql.all<Row>(`SELECT * FROM broadcast WHERE template = $1 ORDER BY id DESC LIMIT ${limit}`, [
      template,
    ]);
    return rows.map(broadcastOf);
  }

  /** The oldest that is to be planned now. */
  async underWay(sql: Sql, now: number): Promise<Broadcast | null> {
    const row = await sql.one<Row>(
      `SELECT * FROM broadcast WHERE state = 'planning' AND paused_for IS NULL AND starts_at <= $1 ORDER BY id LIMIT 1`,
      [now],
    );
    return row ? broadcastOf(row) : null;
  }

  async pause(tx: Sql, id: number, why: BroadcastPause): Promise<void> {
    await tx.run('UPDATE broadcast SET paused_for = $1 WHERE id = $2', [why, id]);
  }

  async unpause(tx: Sql, id: number): Promise<void> {
    await tx.run('UPDATE broadcast SET paused_for = NULL WHERE id = $1', [id]);
  }

  /** Goes on with what a person has looked at meanwhile. */
  async resume(
    tx: Sql,
    id: number,
    { people, version, startsAt }: { readonly people: number; readonly version: number; readonly startsAt: number },
  ): Promise<void> {
    await tx.run('UPDATE broadcast SET paused_for = NULL, people = $1, version = $2, starts_at = $3 WHERE id = $4', [
      people,
      version,
      startsAt,
      id,
    ]);
  }

  /** Records up to whom it is planned. */
  async advance(tx: Sql, id: number, plannedTo: MemberId): Promise<void> {
    await tx.run('UPDATE broadcast SET planned_to = $1 WHERE id = $2', [plannedTo, id]);
  }

  /** One that was cancelled meanwhile stays so. */
  async end(tx: Sql, id: number, state: 'planned' | 'cancelled', now: number): Promise<void> {
    await tx.run(`UPDATE broadcast SET state = $1, ended_at = $2 WHERE id = $3 AND state <> 'cancelled'`, [
      state,
      now,
      id,
    ]);
  }

  async countAudience(sql: Sql, audience: CompiledRule | null, moment: AudienceMoment): Promise<number> {
    const { text, params } = inAudience(sql, audience, moment);
    return Number((await sql.one<{ n: number }>(`SELECT COUNT(*) AS n ${text}`, params))?.n ?? 0);
  }

  /** The next members of the audience, by id. */
  async audienceAfter(
    sql: Sql,
    audience: CompiledRule | null,
    { after, limit, ...moment }: AudienceMoment & { readonly after: number; readonly limit: number },
  ): Promise<MemberId[]> {
    const { text, params } = inAudience(sql, audience, moment);
    const rows = await sql.all<{ id: MemberId }>(
      `SELECT m.member_id AS id ${text} AND m.member_id > $${params.length + 1} ORDER BY m.member_id LIMIT ${limit}`,
      [...params, after],
    );
    return rows.map(({ id }) => id);
  }
}

export const broadcastStore = new BroadcastStore();
