import { AsyncLocalStorage } from 'node:async_hooks';

/** A part of an answer that could not be read and was skipped. */
export interface SkippedPart {
  /** `externalcontact/get`. */
  readonly endpoint: string;
  /** `row 2: external_contact.external_userid`, never the value. */
  readonly where: string;
}

type Listener = (where: string, endpoint?: string) => void;

/** Listens while one answer is read, which waits for nothing. */
let reading: Listener | undefined;
const collecting = new AsyncLocalStorage<Listener>();
let collectors = 0;

/** Reports a skipped part. Without `endpoint` it belongs to the answer that is being read. */
export const reportSkipped: Listener = (where, endpoint) => (reading ?? collecting.getStore())?.(where, endpoint);

/** Reads one answer and returns its skipped parts. */
export function readCollectingSkipped<T>(
  endpoint: string,
  read: () => T,
): { readonly value: T; readonly skipped: readonly SkippedPart[] } {
  const skipped: SkippedPart[] = [];
  const outer = reading;
  reading = (where, of = endpoint) => void skipped.push({ endpoint: of, where });
  let value: T;
  try {
    value = read();
  } finally {
    reading = outer;
  }
  for (const part of skipped) reportSkipped(part.where, part.endpoint);
  return { value, skipped };
}

/** Runs `work` and returns the skipped parts of all answers in it. They are reported to outer collectors as well. */
export async function collectSkipped<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly skipped: readonly SkippedPart[] }> {
  const skipped: SkippedPart[] = [];
  const outer = collecting.getStore();
  collectors += 1;
  try {
    const value = await collecting.run((where, endpoint = '') => {
      skipped.push({ endpoint, where });
      outer?.(where, endpoint);
    }, work);
    return { value, skipped };
  } finally {
    collectors -= 1;
    // As long as it is enabled, every promise of the process costs more.
    if (collectors === 0) collecting.disable();
  }
}
