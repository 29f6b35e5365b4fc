import { DAY_MS } from '../../domain/day.js';
import type { Campaign } from '../../domain/messages/index.js';
import { changePause, readPause } from '../../outbox/pause.js';
import type { Sql } from '../../platform/database/sql.js';
import { OperatorMistake } from '../../platform/errors.js';
import { auditStore } from '../audit/audit.store.js';
import { applyQueuedChoice, type QueueRun } from '../messages/queued-messages.js';
import type { Run } from '../run.js';
import { templateStore } from '../templates/template.store.js';
import { isOtherAudience } from './audience-seen.js';
import { broadcastStore, type Broadcast } from './broadcast.store.js';

/** What a person has looked at before they said yes. */
export interface Seen {
  readonly people: number;
  /** Of the text. Left out, it may be any. */
  readonly version?: number | undefined;
}

/** The template when it is switched on for broadcasts. Throws `no_such_broadcast`. */
export function broadcastTemplate({ ruleset }: Run['context'], key: string): Campaign {
  const campaign = ruleset.campaigns.find((one) => one.key === key);
  if (campaign?.trigger.on !== 'broadcast') throw notForBroadcasts(key);
  return campaign;
}

/**
 * Starts a broadcast, now or at a time. Answers its id and how many the audience has. Throws `other_audience`, `other_text`
 * or `under_way`.
 */
export async function startBroadcast(
  run: Run,
  { template, seen, by, startsAt = run.now }: StartedBroadcast,
): Promise<{ readonly id: number; readonly people: number }> {
  const { tx, context, now } = run;
  const campaign = broadcastTemplate(context, template);
  const people = await lookedAt(run, campaign, seen);
  if (startsAt < now || startsAt > now + FURTHEST_MS) throw notThen();
  const started = { template, people, version: campaign.version, by, startsAt };
  const id = await broadcastStore.start(tx, started, now);
  if (id === null) throw underWay(template);
  const detail = { key: template, concerned: people, ...(startsAt > now ? { at: startsAt } : {}) };
  await auditStore.append(tx, { who: by, what: 'broadcast_started', detail }, now);
  return { id, people };
}

/** Stops planning it and sending what is planned. What waits for a tap of staff was handed over already. */
export async function pauseBroadcast({ tx, now }: Moment, id: number, by: string): Promise<void> {
  const broadcast = await runOf(tx, id);
  if (broadcast.state === 'cancelled') throw ended();
  if (broadcast.pausedFor === 'person') return;
  await broadcastStore.pause(tx, id, 'person');
  await changePause(tx, (pause) => ({ ...pause, broadcasts: [...without(pause.broadcasts, id), id] }), now);
  await auditStore.append(tx, { who: by, what: 'broadcast_paused', detail: { key: broadcast.template } }, now);
}

/**
 * Goes on with it. One that is still to be planned goes on with the audience and the text of now, so a person must have seen
 * these: throws `other_audience` or `other_text` otherwise.
 */
export async function resumeBroadcast(
  run: Run,
  id: number,
  { by, seen }: { readonly by: string; readonly seen: Seen | null },
): Promise<void> {
  const { tx, now } = run;
  const broadcast = await runOf(tx, id);
  if (broadcast.state === 'cancelled') throw ended();
  if (broadcast.pausedFor === null) return;
  if (broadcast.state === 'planning') await broadcastStore.resume(tx, id, await lookedAtAgain(run, broadcast, seen));
  else await broadcastStore.unpause(tx, id);
  await forgetPause(tx, id, now);
  await auditStore.append(tx, { who: by, what: 'broadcast_resumed', detail: { key: broadcast.template } }, now);
}

/**
 * Ends it. Once something of it is planned its template is switched off, which cancels what is queued, stops what is in
 * flight and withdraws mass-sends that nobody has tapped. Answers how many queued messages were cancelled.
 */
export async function cancelBroadcast({ tx, engine, now }: QueueRun, id: number, by: string): Promise<number> {
  const broadcast = await runOf(tx, id);
  if (broadcast.state === 'cancelled') return 0;
  const { template: key, plannedTo } = broadcast;
  await broadcastStore.end(tx, id, 'cancelled', now);
  await forgetPause(tx, id, now);
  let concerned = 0;
  if (plannedTo > 0) {
    await templateStore.setEnabled(tx, key, false, now);
    const version = (await templateStore.read(tx, key))?.version;
    if (version !== undefined)
      concerned = await applyQueuedChoice({ tx, engine, now }, { key, version, isOn: false }, 'cancel');
  }
  await auditStore.append(tx, { who: by, what: 'broadcast_cancelled', detail: { key, concerned } }, now);
  return concerned;
}

interface StartedBroadcast {
  readonly template: string;
  readonly seen: Seen;
  readonly by: string;
  /** Epoch ms; now when left out. */
  readonly startsAt?: number | undefined;
}

type Moment = Pick<Run, 'tx' | 'now'>;

/** A year ahead is a typing mistake. */
const FURTHEST_MS = 366 * DAY_MS;

/** Answers how many the audience has now. */
async function lookedAt(
  { tx, context, now }: Run,
  campaign: Campaign,
  { people: seen, version }: Seen,
): Promise<number> {
  if (version !== undefined && version !== campaign.version) throw otherText();
  const people = await broadcastStore.countAudience(tx, campaign.audience, { context, now });
  if (isOtherAudience(people, seen)) throw otherAudience(people, seen);
  return people;
}

/** With what a broadcast that is still to be planned goes on. */
async function lookedAtAgain(run: Run, { template, ...before }: Broadcast, seen: Seen | null) {
  const campaign = broadcastTemplate(run.context, template);
  const isBegun = before.plannedTo > 0;
  const version = before.version ?? undefined;
  // Who has got it already may have left the audience by that.
  const people =
    seen === null && isBegun && version === campaign.version
      ? before.people
      : await lookedAt(run, campaign, seen ?? { people: before.people, version });
  // What nobody has got yet has its whole window before it.
  const startsAt = isBegun ? before.startsAt : Math.max(before.startsAt, run.now);
  return { people, version: campaign.version, startsAt };
}

async function runOf(tx: Sql, id: number): Promise<Broadcast> {
  const broadcast = await broadcastStore.byId(tx, id);
  if (broadcast === null) throw noSuchRun();
  return broadcast;
}

async function forgetPause(tx: Sql, id: number, now: number): Promise<void> {
  if (!(await readPause(tx)).broadcasts.includes(id)) return;
  await changePause(tx, (pause) => ({ ...pause, broadcasts: without(pause.broadcasts, id) }), now);
}

const without = (ids: readonly number[], id: number): number[] => ids.filter((one) => one !== id);

const mistake = (code: string, text: string, status = 409): OperatorMistake =>
  new OperatorMistake(code, text, undefined, { status });

const notForBroadcasts = (key: string): OperatorMistake =>
  mistake(
    'no_such_broadcast',
    `没有启用的、trigger 是 {on: broadcast} 的模板 ${key} (no template ${key} with the trigger {on: broadcast} is switched on)`,
    404,
  );

const otherAudience = (people: number, seen: number): OperatorMistake =>
  mistake(
    'other_audience',
    `范围内现在是 ${people} 人，不是 ${seen} 人：看过再发 (the audience has ${people} people now, not ${seen}: look again)`,
  );

const otherText = (): OperatorMistake =>
  mistake('other_text', '文字在你看过以后改了：看过再发 (the text was edited after you saw it: look again)');

const underWay = (key: string): OperatorMistake =>
  mistake('under_way', `${key} 正在群发 (a broadcast of ${key} is under way)`);

const notThen = (): OperatorMistake =>
  mistake('bad_start', 'startsAt 要在现在以后、一年以内 (startsAt must be later than now and within a year)', 400);

export const noSuchRun = (): OperatorMistake =>
  mistake('no_such_run', '没有这次群发 (there is no such broadcast)', 404);

const ended = (): OperatorMistake => mistake('run_ended', '这次群发已经取消了 (this broadcast was cancelled)');
