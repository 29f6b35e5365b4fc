import type { ActionKind } from '../domain/action.js';
import { priorities } from '../domain/priorities.js';
import type { Sql } from '../platform/database/sql.js';

/** The row that waits longest in a queue, and since when by the product's clock (epoch ms). */
export interface Oldest {
  readonly id: string;
  readonly since: number;
}

export const queues = ['facts', 'commands', 'deliveries', 'welcomes', 'mass_sends'] as const;
export type Queue = (typeof queues)[number];

export interface QueueContext {
  readonly now: number;
  /** SQL on rows of the outbox, true for those that sending does not stop for: what is paused does not count as waiting. */
  readonly notPaused: string;
  /** Kinds that wait for a quota. */
  readonly throttled: readonly ActionKind[];
  /** Whether a channel can send mass-sends; without one nobody processes them. */
  readonly massSends: boolean;
}

/** The oldest row of each queue that could go now. Delayed, paused and throttled rows do not count. */
export async function oldestWaiting(sql: Sql, context: QueueContext): Promise<Readonly<Record<Queue, Oldest | null>>> {
  const kinds = context.throttled.map((kind) => `AND kind <> '${kind}'`).join(' ');
  const due = (which: string): Promise<Oldest | null> =>
    oldest(
      sql,
      `SELECT id, not_before AS since FROM outbox WHERE state = 'planned' AND not_before <= $1 ${context.notPaused} ${which} ORDER BY not_before, id LIMIT 1`,
      [context.now],
    );
  const pending = (table: 'fact' | 'command_request'): Promise<Oldest | null> =>
    oldest(sql, `SELECT id, received_at AS since FROM ${table} WHERE state = 0 ORDER BY id LIMIT 1`, []);
  return {
    facts: await pending('fact'),
    commands: await pending('command_request'),
    deliveries: await due(`AND kind <> 'mass_send' AND priority > ${priorities.welcome} ${kinds}`),
    welcomes: await due(`AND kind <> 'mass_send' AND priority = ${priorities.welcome} ${kinds}`),
    mass_sends: context.massSends ? await due(`AND kind = 'mass_send'`) : null,
  };
}

async function oldest(sql: Sql, text: string, params: readonly number[]): Promise<Oldest | null> {
  const row = await sql.one<{ id: number; since: number }>(text, params);
  return row ? { id: String(row.id), since: row.since } : null;
}

/** Number of rows that were set aside, by table. */
export async function countSetAside(sql: Sql): Promise<readonly { readonly source: string; readonly n: number }[]> {
  const rows = await sql.all<{ source: string; n: number }>(
    'SELECT source, COUNT(*) AS n FROM set_aside GROUP BY source ORDER BY source',
  );
  return rows.map(({ source, n }) => ({ source, n: Number(n) }));
}
