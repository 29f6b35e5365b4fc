import { GiveUp, RetryLater } from '../../../platform/errors.js';
import type { ActionResult } from '../../channel.js';

/**
 * A way that WeCom has just made. Its id is reported whatever comes of reading its code: without the id another way would be
 * made. Gives up with `withoutId` where WeCom did not say which it is.
 */
export async function madeWay(
  made: { readonly config_id: string | undefined; readonly qr_code?: string | undefined },
  withoutId: 'contact_way_without_id' | 'join_way_without_id',
  read: (configId: string) => Promise<{ readonly qr_code?: string | undefined } | undefined>,
): Promise<ActionResult> {
  const { config_id: configId } = made;
  if (configId === undefined) throw new GiveUp(withoutId, { message: 'WeCom made a way and did not say which it is' });
  const qrCode = made.qr_code ?? (await unlessRefused(() => read(configId)))?.qr_code;
  return { ref: configId, result: { configId, ...(qrCode === undefined ? {} : { qrCode }) } };
}

/** What a question answers; nothing where WeCom does not answer it, now or at all. */
async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof GiveUp || cause instanceof RetryLater) return undefined;
    throw cause;
  }
}
