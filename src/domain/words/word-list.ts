import AhoCorasick from 'modern-ahocorasick';
import type { LocalizedText } from '../localized-text.js';

/** Words that a text must not have, or had better not have, for one reason. */
export interface WordGroup {
  readonly key: string;
  /** Why these words are listed. */
  readonly label: LocalizedText;
  readonly severity: 'refuse' | 'warn';
  readonly words: readonly string[];
  /** Longer words in which a listed one is harmless: 第一次 has 第一 in it. */
  readonly except: readonly string[];
}

export interface WordHit {
  /** As it stands in the text. */
  readonly found: string;
  readonly start: number;
  readonly end: number;
  readonly group: Pick<WordGroup, 'key' | 'label' | 'severity'>;
}

export interface WordList {
  /** The listed words in a text, in its order. Of words within one another only the longest is given. */
  find(text: string): readonly WordHit[];
}

/** What ends a clause. Words do not go on beyond it: 最，好的 has no 最好 in it. */
const CLAUSE_END = /[\n，。、；：！？,.;:!?…]/u;
const READABLE = /[\p{L}\p{N}\p{M}]/u;

interface Normalized {
  readonly text: string;
  /** For each UTF-16 unit of `text`, the range of the original that it comes from. */
  readonly from: readonly { readonly start: number; readonly end: number }[];
}

/**
 * Compatible forms as one, small letters, and nothing between the letters of a word, so that 加 微*信 and ＶＸ are found.
 */
function normalize(text: string): Normalized {
  let normalized = '';
  const from: { start: number; end: number }[] = [];
  let start = 0;
  for (const character of text) {
    const end = start + character.length;
    const isEnd = CLAUSE_END.test(character);
    const plain = isEnd ? '\n' : character.normalize('NFKC').toLowerCase();
    for (const one of plain) {
      if (!isEnd && !READABLE.test(one)) continue;
      normalized += one;
      for (let unit = 0; unit < one.length; unit += 1) from.push({ start, end });
    }
    start = end;
  }
  return { text: normalized, from };
}

/** Null marks an exception. */
type Listed = WordHit['group'] | null;

export function makeWordList(groups: readonly WordGroup[]): WordList {
  const patterns = groups.flatMap(({ key, label, severity, words, except }) => [
    ...words.map((word) => ({ pattern: normalize(word).text, data: { key, label, severity } as Listed })),
    ...except.map((word) => ({ pattern: normalize(word).text, data: null as Listed })),
  ]);
  const matcher = new AhoCorasick<Listed>(patterns.filter(({ pattern }) => pattern !== ''));
  return {
    find(text) {
      const { text: normalized, from } = normalize(text);
      const matches = matcher.search(normalized);
      // A word that is both listed and an exception is harmless, so an exception covers its equal too.
      const isCovered = (match: (typeof matches)[number]): boolean =>
        matches.some(
          (other) =>
            other.start <= match.start &&
            other.end >= match.end &&
            (isLonger(other, match) || (other.data === null && match.data !== null)),
        );
      const hits = matches.flatMap((match): WordHit[] => {
        if (!match.data || isCovered(match)) return [];
        const [start, end] = [from[match.start]!.start, from[match.end - 1]!.end];
        return [{ found: text.slice(start, end), start, end, group: match.data }];
      });
      return hits.sort((a, b) => a.start - b.start || b.end - a.end);
    },
  };
}

const isLonger = (one: { start: number; end: number }, other: { start: number; end: number }): boolean =>
  one.end - one.start > other.end - other.start;

export const NO_WORD_LIST: WordList = makeWordList([]);
