import { cutToCodePoints } from '../domain/cut-text.js';

/** A slip of the keyboard in a short word, two in a long one. */
const slipsIn = (word: string): number => (word.length >= 5 ? 2 : word.length >= 2 ? 1 : 0);

/** The one word that was probably meant: said within the text, or a slip away from its beginning or the whole. Null when none is near. */
export function nearestWord(text: string, words: readonly string[]): string | null {
  const within = words.find((word) => ([...word].length > 1 ? text.includes(word) : text.startsWith(word)));
  if (within !== undefined) return within;
  const [first = ''] = text.split(' ', 1);
  let best: { readonly word: string; readonly slips: number } | null = null;
  for (const word of words) {
    const most = slipsIn(word);
    if (most === 0) continue;
    // A command of Chinese needs no space after it: its beginning counts as much as the whole.
    for (const said of new Set([text, first, cutToCodePoints(text, [...word].length)])) {
      const slips = distance(said, word);
      if (slips > most || slips >= [...word].length || (best !== null && slips >= best.slips)) continue;
      best = { word, slips };
    }
  }
  return best?.word ?? null;
}

/** Characters to be put in, left out, changed, or swapped with their neighbour. */
function distance(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
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
