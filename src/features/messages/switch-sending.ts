import type { ActionKey } from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import { auditStore } from '../audit/audit.store.js';
import type { Action } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import { isSameUserid } from '../../domain/userid.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { isPaused, setPaused } from '../../outbox/pause.js';
import type { Sql } from '../../platform/database/sql.js';

export interface SendingSwitch {
  readonly paused: boolean;
  /** As the audit names them: an operator's userid or an admin's name. */
  readonly by: string;
  readonly through: 'command' | 'console';
  /** The notice's outbox key, one for each switching: a repeated command notifies once. */
  readonly key: ActionKey;
}

export interface SwitchResult {
  /** Sending was in this state already: nothing was written, and nobody was notified. */
  readonly isUnchanged: boolean;
  /** The number of planned proactive messages. */
  readonly waiting: number;
}

/** Pauses or resumes all proactive messages. Notifies the other operators, who would otherwise wonder why nothing is sent. */
export async function switchSending(
  tx: Sql,
  context: Pick<Context, 'operators' | 'abilities'>,
  { paused, by, through, key }: SendingSwitch,
  now: number,
): Promise<SwitchResult> {
  const waiting = await outboxStore.countPlannedProactive(tx);
  if ((await isPaused(tx)) === paused) return { isUnchanged: true, waiting };
  await setPaused(tx, paused, now);
  await auditStore.append(tx, { who: by, what: paused ? 'paused' : 'resumed', detail: { by: through } }, now);
  const others = context.operators.filter((operator) => !isSameUserid(operator, by));
  if (others.length === 0 || !context.abilities.has('notify_staff')) return { isUnchanged: false, waiting };
  const who = through === 'console' ? `${by}（控制台）` : by;
  const text = paused
    ? `${who} 暂停了所有主动消息，${waiting} 条排好的先不发。回复「恢复」继续。`
    : `${who} 恢复了主动消息，${waiting} 条排好的会在允许的时段发出。`;
  const action: Action = { kind: 'notify_staff', staff: [...new Set(others)], text };
  await outboxStore.enqueue(tx, [{ key, action, notBefore: now, priority: priorities.operatorNotice }], now);
  return { isUnchanged: false, waiting };
}
