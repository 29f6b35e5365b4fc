import type { Alarm } from '../../channels/reconciliation.js';
import type { FactOf } from '../../domain/fact.js';
import type { Sql } from '../../platform/database/sql.js';

export const ALARM = 'app_alarm:';

/** Kept where a restart finds them. */
export async function keepAlarms(tx: Sql, facts: readonly FactOf<'app_alarm'>[]): Promise<void> {
  for (const { data, at } of facts) {
    if (data.over)
      await tx.run(`DELETE FROM setting WHERE name LIKE '${ALARM}%' AND name NOT LIKE '${ALARM}acquisition%'`);
    else
      await tx.insert(
        'setting',
        [{ name: `${ALARM}${data.alarm}`, value: 'on', changed_at: at }],
        '(name) DO UPDATE SET changed_at = excluded.changed_at',
      );
  }
}

export async function alarmsOf(sql: Sql): Promise<Alarm[]> {
  const rows = await sql.all<{ name: string; changed_at: number }>(
    `SELECT name, changed_at FROM setting WHERE name LIKE '${ALARM}%'`,
  );
  return rows.map((row) => ({ alarm: row.name.slice(ALARM.length), at: row.changed_at }));
}
