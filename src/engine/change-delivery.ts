import { HOUR_MS } from '../domain/day.js';
import { mayHaveArrived } from '../domain/sending/may-have-arrived.js';
import { isQuiet } from '../domain/sending/send-policy.js';
import { auditStore } from '../features/audit/audit.store.js';
import { checkReasons } from '../features/messages/check-queued.js';
import { planAnew } from '../features/messages/fallback-delivery.js';
import { moveStore } from '../features/moves/move.store.js';
import type { Run } from '../features/run.js';
import { STOPPED_BY_PERSON } from '../outbox/mass-sends/settle-after-cancel.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import { outboxStore } from '../outbox/outbox.store.js';
import type { Engine } from './engine.js';
import { loadEvaluationsById } from './load-evaluations.js';

/** `code`: a reason code that says what was done, or why not. */
export interface DeliveryChanged {
  readonly outcome: 'done' | 'already' | 'refused';
  readonly code: string;
}

export interface DeliveryChange {
  readonly by: string;
  readonly engine: Engine;
}

const refused = (code: string): DeliveryChanged => ({ outcome: 'refused', code });
const TRIED_AGAIN = 'tried_again';
const BROUGHT_FORWARD = 'brought_forward';
/** Who is drawn into the control group stays in it, or the comparison would say what is not so. */
const drawnOut: ReadonlySet<string> = new Set(['holdout', 'global_holdout']);

/** A message whose sending has not begun is not sent. */
export async function cancelDelivery(
  run: Pick<Run, 'tx' | 'now'>,
  id: number,
  { by, engine }: DeliveryChange,
): Promise<DeliveryChanged> {
  const { tx, now } = run;
  const row = await messageOf(run, id);
  if (row === null) return refused('no_such_message');
  if (row.state === 'cancelled') return { outcome: 'already', code: STOPPED_BY_PERSON };
  if (row.state === 'waiting') return refused('cancel_the_task');
  if (row.state !== 'planned' || !(await outboxStore.holdIn(tx, row, 'planned')))
    return refused('not_planned_any_more');
  await outboxStore.settle(tx, [row], { state: 'cancelled', reason: STOPPED_BY_PERSON }, now);
  const moves = row.move === null ? [] : await moveStore.byIds(tx, [row.move]);
  for (const move of moves) await engine.invitationSettled(tx, move, { sent: false, code: STOPPED_BY_PERSON }, now);
  await append(run, row, { who: by, what: 'delivery_cancelled' });
  return { outcome: 'done', code: STOPPED_BY_PERSON };
}

/** A planned message does not wait for its slot. Quiet hours, caps and everything else that is checked before sending hold. */
export async function sendNow(run: Run, id: number, { by }: DeliveryChange): Promise<DeliveryChanged> {
  const { tx, context, now } = run;
  const row = await messageOf(run, id);
  if (row === null) return refused('no_such_message');
  if (row.state !== 'planned') return refused('not_planned_any_more');
  if (row.notBefore <= now) return { outcome: 'already', code: BROUGHT_FORWARD };
  if (row.proactive && isQuiet(now, context.ruleset.sending, context.timeZone)) return refused('quiet_hours');
  if (!(await outboxStore.bringForward(tx, row, BROUGHT_FORWARD, now))) return refused('not_planned_any_more');
  await append(run, row, { who: by, what: 'delivery_brought_forward' });
  return { outcome: 'done', code: BROUGHT_FORWARD };
}

/**
 * Plans a message that was not sent once more, in the same row, while its reason still holds: with the text, the channels,
 * the hours and the caps of now. `pastCaps`: why a person sends it although the caps do not allow it; it counts against them.
 */
export async function retryDelivery(
  run: Run,
  id: number,
  { by, engine, pastCaps = null }: DeliveryChange & { readonly pastCaps?: string | null },
): Promise<DeliveryChanged> {
  const { tx, context, now } = run;
  const row = await messageOf(run, id);
  if (row === null) return refused('no_such_message');
  if (row.state === 'planned' || row.state === 'sending' || row.state === 'waiting')
    return { outcome: 'already', code: TRIED_AGAIN };
  const refusal = whyNotAgain(row, await outboxStore.reasonOf(tx, id));
  if (refusal !== null) return refused(refusal);
  // Two who try it again at the same time plan it once: it may be sent before the second comes to it.
  if (!(await outboxStore.holdIn(tx, row, row.state))) return { outcome: 'already', code: TRIED_AGAIN };
  const evaluations = await loadEvaluationsById(tx, row.member === null ? [] : [row.member], context, now);
  const check = { context, campaigns: engine.campaigns, evaluations, moves: new Map(), now };
  const { unblocked, blockers } = await checkReasons([row], check);
  const [checked] = unblocked;
  if (!checked) {
    const blocker = blockers.get(row.id);
    return refused(blocker && 'cancel' in blocker ? blocker.cancel : 'template_broken');
  }
  const { channels, windowHours, caps } = checked.campaign;
  const until = now + windowHours * HOUR_MS;
  const planned = await planAnew(run, checked, { channels, until, withoutCaps: pastCaps !== null });
  if (planned === null) return refused('no_join_code');
  if (planned.suppressed !== undefined) return refused(planned.suppressed);
  const replacement = { ...planned, caps: caps ?? undefined };
  await outboxStore.switchChannel(tx, row, { replacement, reason: TRIED_AGAIN }, now);
  await outboxStore.setPastCaps(tx, row, pastCaps !== null);
  const done = pastCaps === null ? { what: 'delivery_retried' } : { what: 'delivery_sent_past_caps', note: pastCaps };
  await append(run, row, { who: by, ...done });
  return { outcome: 'done', code: TRIED_AGAIN };
}

function whyNotAgain(row: OutboxRow, reason: string | null): string | null {
  if (row.state === 'sent') return 'sent_already';
  // An invitation ends its move; 归位 invites again.
  if (row.move !== null) return 'move_closed';
  if (row.kind === 'send_welcome') return 'welcome_code_expired';
  if (reason !== null && (mayHaveArrived.has(reason) || drawnOut.has(reason))) return reason;
  return null;
}

/** The row when it is a message of a template to a member; null otherwise. */
async function messageOf({ tx, now }: Pick<Run, 'tx' | 'now'>, id: number): Promise<OutboxRow | null> {
  const [row] = await outboxStore.byIds(tx, [id], now);
  return row && row.campaign !== null && row.member !== null ? row : null;
}

async function append(
  { tx, now }: Pick<Run, 'tx' | 'now'>,
  { member, campaign }: OutboxRow,
  { who, what, note }: { readonly who: string; readonly what: string; readonly note?: string },
): Promise<void> {
  await auditStore.append(tx, { who, what, detail: { key: campaign, member, ...(note ? { note } : {}) } }, now);
}
