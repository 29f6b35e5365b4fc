import { commonPasswords } from './common-passwords.js';
import { chineseFirst, type Refusal } from './refusal.js';

/** OWASP ASVS 4.0.3, 2.1.1. */
export const SHORTEST_PASSWORD = 12;
/** OWASP ASVS 4.0.3, 2.1.2: 64 must be possible, more than 128 not. */
export const LONGEST_PASSWORD = 128;

const runs = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb',
];

/**
 * What is wrong with a new password, or null. Any character is allowed and no mixture is required (2.1.9); only common
 * passwords are refused (2.1.7).
 */
export function passwordProblem(password: string): Refusal | null {
  if (/\p{Cc}|\p{Cs}/u.test(password))
    return chineseFirst(
      '不能有控制字符（末尾是不是有换行？）或残缺的字符',
      'must not hold control characters (is there a line break at its end?) or broken ones',
    );
  // Several spaces count as one (2.1.1).
  const length = [...password.trim().replace(/ {2,}/g, ' ')].length;
  if (length < SHORTEST_PASSWORD)
    return chineseFirst(`至少 ${SHORTEST_PASSWORD} 个字符`, `must have at least ${SHORTEST_PASSWORD} characters`);
  if ([...password].length > LONGEST_PASSWORD)
    return chineseFirst(`最多 ${LONGEST_PASSWORD} 个字符`, `must have at most ${LONGEST_PASSWORD} characters`);
  if (!isCommon(password)) return null;
  return chineseFirst(
    '太常见，最先被人试的就是这些；换一个别人想不到的',
    'is one of the passwords that are tried first; choose one nobody else would',
  );
}

function isCommon(password: string): boolean {
  const plain = password.normalize('NFKC').toLowerCase().trim();
  const bare = plain.replace(/[^\p{L}\p{N}]/gu, '');
  // A short rest without punctuation proves nothing.
  const shapes = bare.length >= 10 ? [plain, bare] : [plain];
  return shapes.some((text) => commonPasswords.has(text) || isRepeated(text) || isRun(text));
}

/** `aaaaaaaaaaaa`, `123412341234`, `adminadminad`: 1 to 6 characters repeated; the last repetition may be incomplete. */
function isRepeated(text: string): boolean {
  const characters = [...text];
  return [1, 2, 3, 4, 5, 6].some(
    (length) =>
      length * 2 <= characters.length &&
      characters.every((character, index) => character === characters[index % length]),
  );
}

/** `123456789012`, `qwertyuiopasdf`, and the same backwards. */
const isRun = (text: string): boolean =>
  runs.some((run) => `${run}${run}`.includes(text) || [...`${run}${run}`].reverse().join('').includes(text));
