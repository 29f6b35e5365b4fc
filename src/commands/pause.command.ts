import { AuditStore } from '../audit/audit.store.js';
import type { Action } from '../domain/action.js';
import { stores } from '../engine/stores.js';
import { isPaused } from '../outbox/pause.js';
import type { Sql } from '../platform/database/sql.js';
import type { Command, CommandAnswer, CommandContext } from './command.js';

const audit = new AuditStore();

/** What was planned of our own accord and has not gone. */
async function waiting(sql: Sql): Promise<number> {
  const row = await sql.one<{ n: number }>(
    `SELECT COUNT(*) AS n FROM outbox WHERE state = 'planned' AND proactive = 1`,
  );
  return Number(row?.n ?? 0);
}

/** The other operators hear of it at once: they would wonder why nothing goes. */
async function tellOthers(
  tx: Sql,
  { engine, request }: CommandContext,
  text: string,
  key: string,
  now: number,
): Promise<void> {
  const who = request.from.kind === 'staff' ? request.from.staff.toLowerCase() : '';
  const staff = engine.operators.filter((operator) => operator.toLowerCase() !== who);
  if (staff.length === 0 || !engine.abilities.has('notify_staff')) return;
  const action: Action = { kind: 'notify_staff', staff: [...new Set(staff)], text };
  await stores.outbox.plan(tx, [{ key, action, notBefore: now, priority: 2 }], now);
}

/** Switched once: said again it changes nothing and tells nobody. */
async function switched(paused: boolean, context: CommandContext): Promise<CommandAnswer> {
  const { request } = context;
  const who = request.from.kind === 'staff' ? request.from.staff : '';
  return {
    text: '',
    write: async (tx: Sql, now: number): Promise<string> => {
      const n = await waiting(tx);
      if ((await isPaused(tx)) === paused)
        return paused ? `已经是暂停状态，有 ${n} 条在等。回复「恢复」继续。` : '本来就在正常发送。';
      await tx.insert(
        'setting',
        [{ name: 'paused', value: paused ? '1' : '0', changed_at: now }],
        '(name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at',
      );
      await audit.append(tx, who, paused ? 'paused' : 'resumed', { by: 'command' }, now);
      const told = paused
        ? `${who} 暂停了所有主动消息，${n} 条排好的先不发。回复「恢复」继续。`
        : `${who} 恢复了主动消息，${n} 条排好的会在允许的时段发出。`;
      await tellOthers(tx, context, told, `${paused ? 'paused' : 'resumed'}:${request.key}`, now);
      return paused
        ? `已暂停：所有主动消息现在起不再发出，${n} 条排好的先留着。回复「恢复」继续。`
        : `已恢复：${n} 条排好的消息会在允许的时段照常发出。`;
    },
  };
}

export const pauseCommand: Command = {
  words: ['暂停', '停', '停止', 'pause', 'stop'],
  role: 'operator',
  usage: '暂停',
  does: '立刻停下所有主动消息',
  needsArgument: false,
  run: (context) => switched(true, context),
};

export const resumeCommand: Command = {
  words: ['恢复', '继续', 'resume', 'continue'],
  role: 'operator',
  usage: '恢复',
  does: '恢复主动消息',
  needsArgument: false,
  run: (context) => switched(false, context),
};
