import { GiveUp, RetryLater } from '../../platform/errors.js';

/** What a question answers; nothing where WeCom does not answer it, now or at all. */
export async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof GiveUp || cause instanceof RetryLater) return undefined;
    throw cause;
  }
}
