import type { Command, MemberCommand, MemberPlace } from './command.js';
import { commands, memberCommands } from './index.js';
import { bare, folded, singleSpaced, withoutTail } from './plain-words.js';
import { nearestWord } from './nearest-word.js';

export type ReadCommand =
  | { readonly kind: 'command'; readonly command: Command; readonly argument: string }
  | { readonly kind: 'unknown'; readonly nearest: Command | null };

interface Word {
  readonly command: Command;
  readonly word: string;
}

/** The words that call these commands, the longest first. */
const wordsOf = (known: readonly Command[]): readonly Word[] =>
  known
    .flatMap((command) => command.words.map((word) => ({ command, word: folded(word) })))
    .sort((a, b) => b.word.length - a.word.length);

const inPlace = (place: MemberPlace): readonly MemberCommand[] =>
  memberCommands.filter(({ where }) => where.includes(place));

/** Who speaks: staff by their role, a member by the place. */
export type Speaker = 'operator' | 'staff' | MemberPlace;

const wordsBySpeaker: Readonly<Record<Speaker, readonly Word[]>> = {
  operator: wordsOf(commands.filter(({ role }) => role !== 'member')),
  staff: wordsOf(commands.filter(({ role }) => role === 'staff')),
  kf: wordsOf(inPlace('kf')),
  page: wordsOf(inPlace('page')),
  chat_dm: wordsOf(inPlace('chat_dm')),
  chat_group: wordsOf(inPlace('chat_group')),
};

/** Finds the command whose word begins the text; the longest word wins. Without one, suggests the nearest command. */
export function readCommand(input: string, speaker: Speaker): ReadCommand {
  const text = singleSpaced(input);
  const found = matchBeginning(text, wordsBySpeaker[speaker]);
  if (found) return { kind: 'command', ...found };
  const near = nearestWord(
    folded(bare(text)),
    wordsBySpeaker[speaker].map(({ word }) => word),
  );
  return { kind: 'unknown', nearest: wordsBySpeaker[speaker].find(({ word }) => word === near)?.command ?? null };
}

/** Whether the text begins with a command. It is applied to all talk in groups, so it does not guess. */
export const saysCommand = (text: string, speaker: Speaker): boolean =>
  matchBeginning(singleSpaced(text), wordsBySpeaker[speaker]) !== null;

function matchBeginning(
  text: string,
  words: readonly Word[],
): { readonly command: Command; readonly argument: string } | null {
  const wholeTexts = new Set([folded(text), folded(withoutTail(text)), folded(bare(text))]);
  for (const { command, word } of words) {
    if (!command.needsArgument && wholeTexts.has(word)) return { command, argument: '' };
    if (!command.needsArgument && !command.takesArgument) continue;
    const rest = textAfter(text, word);
    if (rest !== null && rest !== '') return { command, argument: rest };
  }
  return null;
}

/** The text after a word, which may be in capitals or full-width; null when the text does not begin with it. */
function textAfter(text: string, word: string): string | null {
  let end = 0;
  for (const point of text) {
    end += point.length;
    const head = folded(text.slice(0, end));
    if (head.length < word.length) continue;
    if (head !== word) return null;
    const rest = text.slice(end);
    // `finder` does not call `find`.
    if (/[a-z]$/u.test(word) && /^[a-z]/iu.test(rest)) return null;
    return singleSpaced(rest.replace(/^[\s:：,，]+/u, ''));
  }
  return null;
}
