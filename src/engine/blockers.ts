import type { Context } from '../domain/context.js';
import { afterQuiet, isQuiet } from '../domain/sending/send-policy.js';
import { moveStore } from '../features/moves/move.store.js';
import type { Blocker } from '../outbox/delivery-hooks.js';
import { type OutboxRow, outboxStore } from '../outbox/outbox.store.js';
import type { Sql } from '../platform/database/sql.js';
import { pendingOptOuts } from '../features/members/pending-opt-outs.js';
import { cappedRows, capVerdicts } from '../features/messages/cap-standings.js';
import { checkReasons, checkWords, isMessage, type CheckedRow } from '../features/messages/check-queued.js';
import type { Run } from '../features/run.js';
import type { Engine } from './engine.js';
import { loadEvaluations } from './load-evaluations.js';
type CampaignBook = Engine['campaigns'];

/** Whether anything of ours can stand against a row of this kind. */
export const canBeBlocked = (row: OutboxRow): boolean => row.proactive || row.kind === 'staff_card' || isMessage(row);

/** Why rows that are due must not go now, or in which other words they go. No entry lets a row go as it is. */
export async function blockersOf(
  tx: Sql,
  rows: readonly OutboxRow[],
  { context, campaigns }: { readonly context: Context; readonly campaigns: CampaignBook },
  now: number,
): Promise<ReadonlyMap<number, Blocker>> {
  const run = { tx, context, now };
  const found = new Map<number, Blocker>();
  const quietUntil = quietEnd(context, now);
  // Planned by day, and put off until it was night.
  if (quietUntil !== null)
    for (const { id, kind } of rows)
      if (kind === 'staff_card') found.set(id, { postponeTo: quietUntil, reason: 'quiet_hours' });
  const messages = rows.filter((row) => row.proactive || isMessage(row));
  if (messages.length === 0) return found;

  const { stopped, standing } = await stops(run, messages, campaigns);
  for (const [id, blocker] of stopped) found.set(id, blocker);
  // What waits for a tap is out already, with its words and within the caps.
  const worded = await checkWords(
    run,
    standing.filter(({ row }) => row.state !== 'waiting'),
  );
  for (const [id, blocker] of worded) found.set(id, blocker);
  const free = messages.filter(({ id, state }) => {
    const blocker = found.get(id);
    return state !== 'waiting' && (blocker === undefined || 'anew' in blocker);
  });
  for (const [id, blocker] of await capBlockers(run, free, campaigns)) found.set(id, blocker);
  return found;
}

const quietEnd = ({ ruleset: { sending }, timeZone }: Context, now: number): number | null =>
  isQuiet(now, sending, timeZone) ? afterQuiet(now, sending, timeZone) : null;

/** What stands against each message, its words and the caps apart; and those against which nothing does. */
async function stops(
  { tx, context, now }: Run,
  messages: readonly OutboxRow[],
  campaigns: CampaignBook,
): Promise<{ readonly stopped: ReadonlyMap<number, Blocker>; readonly standing: readonly CheckedRow[] }> {
  const members = [...new Set(messages.flatMap((row) => row.member ?? []))];
  const evaluations = new Map(
    (await loadEvaluations(tx, members, context, now)).map((evaluation) => [evaluation.id, evaluation]),
  );
  const open = await moveStore.byIds(tx, [...new Set(messages.flatMap((row) => row.move ?? []))]);
  const moves = new Map(open.map((move) => [move.id, move]));
  const optingOut = await pendingOptOuts(tx);
  const reasons = await checkReasons(messages, { context, campaigns, evaluations, moves, now });
  const quietUntil = quietEnd(context, now);
  const stopped = new Map(reasons.blockers);
  for (const row of messages) {
    if (!row.proactive) continue;
    const evaluation = row.member === null ? undefined : evaluations.get(row.member);
    const { optedOut = false, optChangedAt = 0 } = evaluation?.stored.state ?? {};
    if (optedOut || (evaluation && (optingOut.get(evaluation.id) ?? -1) >= optChangedAt))
      stopped.set(row.id, { cancel: 'opted_out' });
    else if (quietUntil !== null && !stopped.has(row.id))
      stopped.set(row.id, { postponeTo: quietUntil, reason: 'quiet_hours' });
  }
  return { stopped, standing: reasons.standing.filter(({ row }) => !stopped.has(row.id)) };
}

/** The caps decide over everything of these members that is due and free to go, also what another worker is to take. */
async function capBlockers(
  run: Run,
  free: readonly OutboxRow[],
  campaigns: CampaignBook,
): Promise<ReadonlyMap<number, Blocker>> {
  const { tx, context, now } = run;
  const found = new Map<number, Blocker>();
  const asked = free.filter((row) => row.caps !== null && row.member !== null);
  if (asked.length === 0) return found;
  const rows = await cappedRows(tx, [...new Set(asked.flatMap((row) => row.member ?? []))], context, now);
  const askedIds = new Set(asked.map(({ id }) => id));
  const alsoDue = rows.filter(
    ({ id, state, at, expiresAt }) =>
      state === 'planned' && at <= now && !askedIds.has(id) && (expiresAt === null || expiresAt >= now),
  );
  const beside = await outboxStore.byIds(
    tx,
    alsoDue.map(({ id }) => id),
    now,
  );
  const { stopped } = await stops(run, beside, campaigns);
  const due = [...asked, ...beside.filter(({ id }) => !stopped.has(id))];
  for (const [id, verdict] of capVerdicts(rows, due, context, now)) {
    if (verdict.kind === 'go' || !askedIds.has(id)) continue;
    found.set(
      id,
      verdict.kind === 'never' ? { cancel: verdict.code } : { postponeTo: verdict.at, reason: verdict.code },
    );
  }
  return found;
}
