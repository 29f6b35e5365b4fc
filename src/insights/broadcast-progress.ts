import { storableJson } from '../platform/database/storable.js';
import type { Sql } from '../platform/database/sql.js';

interface BroadcastMessages {
  readonly state: string;
  readonly reason: string | null;
  readonly n: number;
}

/** What became of the messages of a broadcast so far, by state and reason. */
export async function broadcastProgress(sql: Sql, id: number): Promise<BroadcastMessages[]> {
  const rows = await sql.all<{ state: string; reason: string | null; n: number }>(
    `SELECT state, reason, COUNT(*) AS n FROM outbox WHERE ground = $1 AND SUBSTR(ground, 1, 17) = '{"on":"broadcast"'
     GROUP BY state, reason ORDER BY n DESC, state`,
    [storableJson({ on: 'broadcast', broadcast: id })],
  );
  return rows.map(({ state, reason, n }) => ({ state, reason, n: Number(n) }));
}
