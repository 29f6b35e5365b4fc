import { cutToCodePoints } from '../domain/cut-text.js';

/** How many typing errors are allowed: one in a short word, two in a long one. */
const allowedErrors = (word: string): number => (word.length >= 5 ? 2 : word.length >= 2 ? 1 : 0);

/**
 * The word that was probably meant: it is contained in the text, or differs from the text or its beginning by few typing
 * errors. Null when no word is near.
 */
export function nearestWord(text: string, words: readonly string[]): string | null {
  const within = words.find((word) => ([...word].length > 1 ? text.includes(word) : text.startsWith(word)));
  if (within !== undefined) return within;
  const [first = ''] = text.split(' ', 1);
  let best: { readonly word: string; readonly errors: number } | null = null;
  for (const word of words) {
    const most = allowedErrors(word);
    if (most === 0) continue;
    // A Chinese command needs no space after it, so the beginning of the text is compared as well.
    for (const candidate of new Set([text, first, cutToCodePoints(text, [...word].length)])) {
      const errors = distance(candidate, word);
      if (errors > most || errors >= [...word].length || (best !== null && errors >= best.errors)) continue;
      best = { word, errors };
    }
  }
  return best?.word ?? null;
}

/** Damerau–Levenshtein distance: characters inserted, deleted, replaced, or swapped with their neighbour. */
function distance(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  if (Math.abs(a.length - b.length) > 2) return 3;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
