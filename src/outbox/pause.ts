import type { Sql } from '../platform/database/sql.js';

/** The switch that stops every proactive send at once. In the database: every worker sees it, and a restart keeps it. */
export async function isPaused(sql: Sql): Promise<boolean> {
  return (await sql.one<{ value: string }>(`SELECT value FROM setting WHERE name = 'paused'`))?.value === '1';
}

export async function setPaused(tx: Sql, paused: boolean, now: number): Promise<void> {
  await tx.insert(
    'setting',
    [{ name: 'paused', value: paused ? '1' : '0', changed_at: now }],
    '(name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at',
  );
}
