import { AsyncLocalStorage } from 'node:async_hooks';

/** A part of an answer that could not be read and was skipped. */
export interface SkippedPart {
  /** `externalcontact/get`. */
  readonly endpoint: string;
  /** `row 2: external_contact.external_userid`, never the value. */
  readonly where: string;
}

const listeners = new AsyncLocalStorage<(where: string, endpoint?: string) => void>();

/** Reports a skipped part. Without `endpoint` it belongs to the answer that is being read. */
export const reportSkipped = (where: string, endpoint?: string): void => listeners.getStore()?.(where, endpoint);

/** Reads one answer and returns its skipped parts. */
export function readCollectingSkipped<T>(
  endpoint: string,
  read: () => T,
): { readonly value: T; readonly skipped: readonly SkippedPart[] } {
  const skipped: SkippedPart[] = [];
  const value = listeners.run((where, of = endpoint) => void skipped.push({ endpoint: of, where }), read);
  for (const one of skipped) reportSkipped(one.where, one.endpoint);
  return { value, skipped };
}

/** Runs `work` and returns the skipped parts of all answers in it. They are reported to outer collectors as well. */
export async function collectSkipped<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly skipped: readonly SkippedPart[] }> {
  const skipped: SkippedPart[] = [];
  const outer = listeners.getStore();
  const value = await listeners.run((where, endpoint = '') => {
    skipped.push({ endpoint, where });
    outer?.(where, endpoint);
  }, work);
  return { value, skipped };
}
