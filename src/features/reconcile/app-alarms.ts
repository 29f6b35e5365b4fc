import type { FactOf } from '../../domain/fact.js';
import { removeSetting, settingsNamed, writeSetting } from '../../platform/database/settings.js';
import type { Sql } from '../../platform/database/sql.js';

const ALARM = 'app_alarm:';
/** Alarms about acquisition links: the all-clear of the app does not concern them. */
const ACQUISITION = `${ALARM}acquisition`;

/** Kept where a restart finds them. */
export async function keepAlarms(tx: Sql, facts: readonly FactOf<'app_alarm'>[]): Promise<void> {
  for (const { data, at } of facts) {
    if (!data.over) {
      await writeSetting(tx, `${ALARM}${data.alarm}`, 'on', at);
      continue;
    }
    for (const { name } of await settingsNamed(tx, ALARM))
      if (!name.startsWith(ACQUISITION)) await removeSetting(tx, name);
  }
}

export async function alarmsOf(sql: Sql): Promise<{ alarm: string; at: number }[]> {
  return (await settingsNamed(sql, ALARM)).map(({ name, changedAt }) => ({
    alarm: name.slice(ALARM.length),
    at: changedAt,
  }));
}
