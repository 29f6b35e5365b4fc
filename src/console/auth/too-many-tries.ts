import { OperatorMistake } from '../../platform/errors.js';

/** Slowed down: nothing was looked at, and trying again before the time is up changes nothing. HTTP 429. */
export const tooManyTries = (message: string, retryAfterMs: number): OperatorMistake =>
  new OperatorMistake('too_many_tries', message, undefined, { status: 429, retryAfterMs });
