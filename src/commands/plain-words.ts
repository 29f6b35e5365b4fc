/** As words are compared: full-width like half-width, capitals like small letters. */
export const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Phones put narrow, wide and U+2005 spaces around mentions (Wechaty pitfall 19); some leave characters of no width. */
export const singleSpaced = (text: string): string =>
  text
    .replace(/[\u200b\u2060\ufeff]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();

const around = '[\\p{P}\\p{S}\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\u{fe0f}\\u{200d}\\s]';
const leading = new RegExp(`^${around}+`, 'u');
const trailing = new RegExp(`${around}+$`, 'u');

/** Without the punctuation, emoji and spaces at its end; what is nothing else stays. */
export const withoutTail = (text: string): string => text.replace(trailing, '') || text;

/** Without what stands around the words. */
export const bare = (text: string): string => text.replace(leading, '').replace(trailing, '') || text;

/** `3`, `３`, `3。`, `第3个`, `③`; null for anything else. */
export function ordinalIn(text: string): number | null {
  const digits = /^第?\s*(\d{1,2})\s*[个位号名]?$/u.exec(bare(folded(singleSpaced(text))))?.[1];
  return digits === undefined ? null : Number(digits);
}
