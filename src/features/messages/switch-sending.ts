import type { ActionKey } from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import { auditStore } from '../audit/audit.store.js';
import type { Action } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import { isSameUserid } from '../../domain/userid.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { pausableChannels, type Pause, type PausableChannel } from '../../domain/sending/pausable.js';
import type { LocalizedText } from '../../domain/localized-text.js';
import { changePause, readPause } from '../../outbox/pause.js';
import type { Sql } from '../../platform/database/sql.js';

export interface SendingSwitch {
  readonly paused: boolean;
  /** One channel alone, with its name for staff. Left out: all proactive messages. */
  readonly channel?: { readonly key: PausableChannel; readonly label: LocalizedText } | undefined;
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

/** Pauses or resumes proactive messages. Notifies the other operators, who would otherwise wonder why nothing is sent. */
export async function switchSending(
  tx: Sql,
  context: Pick<Context, 'operators' | 'abilities'>,
  { paused, channel, by, through, key }: SendingSwitch,
  now: number,
): Promise<SwitchResult> {
  const waiting = await outboxStore.countPlannedProactive(tx, channel && pausableChannels[channel.key]);
  const pause = await readPause(tx);
  if ((channel ? pause.channels.includes(channel.key) : pause.all) === paused) return { isUnchanged: true, waiting };
  await changePause(tx, (found) => switched(found, channel?.key, paused), now);
  const detail = { by: through, ...(channel ? { name: channel.key } : {}) };
  await auditStore.append(tx, { who: by, what: paused ? 'paused' : 'resumed', detail }, now);
  const others = context.operators.filter((operator) => !isSameUserid(operator, by));
  if (others.length === 0 || !context.abilities.has('notify_staff')) return { isUnchanged: false, waiting };
  const who = through === 'console' ? `${by}（控制台）` : by;
  const what = channel ? `「${channel.label.zh}」的主动消息` : '所有主动消息';
  const again = channel ? `恢复 ${channel.label.zh}` : '恢复';
  const text = paused
    ? `${who} 暂停了${what}，${waiting} 条排好的先不发。回复「${again}」继续。`
    : `${who} 恢复了${channel ? what : '主动消息'}，${waiting} 条排好的会在允许的时段发出。`;
  const action: Action = { kind: 'notify_staff', staff: [...new Set(others)], text };
  await outboxStore.enqueue(tx, [{ key, action, notBefore: now, priority: priorities.operatorNotice }], now);
  return { isUnchanged: false, waiting };
}

function switched(pause: Pause, channel: PausableChannel | undefined, paused: boolean): Pause {
  if (channel === undefined) return { ...pause, all: paused };
  const others = pause.channels.filter((one) => one !== channel);
  return { ...pause, channels: paused ? [...others, channel] : others };
}
