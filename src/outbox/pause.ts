import type { ActionKind } from '../domain/action.js';
import { isPausable, pausedKinds, type Pause } from '../domain/sending/pausable.js';
import { readSetting, writeSetting } from '../platform/database/settings.js';
import type { Sql } from '../platform/database/sql.js';

/** `1` or `0` for all proactive sending, then the channels that are stopped by themselves: `0:sms,kf`. */
const PAUSED = 'paused';

/** What is stopped. Stored in the database, so that every worker sees it and a restart keeps it. */
export async function readPause(sql: Sql): Promise<Pause> {
  const [all = '', channels = ''] = ((await readSetting(sql, PAUSED)) ?? '').split(':');
  return { all: all === '1', channels: channels.split(',').filter(isPausable) };
}

/** Whether all proactive sending is stopped. */
export const isPaused = async (sql: Sql): Promise<boolean> => (await readPause(sql)).all;

export async function writePause(tx: Sql, { all, channels }: Pause, now: number): Promise<void> {
  const value = `${all ? '1' : '0'}${channels.length === 0 ? '' : `:${channels.join(',')}`}`;
  await writeSetting(tx, PAUSED, value, now);
}

export const setPaused = async (tx: Sql, paused: boolean, now: number): Promise<void> =>
  writePause(tx, { ...(await readPause(tx)), all: paused }, now);

/** Whether a row of this kind waits because of the pause. */
export const waitsForResume = (
  { kind, proactive }: { readonly kind: ActionKind; readonly proactive: boolean },
  pause: Pause,
): boolean => proactive && (pause.all || pausedKinds(pause).includes(kind));

/** SQL on rows of the outbox; empty when nothing is stopped. */
export function notPaused(pause: Pause): string {
  if (pause.all) return 'AND proactive = 0';
  const kinds = pausedKinds(pause);
  return kinds.length === 0
    ? ''
    : `AND NOT (proactive = 1 AND kind IN (${kinds.map((kind) => `'${kind}'`).join(', ')}))`;
}
