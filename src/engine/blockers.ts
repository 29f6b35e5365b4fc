import type { Context } from '../domain/context.js';
import type { MemberId } from '../domain/ids.js';
import { noPreference, policyFor, type Preference } from '../domain/sending/preference.js';
import { isClosed } from '../domain/moves/move.js';
import { withKeptFree } from '../domain/sending/kept-free.js';
import { afterQuiet, isKeptFree, isQuiet, type SendingPolicy } from '../domain/sending/send-policy.js';
import { moveStore } from '../features/moves/move.store.js';
import type { Blocker } from '../outbox/delivery-hooks.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import { outboxStore } from '../outbox/outbox.store.js';
import { currentPreferences } from '../features/members/current-preferences.js';
import { pendingOptOuts } from '../features/members/pending-opt-outs.js';
import { groupPostBlockers, isGroupPost } from '../features/group-posts/check-group-posts.js';
import { cappedRows, capVerdicts } from '../features/messages/cap-usage.js';
import { checkReasons, checkWords, isMessage, type CheckedRow } from '../features/messages/check-queued.js';
import type { Run } from '../features/run.js';
import { isWatched, launchGates, letThrough } from '../features/watched-launches/watch-launch.js';
import type { Engine } from './engine.js';
import { loadEvaluationsById } from './load-evaluations.js';

type Campaigns = Engine['campaigns'];

/** Whether a row of this kind can be blocked at all. */
export const canBeBlocked = (row: OutboxRow): boolean => row.proactive || row.kind === 'staff_card' || isMessage(row);

/** What blocks rows that are due, or changes their text. A row without an entry goes as it is. */
export async function blockersOf(
  run: Run,
  rows: readonly OutboxRow[],
  campaigns: Campaigns,
): Promise<ReadonlyMap<number, Blocker>> {
  const { context, now } = run;
  const found = new Map<number, Blocker>();
  const quietUntil = quietEnd(context, now);
  // A card is planned by day, but it can be postponed into the night.
  if (quietUntil !== null)
    for (const { id, kind } of rows)
      if (kind === 'staff_card') found.set(id, { postponeTo: quietUntil, reason: 'quiet_hours' });
  const posts = rows.filter(isGroupPost);
  if (posts.length > 0) for (const [id, blocker] of await groupPostBlockers(run, posts)) found.set(id, blocker);
  const messages = rows.filter((row) => (row.proactive || isMessage(row)) && !isGroupPost(row));
  if (messages.length === 0) return found;

  const { stopped, standing, preferences } = await stopReasons(run, messages, campaigns);
  for (const [id, blocker] of stopped) found.set(id, blocker);
  // A message that waits for a tap of staff was sent already: its words are fixed and the caps have counted it.
  const reworded = await checkWords(
    run,
    standing.filter(({ row }) => row.state !== 'waiting'),
  );
  for (const [id, blocker] of reworded) found.set(id, blocker);
  const isFree = ({ id, state }: OutboxRow): boolean => {
    const blocker = found.get(id);
    return state !== 'waiting' && (blocker === undefined || 'rewrite' in blocker);
  };
  // What waits at the gate of its launch fills no cap. Only what the caps allow takes one of the first places.
  const gates = await launchGates(
    run,
    standing.flatMap(({ row, campaign }) => (isFree(row) && isWatched(campaign) ? [{ row, campaign }] : [])),
  );
  for (const [id, blocker] of gates.blockers) found.set(id, blocker);
  const free = messages.filter(isFree);
  for (const [id, blocker] of await capBlockers(run, { free, preferences }, campaigns)) found.set(id, blocker);
  for (const [id, blocker] of await letThrough(run, gates, isFree)) found.set(id, blocker);
  return found;
}

const quietEnd = (
  { ruleset, timeZone }: Context,
  now: number,
  sending: SendingPolicy = ruleset.sending,
): number | null => (isQuiet(now, sending, timeZone) ? afterQuiet(now, sending, timeZone) : null);

/** What blocks each message, its words and the caps not considered, and the messages that nothing blocks. */
async function stopReasons(
  { tx, context, now }: Run,
  messages: readonly OutboxRow[],
  campaigns: Campaigns,
): Promise<{
  readonly stopped: ReadonlyMap<number, Blocker>;
  readonly standing: readonly CheckedRow[];
  readonly preferences: ReadonlyMap<MemberId, Preference>;
}> {
  const members = [...new Set(messages.flatMap((row) => row.member ?? []))];
  const evaluations = await loadEvaluationsById(tx, members, context, now);
  const open = await moveStore.byIds(tx, [...new Set(messages.flatMap((row) => row.move ?? []))]);
  const moves = new Map(open.map((move) => [move.id, move]));
  const optingOut = await pendingOptOuts(tx);
  const reasons = await checkReasons(messages, { context, campaigns, evaluations, moves, now });
  const preferences = await currentPreferences(tx, members);
  const stopped = new Map(reasons.blockers);
  const exceptDays = new Map(reasons.unblocked.map(({ row, campaign }) => [row.id, campaign.exceptDays]));
  for (const row of messages) {
    if (!row.proactive) continue;
    const move = row.move === null ? undefined : moves.get(row.move);
    if (move && isClosed(move.state) && !stopped.has(row.id)) stopped.set(row.id, { cancel: 'move_closed' });
    const evaluation = row.member === null ? undefined : evaluations.get(row.member);
    const { optedOut = false, optChangedAt = 0 } = evaluation?.stored.state ?? {};
    if (optedOut || (evaluation && (optingOut.get(evaluation.id) ?? -1) >= optChangedAt)) {
      stopped.set(row.id, { cancel: 'opted_out' });
      continue;
    }
    const preference = (row.member === null ? undefined : preferences.get(row.member)) ?? noPreference;
    if (stopped.has(row.id)) continue;
    const { calendar, sending } = context.ruleset;
    const policy = withKeptFree(policyFor(sending, preference), exceptDays.get(row.id) ?? [], calendar);
    const quietUntil = quietEnd(context, now, policy);
    const reason = isKeptFree(now, policy, context.timeZone) ? 'day_kept_free' : 'quiet_hours';
    if (quietUntil !== null) stopped.set(row.id, { postponeTo: quietUntil, reason });
  }
  return { stopped, standing: reasons.unblocked.filter(({ row }) => !stopped.has(row.id)), preferences };
}

const noneStopped = { stopped: new Map<number, Blocker>() };

/** The caps weigh all due messages of a member against each other, also those that another worker will lease. */
async function capBlockers(
  run: Run,
  {
    free,
    preferences,
  }: { readonly free: readonly OutboxRow[]; readonly preferences: ReadonlyMap<MemberId, Preference> },
  campaigns: Campaigns,
): Promise<ReadonlyMap<number, Blocker>> {
  const { tx, context, now } = run;
  const found = new Map<number, Blocker>();
  const capped = free.filter((row) => row.caps !== null && row.member !== null && !row.isPastCaps);
  if (capped.length === 0) return found;
  const members = [...new Set(capped.flatMap((row) => row.member ?? []))];
  const rows = await cappedRows(tx, members, context, now);
  const cappedIds = new Set(capped.map(({ id }) => id));
  const alsoDue = rows.filter(
    ({ id, state, at, expiresAt }) =>
      state === 'planned' && at <= now && !cappedIds.has(id) && (expiresAt === null || expiresAt >= now),
  );
  const others = await outboxStore.byIds(
    tx,
    alsoDue.map(({ id }) => id),
    now,
  );
  const { stopped } = others.length === 0 ? noneStopped : await stopReasons(run, others, campaigns);
  const due = [...capped, ...others.filter(({ id }) => !stopped.has(id))];
  for (const [id, verdict] of capVerdicts({ rows, due, preferences }, context, now)) {
    if (verdict.kind === 'go' || !cappedIds.has(id)) continue;
    found.set(
      id,
      verdict.kind === 'never' ? { cancel: verdict.code } : { postponeTo: verdict.at, reason: verdict.code },
    );
  }
  return found;
}
