import { OperatorMistake } from '../platform/errors.js';

/** One page of a keyset pagination; `next` is the cursor of the next page, null on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A cursor is the position of the last row shown, so rows that are added or removed do not shift the next page. */
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

/** Makes a page from up to `limit + 1` rows; the extra row only shows that there is a next page. */
export function pageOf<T>(rows: readonly T[], limit: number, placeOf: (row: T) => readonly number[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(placeOf(last)) : null };
}
