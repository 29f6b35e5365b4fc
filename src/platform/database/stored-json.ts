import type { z } from 'zod';

export type StoredReading<T> =
  | { readonly ok: true; readonly value: T }
  /** `problem` contains nothing of the stored text: it may be private. */
  | { readonly ok: false; readonly problem: string };

/** Reads a stored JSON text. Never throws: another version, a bug or a person may have written an unreadable one. */
export function readStored<T>(text: string, shape: z.ZodType<T>): StoredReading<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'not JSON' };
  }
  try {
    const read = shape.safeParse(value);
    if (read.success) return { ok: true, value: read.data };
    const [issue] = read.error.issues;
    const path = issue?.path.map(String).join('.') ?? '';
    return { ok: false, problem: `${path === '' ? '' : `${path}: `}${issue?.message ?? 'unexpected shape'}` };
  } catch {
    return { ok: false, problem: 'unexpected shape' };
  }
}

/** As `readStored`, for display: returns `otherwise` for a text that is null or unreadable. */
export function storedOr<T, F>(text: string | null, shape: z.ZodType<T>, otherwise: F): T | F {
  if (text === null) return otherwise;
  const read = readStored(text, shape);
  return read.ok ? read.value : otherwise;
}

/** Reads the JSON array that a statement of ours has made of the columns of one row. */
export const columnsIn = (text: string): (string | number | null)[] => JSON.parse(text) as (string | number | null)[];
