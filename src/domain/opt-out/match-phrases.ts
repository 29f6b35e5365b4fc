/** A longer text is a message, not an opt-out phrase. */
const LONGEST_PHRASE = 40;

/** Words that may stand around a phrase without changing its meaning. */
export interface Fillers {
  readonly words: readonly RegExp[];
  /** Single characters that are fillers and may also begin a longer one: 我 of 我要, 好 of 好的. */
  readonly single: ReadonlySet<string>;
}

/** Whether a text consists of at least one of the phrases (sticky patterns) and otherwise of fillers only. */
export function matchesPhrases(text: string, phrases: readonly RegExp[], fillers: Fillers): boolean {
  if (text === '' || text.length > LONGEST_PHRASE) return false;
  // By position in the text: 1 if reachable by fillers only, 2 if also by a phrase.
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
