import type { Command } from './command.js';
import { commands } from './index.js';
import { bare, folded, singleSpaced, withoutTail } from './plain-words.js';
import { nearestWord } from './nearest-word.js';

export type ReadCommand =
  | { readonly kind: 'command'; readonly command: Command; readonly argument: string }
  | { readonly kind: 'unknown'; readonly nearest: Command | null };

interface Word {
  readonly command: Command;
  readonly word: string;
}

/** The words a role may say, the longest first. */
const wordsOf = (role: Command['role']): readonly Word[] =>
  commands
    .filter((command) => command.role === role || (role === 'operator' && command.role === 'staff'))
    .flatMap((command) => command.words.map((word) => ({ command, word: folded(word) })))
    .sort((a, b) => b.word.length - a.word.length);

const known: Readonly<Record<Command['role'], readonly Word[]>> = {
  member: wordsOf('member'),
  staff: wordsOf('staff'),
  operator: wordsOf('operator'),
};

/** Reads what was said: the command whose word begins the text, the longest word first; and what was probably meant if there is none. */
export function readCommand(said: string, role: Command['role']): ReadCommand {
  const text = singleSpaced(said);
  const found = beginningOf(text, known[role]);
  if (found) return { kind: 'command', ...found };
  const near = nearestWord(
    folded(bare(text)),
    known[role].map(({ word }) => word),
  );
  return { kind: 'unknown', nearest: known[role].find(({ word }) => word === near)?.command ?? null };
}

/** Whether the text begins with a command: every line said in a group is asked this, so nothing is guessed. */
export const saysCommand = (said: string, role: Command['role']): boolean =>
  beginningOf(singleSpaced(said), known[role]) !== null;

function beginningOf(
  text: string,
  words: readonly Word[],
): { readonly command: Command; readonly argument: string } | null {
  const alone = new Set([folded(text), folded(withoutTail(text)), folded(bare(text))]);
  for (const { command, word } of words) {
    if (!command.needsArgument && alone.has(word)) return { command, argument: '' };
    if (!command.needsArgument && !command.takesArgument) continue;
    const rest = after(text, word);
    if (rest !== null && rest !== '') return { command, argument: rest };
  }
  return null;
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
