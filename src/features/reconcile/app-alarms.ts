import type { FactOf } from '../../domain/fact.js';
import { removeSetting, settingsWithPrefix, writeSetting } from '../../platform/database/settings.js';
import type { Sql } from '../../platform/database/sql.js';

const ALARM = 'app_alarm:';
/** Alarms about acquisition links. They stay when WeCom reports that the app is in order again. */
const ACQUISITION = `${ALARM}acquisition`;

/** Stores alarms, so that they survive a restart, and removes those that are over. */
export async function recordAlarms(tx: Sql, facts: readonly FactOf<'app_alarm'>[]): Promise<void> {
  for (const { data, at } of facts) {
    if (!data.over) {
      await writeSetting(tx, `${ALARM}${data.alarm}`, 'on', at);
      continue;
    }
    for (const { name } of await settingsWithPrefix(tx, ALARM))
      if (!name.startsWith(ACQUISITION)) await removeSetting(tx, name);
  }
}

export async function activeAlarms(sql: Sql): Promise<{ alarm: string; at: number }[]> {
  return (await settingsWithPrefix(sql, ALARM)).map(({ name, changedAt }) => ({
    alarm: name.slice(ALARM.length),
    at: changedAt,
  }));
}
