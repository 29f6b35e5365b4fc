import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The stored form of a token: nobody can log in with what is in the database. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

export const newToken = (): string => randomBytes(32).toString('base64url');

/** Compares in constant time; hashes, because the tokens may differ in length. */
export function isSameToken(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** Whether the text has the form of `newToken`; others need no lookup. */
export const isTokenShaped = (text: string): boolean => /^[\w-]{43}$/.test(text);
