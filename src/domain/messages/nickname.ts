const LONGEST = 12;
const FALLBACK = '朋友';

const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Joins the parts of one emoji, and of letters in some scripts. */
const joiners = /^(?:\u200d|\ufe0f)$/u;
// A nickname is the member's own text and we would be the ones to post it: no links, calls to everyone or numbers to ring.
const advertises = /:\/\/|www\.|\.(?:com|cn|net|top|vip|xyz)\b|@所有人|@all\b|\d{6,}|微信|加v|vx/iu;

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** What to call somebody who chose this nickname: theirs when it can stand in a sentence, else 朋友. */
export function nameToCall(nickname: string | null | undefined): string {
  const keep = (nickname ?? '')
    .replace(invisible, (mark) => (joiners.test(mark) ? mark : ' '))
    .replace(/\s+/gu, ' ')
    .trim();
  if (!/[\p{L}\p{N}]/u.test(keep) || advertises.test(keep)) return FALLBACK;
  return shorten(keep, LONGEST);
}

/** Cuts by what a reader sees as one character, so that neither a Chinese character nor an emoji is cut in two. */
export function shorten(text: string, length: number, ellipsis = '…'): string {
  const parts = Array.from(graphemes.segment(text), (part) => part.segment);
  return parts.length <= length ? text : parts.slice(0, length).join('') + ellipsis;
}
