import { HOUR_MS } from '../domain/day.js';
import { ofKind, type MemberFact } from '../domain/member-fact.js';
import type { MemberId } from '../domain/ids.js';
import type { Move, MoveEvent } from '../domain/moves/move.js';
import { isOfSameAction, isWhollyUndelivered } from '../domain/service/undelivered.js';
import { planFallback } from '../features/messages/fallback-delivery.js';
import { moveStore } from '../features/moves/move.store.js';
import type { CampaignSource } from '../features/ruleset/ruleset-source.js';
import type { Run } from '../features/run.js';
import { serviceSendRefused } from '../features/service/service-sends.js';
import { staffAnswerFailed } from '../features/service/staff-answers.js';
import { factStore } from '../inbox/fact.store.js';
import { switchToFallback } from '../outbox/fallback.js';
import { messageStore } from '../outbox/message.store.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import { outboxStore } from '../outbox/outbox.store.js';
import type { Sql } from '../platform/database/sql.js';
import { loadEvaluationsById } from './load-evaluations.js';

interface Deps {
  readonly campaigns: CampaignSource;
  step(run: Run, move: Move, event: MoveEvent): Promise<unknown>;
}

/**
 * WeCom took these messages of customer service and did not deliver them (kf contract §3.3). That is a failure of the
 * delivery, which goes on by the next channel of its template when nothing of it can have arrived. The row is then planned
 * again, so a second event about the same message finds nothing that was sent.
 */
export async function settleUndelivered(run: Run, facts: readonly MemberFact[], deps: Deps): Promise<void> {
  for (const { fact, member } of ofKind(facts, 'service_send_failed')) {
    const id = await messageStore.sentThroughService(run.tx, member, fact.data.ref);
    const [row] = id === null ? [] : await outboxStore.byIds(run.tx, [id], run.now);
    if (row) await settleOne(run, row, { member, msgid: fact.data.ref, reason: fact.data.reason, deps });
  }
}

async function settleOne(
  run: Run,
  row: OutboxRow,
  undelivered: { readonly member: MemberId; readonly msgid: string; readonly reason: string; readonly deps: Deps },
): Promise<void> {
  const { tx, context, now } = run;
  const { member, msgid, reason, deps } = undelivered;
  await serviceSendRefused(tx, row.key, reason, now);
  const reopened = await reopenInvitation(run, row, reason, deps);
  if (row.action.kind === 'kf_say' && isWhollyUndelivered(row.action, { msgid, reason })) {
    const evaluations = await loadEvaluationsById(tx, [member], context, now);
    const hooks = {
      fallback: () => planFallback(tx, { row, code: reason }, { context, campaigns: deps.campaigns, evaluations }, now),
    };
    const isTemplate = row.campaign !== null;
    if (isTemplate && (await switchToFallback(tx, hooks, { row, failure: { code: reason } }, now))) return;
  }
  await outboxStore.settle(tx, [row], { state: 'failed', reason }, now);
  await staffAnswerFailed(run, row, reason);
  // When another message still carries the code, the move waits for that one.
  if (reopened && !reopened.isCarriedElsewhere)
    await deps.step(run, reopened.move, { kind: 'invitation_settled', sent: false, code: reason });
}

/** The move whose invitation this was waits for one again; null when its code was sent another way, too. */
async function reopenInvitation(
  { tx, ...run }: Run,
  row: OutboxRow,
  code: string,
  deps: Deps,
): Promise<{ readonly move: Move; readonly isCarriedElsewhere: boolean } | null> {
  if (row.move === null) return null;
  const others = await outboxStore.otherCarriersOf(tx, row.move, row.id);
  const [invited] = await moveStore.byIds(tx, [row.move]);
  if (others.has('sent') || invited?.state !== 'invited') return null;
  await deps.step({ tx, ...run }, invited, { kind: 'invitation_undelivered', code });
  const [move] = await moveStore.byIds(tx, [row.move]);
  const isCarriedElsewhere = (['planned', 'sending', 'waiting'] as const).some((state) => others.has(state));
  return move ? { move, isCarriedElsewhere } : null;
}

/** How much the clock of WeCom, which gives the time of a report, may be behind ours. */
const CLOCKS_DIFFER_MS = HOUR_MS;

/**
 * WeCom may report a message as not delivered before the answer to our call is stored, or while that is repeated after a
 * crash. Such a report was applied when no sent row had its msgid. It is stored once more, to be applied to this row.
 */
export async function repeatEarlyReports(tx: Sql, row: OutboxRow, ref: string, now: number): Promise<void> {
  if (row.member === null) return;
  const since = { at: row.createdAt - CLOCKS_DIFFER_MS, receivedAt: row.createdAt };
  const early = await factStore.appliedSendFailures(tx, row.member, since);
  const ofThisRow = early.filter(({ data }) => isOfSameAction(data.ref, ref));
  await factStore.append(
    tx,
    ofThisRow.map(({ key, kind, at, member, data }) => ({ key: `${key}:again`, kind, at, member, data })),
    now,
  );
}
