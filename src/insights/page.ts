import { OperatorMistake } from '../platform/errors.js';

/** One keyset page; `next` is the cursor of the following one, null on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A cursor is the place of the last row shown: rows that come or go meanwhile shift nothing. */
export const cursorOf = (place: readonly number[]): string => Buffer.from(JSON.stringify(place)).toString('base64url');

export function readCursor(cursor: string | undefined, length: number): readonly number[] | null {
  if (cursor === undefined || cursor === '') return null;
  const place = parsed(cursor);
  if (place?.length === length) return place;
  throw new OperatorMistake('bad_cursor', 'cursor: not one of ours; leave it out to start from the beginning');
}

function parsed(cursor: string): readonly number[] | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) && value.every((part) => Number.isSafeInteger(part)) ? (value as number[]) : null;
  } catch {
    return null;
  }
}

/** A page out of one row more than it may have. */
export function pageOf<T>(rows: readonly T[], limit: number, placeOf: (row: T) => readonly number[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(placeOf(last)) : null };
}
