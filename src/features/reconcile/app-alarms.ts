import { endsAlarm } from '../../domain/app-alarm.js';
import type { FactOf } from '../../domain/fact.js';
import { removeSetting, settingsWithPrefix, writeSetting } from '../../platform/database/settings.js';
import type { Sql } from '../../platform/database/sql.js';

const ALARM = 'app_alarm:';
/** When WeCom last withdrew alarms: an alarm from before may be delivered later. */
const END = 'app_alarm_end:';

/** Stores alarms, so that they survive a restart, and removes those that are over. */
export async function recordAlarms(tx: Sql, facts: readonly FactOf<'app_alarm'>[]): Promise<void> {
  for (const { data, at } of facts) await (data.over ? end(tx, data.alarm, at) : raise(tx, data.alarm, at));
}

async function raise(tx: Sql, alarm: string, at: number): Promise<void> {
  const ends = await settingsWithPrefix(tx, END);
  if (ends.some(({ name, changedAt }) => changedAt > at && endsAlarm(name.slice(END.length), alarm))) return;
  await writeSetting(tx, `${ALARM}${alarm}`, 'on', at);
}

async function end(tx: Sql, over: string, at: number): Promise<void> {
  await writeSetting(tx, `${END}${over}`, 'on', at);
  for (const { name, changedAt } of await settingsWithPrefix(tx, ALARM))
    if (changedAt <= at && endsAlarm(over, name.slice(ALARM.length))) await removeSetting(tx, name);
}

export async function activeAlarms(sql: Sql): Promise<{ alarm: string; at: number }[]> {
  return (await settingsWithPrefix(sql, ALARM)).map(({ name, changedAt }) => ({
    alarm: name.slice(ALARM.length),
    at: changedAt,
  }));
}
