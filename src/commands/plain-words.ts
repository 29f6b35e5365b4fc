/** The form in which words are compared: half-width and lower case. */
export const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Phones put narrow, wide and U+2005 spaces around mentions (Wechaty pitfall 19); some leave zero-width characters. */
export const singleSpaced = (text: string): string =>
  text
    .replace(/[\u200b\u2060\ufeff]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();

const around = '[\\p{P}\\p{S}\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\u{fe0f}\\u{200d}\\s]';
const leading = new RegExp(`^${around}+`, 'u');
const trailing = new RegExp(`${around}+$`, 'u');

/** Removes punctuation, emoji and spaces at the end. A text that consists of nothing else is kept. */
export const withoutTail = (text: string): string => text.replace(trailing, '') || text;

/** Removes punctuation, emoji and spaces at both ends. A text that consists of nothing else is kept. */
export const bare = (text: string): string => text.replace(leading, '').replace(trailing, '') || text;

/** `3`, `３`, `3。`, `第3个`, `③`; null for anything else. */
export function ordinalIn(text: string): number | null {
  const digits = /^第?\s*(\d{1,2})\s*[个位号名]?$/u.exec(bare(folded(singleSpaced(text))))?.[1];
  return digits === undefined ? null : Number(digits);
}
