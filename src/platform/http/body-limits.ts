const KIB = 1_024;

/** A name and a password, whatever JSON makes of their characters. */
const LOGIN_BYTES = 8 * KIB;
/** 1,000 facts of 2 kB each. */
const FACTS_BYTES = 2_048 * KIB;
/** A template of 200,000 characters is the longest thing that is posted elsewhere. */
export const BODY_BYTES = 1_024 * KIB;

const limits = new Map<string, number>([
  ['/console/api/login', LOGIN_BYTES],
  ['/api/v1/facts', FACTS_BYTES],
]);

/** How large a body may be that is posted to a route. */
export const bodyLimitOf = (route: string): number => limits.get(route) ?? BODY_BYTES;
