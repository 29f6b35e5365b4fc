import { OperatorMistake } from '../../platform/errors.js';

/** HTTP 429: too many logins or wrong tokens from one place. */
export const tooManyTries = (message: string, retryAfterMs: number): OperatorMistake =>
  new OperatorMistake('too_many_tries', message, undefined, { status: 429, retryAfterMs });
