import { AuditStore } from '../audit/audit.store.js';
import { isPaused } from '../outbox/pause.js';
import type { Sql } from '../platform/database/sql.js';
import type { Command, CommandContext } from './command.js';

const audit = new AuditStore();

async function switched(paused: boolean, { db, request }: CommandContext, done: string, already: string) {
  const was = await isPaused(db.read);
  const who = request.from.kind === 'staff' ? request.from.staff : '';
  return {
    text: was === paused ? already : done,
    write: async (tx: Sql, now: number): Promise<void> => {
      await tx.insert(
        'setting',
        [{ name: 'paused', value: paused ? '1' : '0', changed_at: now }],
        '(name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at',
      );
      await audit.append(tx, who, paused ? 'paused' : 'resumed', { by: 'command' }, now);
    },
  };
}

export const pauseCommand: Command = {
  words: ['暂停', '停'],
  role: 'operator',
  usage: '暂停',
  does: '立刻停下所有主动消息',
  needsArgument: false,
  run: (context) =>
    switched(
      true,
      context,
      '已暂停：所有主动消息现在起不再发出，回复「恢复」继续。',
      '已经是暂停状态，回复「恢复」继续。',
    ),
};

export const resumeCommand: Command = {
  words: ['恢复', '继续'],
  role: 'operator',
  usage: '恢复',
  does: '恢复主动消息',
  needsArgument: false,
  run: (context) => switched(false, context, '已恢复：主动消息会在允许的时段照常发出。', '本来就在正常发送。'),
};
