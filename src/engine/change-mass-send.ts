import { auditStore } from '../features/audit/audit.store.js';
import { remindToTap } from '../features/tasks/remind-to-tap.js';
import type { Run } from '../features/run.js';
import { batchRowStore } from '../outbox/mass-sends/batch-row.store.js';
import { massBatchStore } from '../outbox/mass-sends/mass-batch.store.js';
import { STOPPED_BY_PERSON } from '../outbox/mass-sends/settle-after-cancel.js';
import type { Engine } from './engine.js';
import { EngineMassSendRules } from './mass-send-rules.js';

const HANDED_ON = 'handed_on';

/** `code`: a reason code. */
export interface MassSendChanged {
  readonly outcome: 'done' | 'already' | 'refused';
  readonly code: string;
}

/** Tells a colleague that messages wait for their tap. */
export async function remindOfTaps(run: Run, staff: string, by: string): Promise<MassSendChanged> {
  const { tx, context, now } = run;
  const people = await massBatchStore.countWaitingFor(tx, staff);
  if (people === 0 || !context.abilities.has('notify_staff'))
    return { outcome: 'refused', code: 'not_waiting_any_more' };
  if (!(await remindToTap(run, staff))) return { outcome: 'already', code: 'reminded_today' };
  await auditStore.append(tx, { who: by, what: 'staff_reminded', detail: { name: staff } }, now);
  return { outcome: 'done', code: 'staff_reminded' };
}

/**
 * Takes a task back from the colleague who has not tapped it, for others to send: a colleague who has the customer, or the
 * next channel of the template; for customers whom nobody else reaches the colleague gets a new task. Only what WeCom reports
 * as unsent is sent again, so a tap that crosses this doubles nothing.
 */
export async function handOnTask(
  { tx, now }: Run,
  id: number,
  { by, engine }: { readonly by: string; readonly engine: Engine },
): Promise<MassSendChanged> {
  const task = await massBatchStore.openTask(tx, id);
  if (task?.state === 'cancelling' && task.reason === HANDED_ON) return { outcome: 'already', code: HANDED_ON };
  if (task?.state !== 'waiting') return { outcome: 'refused', code: 'not_waiting_any_more' };
  const rows = (await batchRowStore.rowsOf(tx, id)).filter(({ state }) => state === 'waiting');
  const rules = new EngineMassSendRules(engine);
  const others = new Set((await rules.otherSenders(tx, rows)).keys());
  for (const row of await rules.otherChannels(tx, rows, now)) others.add(row);
  if (others.size === 0) return { outcome: 'refused', code: 'nobody_else' };
  return stop({ tx, now }, id, { sender: task.sender, reason: HANDED_ON, by, people: rows.length });
}

/** Withdraws a task that nobody has tapped. Who has got it before keeps it. */
export async function cancelTask({ tx, now }: Run, id: number, by: string): Promise<MassSendChanged> {
  const task = await massBatchStore.openTask(tx, id);
  if (task?.state === 'cancelling' && task.reason === STOPPED_BY_PERSON)
    return { outcome: 'already', code: STOPPED_BY_PERSON };
  if (task?.state !== 'waiting') return { outcome: 'refused', code: 'not_waiting_any_more' };
  const rows = (await batchRowStore.rowsOf(tx, id)).filter(({ state }) => state === 'waiting');
  return stop({ tx, now }, id, { sender: task.sender, reason: STOPPED_BY_PERSON, by, people: rows.length });
}

async function stop(
  { tx, now }: Pick<Run, 'tx' | 'now'>,
  id: number,
  {
    sender,
    reason,
    by,
    people,
  }: { readonly sender: string; readonly reason: string; readonly by: string; readonly people: number },
): Promise<MassSendChanged> {
  if (!(await massBatchStore.stop(tx, id, reason, now))) return { outcome: 'refused', code: 'not_waiting_any_more' };
  const what = reason === HANDED_ON ? 'mass_send_handed_on' : 'mass_send_cancelled';
  await auditStore.append(tx, { who: by, what, detail: { name: sender, concerned: people } }, now);
  return { outcome: 'done', code: reason };
}
