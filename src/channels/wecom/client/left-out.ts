import { AsyncLocalStorage } from 'node:async_hooks';

/** Something in an answer of WeCom's that could not be read, so that it was left out and the rest taken. */
export interface LeftOut {
  /** `externalcontact/get`. */
  readonly endpoint: string;
  /** `row 2: external_contact.external_userid`; never what stood there. */
  readonly where: string;
}

const listening = new AsyncLocalStorage<(where: string, endpoint?: string) => void>();

/** To be called by whatever leaves something out. Without an endpoint it is the one whose answer is being read. */
export const leaveOut = (where: string, endpoint?: string): void => listening.getStore()?.(where, endpoint);

/** Reads one answer, and says what of it was left out. */
export function noting<T>(
  endpoint: string,
  read: () => T,
): { readonly value: T; readonly leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const value = listening.run((where, of = endpoint) => void leftOut.push({ endpoint: of, where }), read);
  for (const one of leftOut) leaveOut(one.where, one.endpoint);
  return { value, leftOut };
}

/** Does some work, and says what was left out of all that WeCom answered on the way; who listens further out hears it as well. */
export async function withLeftOut<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly leftOut: readonly LeftOut[] }> {
  const leftOut: LeftOut[] = [];
  const outer = listening.getStore();
  const value = await listening.run((where, endpoint = '') => {
    leftOut.push({ endpoint, where });
    outer?.(where, endpoint);
  }, work);
  return { value, leftOut };
}
