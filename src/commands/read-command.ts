import type { Command } from './command.js';
import { commands } from './index.js';

export type ReadCommand =
  | { readonly kind: 'command'; readonly command: Command; readonly argument: string }
  | { readonly kind: 'unknown'; readonly nearest: Command | null };

/** Phones put narrow, wide and U+2005 spaces around mentions (Wechaty pitfall 19). */
const plain = (text: string): string => text.replace(/[\s\u2005\u3000]+/gu, ' ').trim();

/** Reads what was said: the command whose word begins the text, the longest word first. */
export function readCommand(said: string, role: Command['role']): ReadCommand {
  const text = plain(said);
  const known = commands
    .filter((command) => command.role === role || (role === 'operator' && command.role === 'staff'))
    .flatMap((command) => command.words.map((word) => ({ command, word })))
    .sort((a, b) => b.word.length - a.word.length);
  for (const { command, word } of known) {
    if (text === word && !command.needsArgument) return { kind: 'command', command, argument: '' };
    if (command.needsArgument && text.startsWith(word)) {
      const argument = plain(text.slice(word.length).replace(/^[:：]/u, ''));
      if (argument !== '') return { kind: 'command', command, argument };
    }
  }
  return {
    kind: 'unknown',
    nearest:
      known.find(({ word }) => ([...word].length > 1 ? text.includes(word) : text.startsWith(word)))?.command ?? null,
  };
}

/** Whether a member's words are for the bot. Everything else in a group is talk, and is left alone. */
export const isMemberCommand = (text: string): boolean => readCommand(text, 'member').kind === 'command';
