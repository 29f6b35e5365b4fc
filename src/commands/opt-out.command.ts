import type { Fact } from '../domain/fact.js';
import type { Command, CommandContext } from './command.js';

/** The switch is a fact like any other; its time is when the member said it. */
function told(kind: 'opted_out' | 'opted_in', { request }: CommandContext): Fact[] {
  if (request.from.kind !== 'member') return [];
  return [{ key: `${kind}:${request.key}`, kind, at: request.at, member: request.from.ids, data: {} }];
}

export const optOutCommand: Command = {
  words: ['退订', '不要再发', 'TD'],
  role: 'member',
  usage: '退订',
  does: '不再收到主动消息',
  needsArgument: false,
  run: (context) => Promise.resolve({ text: '好的，之后不再主动发消息给你。想恢复时回复「订阅」就行。', facts: told('opted_out', context) }),
};

export const optInCommand: Command = {
  words: ['订阅'],
  role: 'member',
  usage: '订阅',
  does: '重新收到消息',
  needsArgument: false,
  run: (context) => Promise.resolve({ text: '欢迎回来，有值得说的我们才会发。', facts: told('opted_in', context) }),
};
