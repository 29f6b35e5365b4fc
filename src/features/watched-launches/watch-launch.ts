import { watchedLaunchKey } from '../../domain/action-keys.js';
import { DAY_MS } from '../../domain/day.js';
import type { Campaign } from '../../domain/messages/index.js';
import { priorities } from '../../domain/priorities.js';
import { gateAt, launchDraw, type WatchedLaunch } from '../../domain/sending/watched-launch.js';
import type { Blocker } from '../../outbox/delivery-hooks.js';
import type { OutboxRow } from '../../outbox/outbox-row.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Run } from '../run.js';
import { watchedLaunchStore } from './watched-launch.store.js';

/** A text of a template whose launch is watched. */
export type WatchedCampaign = Campaign & { readonly watched: WatchedLaunch };
export const isWatched = (campaign: Campaign): campaign is WatchedCampaign => campaign.watched !== null;

export interface WatchedRow {
  readonly row: OutboxRow;
  readonly campaign: WatchedCampaign;
}

/** The watched launches that have messages among these, with how many more of each may go. */
interface OpenTo {
  readonly campaign: WatchedCampaign;
  readonly rows: readonly OutboxRow[];
  /** Null: all of `rows`. */
  readonly atMost: number | null;
  readonly stage: number;
}

export interface LaunchGates {
  readonly blockers: ReadonlyMap<number, Blocker>;
  readonly open: readonly OpenTo[];
}

/** Whether a message asks the gate of its launch at all. One that was let through once stays so, also when it is tried again. */
const asksGate = ({ row, campaign }: WatchedRow): boolean =>
  row.proactive && row.state !== 'waiting' && !row.isPastCaps && row.watchedVersion !== campaign.version;

/**
 * Which of these messages wait at the gates of their launches. It locks the launches, so that two workers never let more
 * through than one. What is left is let through by `letThrough` when nothing else stops it.
 */
export async function launchGates(run: Run, watched: readonly WatchedRow[]): Promise<LaunchGates> {
  const { tx, now } = run;
  const blockers = new Map<number, Blocker>();
  const open: OpenTo[] = [];
  for (const { campaign, rows } of byLaunch(watched.filter(asksGate))) {
    const { key, version } = campaign;
    const launch = await watchedLaunchStore.lock(tx, { campaign: key, version }, now);
    const gate = gateAt(campaign.watched, launch.stage);
    if (gate.kind === 'open') continue;
    const left =
      gate.kind === 'first'
        ? Math.max(0, gate.most - (await watchedLaunchStore.countLetThrough(tx, { campaign: key, version })))
        : null;
    const goes = (row: OutboxRow): boolean =>
      gate.kind === 'first' ? left! > 0 : launchDraw(version, row.key) < gate.below;
    const passing = rows.filter(goes);
    const waiting = rows.filter((row) => !goes(row));
    if (passing.length > 0) open.push({ campaign, rows: passing, atMost: left, stage: launch.stage });
    for (const [id, blocker] of await letWait(run, { campaign, stage: launch.stage }, waiting))
      blockers.set(id, blocker);
  }
  return { blockers, open };
}

/** Lets through what nothing else stops. Answers what has to wait after all, because the first few are full. */
export async function letThrough(
  run: Run,
  { open }: LaunchGates,
  isFree: (row: OutboxRow) => boolean,
): Promise<ReadonlyMap<number, Blocker>> {
  const blockers = new Map<number, Blocker>();
  for (const { campaign, rows, atMost, stage } of open) {
    const { version } = campaign;
    const free = rows.filter(isFree).sort((a, b) => launchDraw(version, a.key) - launchDraw(version, b.key));
    const passing = free.slice(0, atMost ?? free.length);
    await watchedLaunchStore.letThrough(
      run.tx,
      passing.map(({ id }) => id),
      version,
    );
    const waiting = free.slice(passing.length);
    for (const [id, blocker] of await letWait(run, { campaign, stage }, waiting)) blockers.set(id, blocker);
  }
  return blockers;
}

/** For what never expires: opening the gate wakes it long before. */
const LONGEST_WAIT_MS = 30 * DAY_MS;

async function letWait(
  run: Run,
  { campaign, stage }: { readonly campaign: WatchedCampaign; readonly stage: number },
  rows: readonly OutboxRow[],
): Promise<ReadonlyMap<number, Blocker>> {
  if (rows.length === 0) return new Map();
  const draws = rows.map(({ id, key }) => ({ id, draw: launchDraw(campaign.version, key) }));
  await watchedLaunchStore.recordDraws(run.tx, draws);
  await tellWaiting(run, campaign, stage);
  return new Map(
    rows.map(({ id, expiresAt }) => [
      id,
      // It is looked at again when it has expired, unless the gate opens before.
      { postponeTo: expiresAt === null ? run.now + LONGEST_WAIT_MS : expiresAt + 1, reason: 'watched_launch' },
    ]),
  );
}

/** Tells the operators once a stage that messages wait for their look. */
async function tellWaiting(run: Run, campaign: WatchedCampaign, stage: number): Promise<void> {
  const gone = stage === 0 ? `先发 ${campaign.watched.first} 人` : `先发 ${campaign.watched.then[stage - 1]}%`;
  const how = campaign.watched.opensAfterHours === null ? '看过再放行' : '数据好会自己放行，也可以看过就放行';
  await tellOperators(run, campaign, { stage, what: 'waits', words: `${gone}，其余在等：${how}` });
}

export async function tellOperators(
  { tx, context, now }: Run,
  { key, version, name }: Campaign,
  { stage, what, words }: { readonly stage: number; readonly what: 'waits' | 'bad'; readonly words: string },
): Promise<void> {
  if (context.operators.length === 0 || !context.abilities.has('notify_staff')) return;
  const where = context.consoleUrl ? `${context.consoleUrl}/templates/${key}` : `控制台「模板」里的「${name}」`;
  const text = `「${name}」第 ${version} 版盯着首发：${words}。${where}`;
  const action = { kind: 'notify_staff', staff: [...new Set(context.operators)], text } as const;
  const row = { key: watchedLaunchKey(key, version, `${what}:${stage}`), action, notBefore: now };
  await outboxStore.enqueue(tx, [{ ...row, priority: priorities.operatorNotice }], now);
}

function byLaunch(
  watched: readonly WatchedRow[],
): readonly { readonly campaign: WatchedCampaign; readonly rows: readonly OutboxRow[] }[] {
  const launches = new Map<string, { readonly campaign: WatchedCampaign; readonly rows: OutboxRow[] }>();
  for (const { campaign, row } of watched) {
    const id = `${campaign.key}@${campaign.version}`;
    const launch = launches.get(id);
    if (launch) launch.rows.push(row);
    else launches.set(id, { campaign, rows: [row] });
  }
  // Always in the same order, so that two workers never lock each other out.
  return [...launches.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, launch]) => launch);
}
