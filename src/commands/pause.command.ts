import { pauseNoticeKey } from '../domain/action-keys.js';
import { isPausable, pausableChannels, type PausableChannel } from '../domain/sending/pausable.js';
import { switchSending } from '../features/messages/switch-sending.js';
import { campaignChannelLabels } from '../insights/words/channel-words.js';
import type { Sql } from '../platform/database/sql.js';
import type { Command, CommandAnswer, Invocation } from './command.js';

const channels = Object.keys(pausableChannels) as PausableChannel[];

/** A channel by its Chinese or English label, or by its key. */
const channelCalled = (name: string): PausableChannel | undefined => {
  const called = name.toLowerCase();
  if (isPausable(called)) return called;
  return channels.find((key) =>
    [campaignChannelLabels[key].zh, campaignChannelLabels[key].en.toLowerCase()].includes(called),
  );
};

/** Saying it again changes nothing and notifies nobody. */
function setPaused(paused: boolean, { engine, request, argument }: Invocation): CommandAnswer {
  const by = request.from.kind === 'staff' ? request.from.staff : '';
  const name = argument.trim();
  const called = channelCalled(name);
  if (name !== '' && called === undefined) {
    const known = channels.map((one) => campaignChannelLabels[one].zh).join('、');
    const word = paused ? '暂停' : '恢复';
    return { text: `没有「${name}」这个渠道。全部${word}，只发「${word}」两个字；可以单独${word}的有：${known}。` };
  }
  const channel = called && { key: called, label: campaignChannelLabels[called] };
  const what = channel ? `「${channel.label.zh}」的主动消息` : '所有主动消息';
  const again = channel ? `恢复 ${channel.label.zh}` : '恢复';
  const key = pauseNoticeKey(paused, request.key);
  return {
    text: '',
    write: async (tx: Sql, now: number): Promise<string> => {
      const { isUnchanged, waiting } = await switchSending(
        tx,
        engine,
        { paused, channel, by, through: 'command', key },
        now,
      );
      if (isUnchanged)
        return paused ? `已经是暂停状态，有 ${waiting} 条在等。回复「${again}」继续。` : '本来就在正常发送。';
      return paused
        ? `已暂停：${what}现在起不再发出，${waiting} 条排好的先留着。回复「${again}」继续。`
        : `已恢复：${waiting} 条排好的消息会在允许的时段照常发出。`;
    },
  };
}

export const pauseCommand: Command = {
  words: ['暂停', '停', '停止', 'pause', 'stop'],
  role: 'operator',
  usage: '暂停 [渠道]',
  does: '立刻停下所有主动消息，或只停一个渠道的',
  needsArgument: false,
  takesArgument: true,
  run: (invocation) => Promise.resolve(setPaused(true, invocation)),
};

export const resumeCommand: Command = {
  words: ['恢复', '继续', 'resume', 'continue'],
  role: 'operator',
  usage: '恢复 [渠道]',
  does: '恢复主动消息',
  needsArgument: false,
  takesArgument: true,
  run: (invocation) => Promise.resolve(setPaused(false, invocation)),
};
