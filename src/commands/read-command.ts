import type { Command } from './command.js';
import { commands } from './index.js';
import { bare, folded, singleSpaced, withoutTail } from './plain-words.js';
import { nearestWord } from './nearest-word.js';

export type ReadCommand =
  | { readonly kind: 'command'; readonly command: Command; readonly argument: string }
  | { readonly kind: 'unknown'; readonly nearest: Command | null };

/** Reads what was said: the command whose word begins the text, the longest word first. */
export function readCommand(said: string, role: Command['role']): ReadCommand {
  const text = singleSpaced(said);
  const known = commands
    .filter((command) => command.role === role || (role === 'operator' && command.role === 'staff'))
    .flatMap((command) => command.words.map((word) => ({ command, word: folded(word) })))
    .sort((a, b) => b.word.length - a.word.length);
  const alone = new Set([folded(text), folded(withoutTail(text)), folded(bare(text))]);
  for (const { command, word } of known) {
    if (!command.needsArgument && alone.has(word)) return { kind: 'command', command, argument: '' };
    if (!command.needsArgument && !command.takesArgument) continue;
    const rest = after(text, word);
    if (rest !== null && rest !== '') return { kind: 'command', command, argument: rest };
  }
  const words = known.map(({ word }) => word);
  const near = nearestWord(folded(bare(text)), words);
  return { kind: 'unknown', nearest: known.find(({ word }) => word === near)?.command ?? null };
}

/** What follows a word, however wide and large it was written; null where the text begins otherwise. */
function after(text: string, word: string): string | null {
  let end = 0;
  for (const point of text) {
    end += point.length;
    const head = folded(text.slice(0, end));
    if (head.length < word.length) continue;
    if (head !== word) return null;
    const rest = text.slice(end);
    // `finder` does not begin with the word `find`.
    if (/[a-z]$/u.test(word) && /^[a-z]/iu.test(rest)) return null;
    return singleSpaced(rest.replace(/^[\s:：,，]+/u, ''));
  }
  return null;
}
