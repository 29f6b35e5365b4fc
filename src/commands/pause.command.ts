import { pauseNoticeKey } from '../domain/action-keys.js';
import { switchSending } from '../features/messages/switch-sending.js';
import type { Sql } from '../platform/database/sql.js';
import type { Command, CommandAnswer, Invocation } from './command.js';

/** Saying it again changes nothing and notifies nobody. */
function setPaused(paused: boolean, { engine, request }: Invocation): CommandAnswer {
  const by = request.from.kind === 'staff' ? request.from.staff : '';
  const key = pauseNoticeKey(paused, request.key);
  return {
    text: '',
    write: async (tx: Sql, now: number): Promise<string> => {
      const { isUnchanged, waiting } = await switchSending(tx, engine, { paused, by, through: 'command', key }, now);
      if (isUnchanged)
        return paused ? `已经是暂停状态，有 ${waiting} 条在等。回复「恢复」继续。` : '本来就在正常发送。';
      return paused
        ? `已暂停：所有主动消息现在起不再发出，${waiting} 条排好的先留着。回复「恢复」继续。`
        : `已恢复：${waiting} 条排好的消息会在允许的时段照常发出。`;
    },
  };
}

export const pauseCommand: Command = {
  words: ['暂停', '停', '停止', 'pause', 'stop'],
  role: 'operator',
  usage: '暂停',
  does: '立刻停下所有主动消息',
  needsArgument: false,
  run: (invocation) => Promise.resolve(setPaused(true, invocation)),
};

export const resumeCommand: Command = {
  words: ['恢复', '继续', 'resume', 'continue'],
  role: 'operator',
  usage: '恢复',
  does: '恢复主动消息',
  needsArgument: false,
  run: (invocation) => Promise.resolve(setPaused(false, invocation)),
};
