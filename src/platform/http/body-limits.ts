const KIB = 1_024;

/** Enough for a name and a password, even if every character is escaped. */
const LOGIN_BYTES = 8 * KIB;
/** 1,000 facts of 2 kB each. */
const FACTS_BYTES = 2_048 * KIB;
/** For all other routes: their longest body is a template of 200,000 characters. */
export const DEFAULT_BODY_BYTES = 1_024 * KIB;

const limits = new Map<string, number>([
  ['/console/api/login', LOGIN_BYTES],
  ['/api/v1/facts', FACTS_BYTES],
]);

/** Largest body of a route, in bytes. */
export const bodyLimitOf = (route: string): number => limits.get(route) ?? DEFAULT_BODY_BYTES;
