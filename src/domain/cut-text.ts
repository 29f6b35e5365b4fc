const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** The characters of a text as a reader counts them. */
export const charactersOf = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment);

/** The visible ASCII characters that may stand in a web address. Chinese text ends it. */
const webAddress = /https?:\/\/[!#-;=?-[\]_a-z~]+/gi;

/** The start of the web address that a cut at `end` would break; else `end`. Half an address leads nowhere, or elsewhere. */
function outsideAddress(text: string, end: number): number {
  for (const { 0: address, index } of text.matchAll(webAddress))
    // Of a text that begins with the address nothing would be left.
    if (index > 0 && index < end && end < index + address.length) return index;
  return end;
}

/**
 * The only place that cuts text written by people. It cuts between grapheme clusters, so an emoji, a flag or a letter with
 * its accents is kept or dropped as a whole, and so is a web address. The exported functions differ in what the limit counts.
 */
function cut(text: string, most: number, sizeOf: (character: string) => number, ellipsis: string): string {
  const room = ellipsis === '' ? most : most - sizeOf(ellipsis);
  let [size, end, last] = [0, 0, 0];
  for (const { segment } of graphemes.segment(text)) {
    size += sizeOf(segment);
    if (size > most)
      return (last === 0 ? firstPoints(text, room, sizeOf) : text.slice(0, outsideAddress(text, last))) + ellipsis;
    end += segment.length;
    if (size <= room) last = end;
  }
  return text;
}

/** For a single character that is longer than the limit (a letter with a thousand accents): cuts between code points. */
function firstPoints(text: string, room: number, sizeOf: (character: string) => number): string {
  let [size, end] = [0, 0];
  for (const point of text) {
    size += sizeOf(point);
    if (size > room) break;
    end += point.length;
  }
  return text.slice(0, end);
}

/** Cuts to at most `most` code points, which WeCom and other interfaces call characters. */
export const cutToCodePoints = (text: string, most: number, ellipsis = ''): string =>
  text.length <= most ? text : cut(text, most, (character) => [...character].length, ellipsis);

/** Cuts to at most `most` bytes of UTF-8. */
export const cutToBytes = (text: string, most: number, ellipsis = ''): string =>
  text.length * 3 <= most ? text : cut(text, most, (character) => utf8Length(character), ellipsis);

/** Cuts to at most `most` characters as a reader counts them. The ellipsis comes on top. */
export function cutToCharacters(text: string, most: number, ellipsis = ''): string {
  if (text.length <= most) return text;
  const kept = cut(text, most, () => 1, '');
  return kept.length === text.length ? text : kept + ellipsis;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const point of text) {
    const code = point.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
