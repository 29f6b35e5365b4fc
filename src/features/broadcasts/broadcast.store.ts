import { dayOf } from '../../domain/day.js';
import type { Context } from '../../domain/context.js';
import type { MemberId } from '../../domain/ids.js';
import type { CompiledRule } from '../../domain/rules/index.js';
import type { Sql } from '../../platform/database/sql.js';

/** `planned`: every member of the audience has a row in the outbox. */
type BroadcastState = 'planning' | 'planned' | 'cancelled';

export interface Broadcast {
  readonly id: number;
  readonly template: string;
  readonly state: BroadcastState;
  /** How many were in the audience when it was started. */
  readonly people: number;
  readonly startedBy: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Members up to this id are planned. */
  readonly plannedTo: number;
  readonly endedAt: number | null;
}

interface Row {
  readonly id: number;
  readonly template: string;
  readonly state: BroadcastState;
  readonly people: number;
  readonly started_by: string;
  readonly started_at: number;
  readonly planned_to: number;
  readonly ended_at: number | null;
}

const broadcastOf = (row: Row): Broadcast => ({
  id: Number(row.id),
  template: row.template,
  state: row.state,
  people: Number(row.people),
  startedBy: row.started_by,
  startedAt: row.started_at,
  plannedTo: Number(row.planned_to),
  endedAt: row.ended_at,
});

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
  async start(
    tx: Sql,
    { template, people, by }: { readonly template: string; readonly people: number; readonly by: string },
    now: number,
  ): Promise<number | null> {
    const row = { template, state: 'planning', people, started_by: by, started_at: now, planned_to: 0 };
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

  /** The oldest that is still to be planned. */
  async underWay(sql: Sql): Promise<Broadcast | null> {
    const row = await sql.one<Row>(`SELECT * FROM broadcast WHERE state = 'planning' ORDER BY id LIMIT 1`);
    return row ? broadcastOf(row) : null;
  }

  /** Records up to whom it is planned. */
  async advance(tx: Sql, id: number, plannedTo: MemberId): Promise<void> {
    await tx.run('UPDATE broadcast SET planned_to = $1 WHERE id = $2', [plannedTo, id]);
  }

  async end(tx: Sql, id: number, state: 'planned' | 'cancelled', now: number): Promise<void> {
    await tx.run('UPDATE broadcast SET state = $1, ended_at = $2 WHERE id = $3', [state, now, id]);
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
