import type { Command } from './command.js';

/** Help is written from the commands themselves, for the role that asks. */
export const helpCommand = (commands: () => readonly Command[]): Command => ({
  words: ['帮助', '?', '？', 'help'],
  role: 'operator',
  usage: '帮助',
  does: '看能做什么',
  needsArgument: false,
  run: () =>
    Promise.resolve({
      text: [
        '可以这样吩咐我：',
        ...commands()
          .filter((command) => command.role !== 'member')
          .map((command) => `${command.usage} — ${command.does}`),
      ].join('\n'),
    }),
});
