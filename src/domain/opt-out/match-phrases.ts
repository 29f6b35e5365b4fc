/** Longer than anybody's way to say so; what is longer is a message. */
const LONGEST_PHRASE = 40;

/** What may stand around a phrase and changes nothing about it. */
export interface Fillers {
  readonly words: readonly RegExp[];
  /** Each a filler alone that may also begin a longer one: 我 of 我要, 好 of 好的. */
  readonly single: ReadonlySet<string>;
}

/** Whether a text is made of one of these phrases (sticky patterns) and of fillers alone. */
export function matchesPhrases(text: string, phrases: readonly RegExp[], fillers: Fillers): boolean {
  if (text === '' || text.length > LONGEST_PHRASE) return false;
  // By place in the text: 1 where only fillers led there, 2 where a phrase did.
  const reached = new Uint8Array(text.length + 1);
  reached[0] = 1;
  for (let at = 0; at < text.length; at++) {
    if (reached[at] === 0) continue;
    const step = (patterns: readonly RegExp[], level: number): void => {
      for (const pattern of patterns) {
        pattern.lastIndex = at;
        const length = pattern.exec(text)?.[0].length ?? 0;
        if (length > 0) reached[at + length] = Math.max(reached[at + length]!, level);
      }
    };
    step(phrases, 2);
    step(fillers.words, reached[at]!);
    if (fillers.single.has(text.charAt(at))) reached[at + 1] = Math.max(reached[at + 1]!, reached[at]!);
  }
  return reached[text.length] === 2;
}
