import type { Sql } from './sql.js';

/**
 * The table `setting` holds single values that must survive a restart and belong to no other table. Each name has one
 * owner, which reads and writes it through these functions.
 */
export async function readSetting(sql: Sql, name: string): Promise<string | null> {
  const row = await sql.one<{ value: string }>('SELECT value FROM setting WHERE name = $1', [name]);
  return row?.value ?? null;
}

export async function writeSetting(tx: Sql, name: string, value: string, now: number): Promise<void> {
  await tx.insert(
    'setting',
    [{ name, value, changed_at: now }],
    '(name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at',
  );
}

export async function removeSetting(tx: Sql, name: string): Promise<void> {
  await tx.run('DELETE FROM setting WHERE name = $1', [name]);
}

/** Ordered by name; `changedAt` is epoch ms. */
export async function settingsWithPrefix(
  sql: Sql,
  prefix: string,
): Promise<{ readonly name: string; readonly changedAt: number }[]> {
  const rows = await sql.all<{ name: string; changed_at: number }>(
    'SELECT name, changed_at FROM setting WHERE SUBSTR(name, 1, LENGTH($1)) = $1 ORDER BY name',
    [prefix],
  );
  return rows.map((row) => ({ name: row.name, changedAt: row.changed_at }));
}
