import { cutToCodePoints } from '../../../domain/cut-text.js';

/** Clients show this much of each field and cut the rest without a mark (contract §7.5). */
const MOST = { title: 36, sentence: 44, text: 160, factName: 5, factValue: 30, facts: 6 } as const;
const REST = '…（全文见「待办」）';

export interface CardWords {
  readonly title: string;
  /** One sentence under the title. */
  readonly sentence: string;
  /** The rest of the text; empty when the sentence is the whole text. */
  readonly text: string;
  readonly facts: readonly { readonly keyname: string; readonly value: string }[];
}

export interface CardFact {
  readonly name: string;
  readonly value: string;
}

const lengthOf = (text: string): number => [...text].length;

/** The first sentence, with its full stop. A `?` or `!` before further ASCII stands within a web address. */
const firstSentence = (text: string): string => /^(?:[^。！？!?\n]|[!?](?=[!-~]))*[。！？!?]?/u.exec(text)?.[0] ?? text;

/**
 * Distributes a text over the fields of a card: the first sentence under the title if it fits, the rest below. Text that is
 * too long is cut between whole characters and ends with a reference to the full text.
 */
export function cardWords(title: string, text: string, facts: readonly CardFact[] = []): CardWords {
  const whole = text.trim();
  const first = firstSentence(whole).trim();
  const fits = lengthOf(first) <= MOST.sentence;
  const below = fits ? whole.slice(first.length).trim() : whole;
  return {
    title: cutToCodePoints(title, MOST.title, '…'),
    sentence: fits ? first : cutToCodePoints(first, MOST.sentence, '…'),
    text: lengthOf(below) <= MOST.text ? below : cutToCodePoints(below, MOST.text - lengthOf(REST)) + REST,
    facts: facts.slice(0, MOST.facts).map(({ name, value }) => ({
      keyname: cutToCodePoints(name, MOST.factName),
      value: cutToCodePoints(value, MOST.factValue, '…'),
    })),
  };
}
