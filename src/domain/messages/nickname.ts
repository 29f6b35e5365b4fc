import { cutToCharacters } from '../cut-text.js';

const LONGEST = 12;
const FALLBACK = '朋友';

const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Joins the parts of one emoji, and of letters in some scripts. */
const joiners = /^(?:\u200d|\ufe0f)$/u;
// A nickname is the member's own text and we would be the ones to post it: no links, calls to everyone or numbers to ring.
const advertises = /:\/\/|www\.|\.(?:com|cn|net|top|vip|xyz)\b|@所有人|@all\b|\d{6,}|微信|加v|vx/iu;

/** What to call somebody who chose this nickname: theirs when it can stand in a sentence, else 朋友. */
export function nameToCall(nickname: string | null | undefined): string {
  const keep = (nickname ?? '')
    .replace(invisible, (mark) => (joiners.test(mark) ? mark : ' '))
    .replace(/\s+/gu, ' ')
    .trim();
  if (!/[\p{L}\p{N}]/u.test(keep) || advertises.test(keep)) return FALLBACK;
  return cutToCharacters(keep, LONGEST, '…');
}
