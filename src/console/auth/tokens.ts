import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What is kept of a token: whoever reads the database cannot log in with it. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

export const newToken = (): string => randomBytes(32).toString('base64url');

/** Takes as long whatever the two are; their hashes are compared, so that they may differ in length. */
export function isSameToken(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** As `newToken` makes them: what looks different need not be looked for. */
export const isTokenShaped = (text: string): boolean => /^[\w-]{43}$/.test(text);
