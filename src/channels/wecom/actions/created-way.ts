import { GiveUp, RetryLater } from '../../../platform/errors.js';
import type { ActionResult } from '../../channel.js';

/**
 * The result for a code that WeCom has just created. It contains the id even when the QR code cannot be read: without the id
 * another code would be created. Gives up with `withoutId` when WeCom returned no id.
 */
export async function createdWay(
  made: { readonly config_id: string | undefined; readonly qr_code?: string | undefined },
  withoutId: 'contact_way_without_id' | 'join_way_without_id',
  read: (configId: string) => Promise<{ readonly qr_code?: string | undefined } | undefined>,
): Promise<ActionResult> {
  const { config_id: configId } = made;
  if (configId === undefined) throw new GiveUp(withoutId, { message: 'WeCom created a code and returned no id' });
  const qrCode = made.qr_code ?? (await undefinedIfRefused(() => read(configId)))?.qr_code;
  return { ref: configId, result: { configId, ...(qrCode === undefined ? {} : { qrCode }) } };
}

/** The result of a read; undefined when it fails now or for good. */
async function undefinedIfRefused<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof GiveUp || cause instanceof RetryLater) return undefined;
    throw cause;
  }
}
