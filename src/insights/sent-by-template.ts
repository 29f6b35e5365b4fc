import type { Sql } from '../platform/database/sql.js';
import { idSince } from './id-since.js';

/** Number of messages of each template that were sent since a moment. */
export async function sentByTemplate(sql: Sql, since: number): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.all<{ campaign: string; n: number }>(
    `SELECT o.campaign, COUNT(*) AS n FROM outbox_event e JOIN outbox o ON o.id = e.outbox_id
     WHERE e.id >= ${await idSince(sql, 'outbox_event', since)} AND e.at >= ${since} AND e.state = 'sent' AND o.campaign IS NOT NULL GROUP BY o.campaign`,
  );
  return new Map(rows.map((row) => [row.campaign, Number(row.n)]));
}
