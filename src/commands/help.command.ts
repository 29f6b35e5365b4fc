import type { Command } from './command.js';

/** Lists the commands for staff, from their own usage and description. */
export const helpCommand = (commands: () => readonly Command[]): Command => ({
  words: ['帮助', '?', 'help', 'menu', '菜单', '你好', '您好', 'hello', 'hi', '在吗'],
  role: 'operator',
  usage: '帮助',
  does: '看能做什么',
  needsArgument: false,
  run: () =>
    Promise.resolve({
      text: [
        '可以这样吩咐我（标点、大小写、全角半角都不要紧）：',
        ...commands()
          .filter((command) => command.role !== 'member')
          .map((command) => `${command.usage} — ${command.does}`),
      ].join('\n'),
    }),
});
