import { OperatorMistake } from '../../platform/errors.js';

/** HTTP 429: the credentials were not checked, and an earlier retry is not checked either. */
export const tooManyTries = (message: string, retryAfterMs: number): OperatorMistake =>
  new OperatorMistake('too_many_tries', message, undefined, { status: 429, retryAfterMs });
