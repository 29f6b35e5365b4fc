import type { ActionKind } from '../domain/action.js';
import { isPausable, pausedKinds, type Pause } from '../domain/sending/pausable.js';
import { takeAdvisoryLock } from '../platform/database/advisory-lock.js';
import { storableJson } from '../platform/database/storable.js';
import { readSetting, writeSetting } from '../platform/database/settings.js';
import type { Sql } from '../platform/database/sql.js';

/** `1` or `0` for all proactive sending, then the channels and the broadcasts that are stopped by themselves: `0:sms,kf:12,15`. */
const PAUSED = 'paused';
/** The key of a PostgreSQL advisory lock. */
const PAUSE_LOCK = 7_201_133;
const isId = (text: string): boolean => /^[1-9]\d{0,14}$/.test(text);

/** What is stopped. Stored in the database, so that every worker sees it and a restart keeps it. */
export async function readPause(sql: Sql): Promise<Pause> {
  const [all = '', channels = '', broadcasts = ''] = ((await readSetting(sql, PAUSED)) ?? '').split(':');
  return {
    all: all === '1',
    channels: channels.split(',').filter(isPausable),
    broadcasts: broadcasts.split(',').filter(isId).map(Number),
  };
}

export const nothingPaused: Pause = { all: false, channels: [], broadcasts: [] };

/** Whether all proactive sending is stopped. */
export const isPaused = async (sql: Sql): Promise<boolean> => (await readPause(sql)).all;

async function writePause(tx: Sql, { all, channels, broadcasts }: Pause, now: number): Promise<void> {
  const value = [all ? '1' : '0', channels.join(','), broadcasts.join(',')].join(':').replace(/:+$/, '');
  await writeSetting(tx, PAUSED, value, now);
}

/** Changes what is stopped. Two who change it at the same time wait for each other, so that none undoes the other. */
export async function changePause(tx: Sql, change: (pause: Pause) => Pause, now: number): Promise<void> {
  await takeAdvisoryLock(tx, PAUSE_LOCK);
  await writePause(tx, change(await readPause(tx)), now);
}

export const setPaused = (tx: Sql, paused: boolean, now: number): Promise<void> =>
  changePause(tx, (pause) => ({ ...pause, all: paused }), now);

/** What the pause asks of a row. `ground`: only that of a broadcast matters. */
interface Pausable {
  readonly kind: ActionKind;
  readonly proactive: boolean;
  readonly ground: { readonly on: string; readonly broadcast?: number } | null;
}

/** Whether a row waits because of the pause. */
export const waitsForResume = ({ kind, proactive, ground }: Pausable, pause: Pause): boolean =>
  proactive &&
  (pause.all ||
    pausedKinds(pause).includes(kind) ||
    (ground?.on === 'broadcast' && pause.broadcasts.includes(ground.broadcast ?? 0)));

/** SQL on rows of the outbox that the pause stops; null when it stops none. Its parts are constants of ours and numbers. */
function isPausedRow(pause: Pause): string | null {
  if (pause.all) return 'proactive = 1';
  const kinds = pausedKinds(pause).map((kind) => `'${kind}'`);
  const grounds = pause.broadcasts.map((broadcast) => `'${storableJson({ on: 'broadcast', broadcast })}'`);
  const stopped = [
    ...(kinds.length === 0 ? [] : [`kind IN (${kinds.join(', ')})`]),
    ...(grounds.length === 0 ? [] : [`(ground IS NOT NULL AND ground IN (${grounds.join(', ')}))`]),
  ];
  return stopped.length === 0 ? null : `(proactive = 1 AND (${stopped.join(' OR ')}))`;
}

/** SQL on rows of the outbox; empty when nothing is stopped. */
export function notPaused(pause: Pause): string {
  const stopped = isPausedRow(pause);
  return stopped === null ? '' : `AND NOT ${stopped}`;
}

/** SQL on mass-sends at WeCom, true for those of which the pause stops a receiver; null when it stops none. */
export function hasPausedRow(pause: Pause): string | null {
  const stopped = isPausedRow(pause);
  return stopped && `EXISTS (SELECT 1 FROM outbox WHERE batch_id = mass_batch.id AND ${stopped})`;
}
