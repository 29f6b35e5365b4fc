import { z } from 'zod';
import { leaveOut } from './left-out.js';

/** The text that a field holds: WeCom leaves out what it does not know, and shows numbers for text and lists of one. */
function textIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  // Beyond that a number has lost digits, and would be another id.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return Array.isArray(value) && value.length === 1 && !Array.isArray(value[0]) ? textIn(value[0]) : undefined;
}

function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*-?\d{1,15}(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const anything = z.unknown().optional();

/** A field on which nothing hangs: of the wrong type it is as good as absent. */
export const maybeText = anything.transform(textIn);
export const someText = anything.transform((value) => textIn(value) ?? '');
export const maybeNumber = anything.transform(numberIn);
/** A field without which the row says nothing. */
export const neededText = anything.transform((value, check): string => textIn(value) ?? missing(check, value));
export const neededNumber = anything.transform((value, check): number => numberIn(value) ?? missing(check, value));
/** True and false also as 1 and 0, or as text. */
export const maybeBoolean = anything.transform((value) =>
  [true, 1, '1', 'true'].includes(value as never)
    ? true
    : [false, 0, '0', 'false'].includes(value as never)
      ? false
      : undefined,
);
/** A time in any form that WeCom sends; `knownTime` checks whether it can be one. */
export const foreignTime = anything;
/** An answer of which only the errcode matters. */
export const nothing = z.object({});

function missing(check: z.core.$RefinementCtx, input: unknown): never {
  check.issues.push({ code: 'custom', message: 'missing or of the wrong type', input });
  return z.NEVER;
}

/** A text that may be absent; it is reported when it is present and cannot be read. */
export const absentOrText = (name: string) =>
  anything.transform((value) => {
    const text = textIn(value);
    if (text === undefined && value !== undefined && value !== null && value !== '') leaveOut(name);
    return text;
  });

/** `""` or absent at the end: SDKs show both. What is no text cannot be gone on from. */
export const cursor = absentOrText('next_cursor');

/** Lists come as lists, as one item, as nothing, and as a list within a list. */
const MOST_NESTING = 4;

/** Every row is read by itself: one that cannot be read is left out, and the others are taken. */
export const listOf = <T extends z.ZodType>(item: T) => anything.transform((value) => rowsOf(value, item));

/** As `listOf`, where an absent list says nothing at all, and an empty one that there is nobody. */
export const neededListOf = <T extends z.ZodType>(item: T) =>
  anything.transform((value) => {
    if (value === undefined || value === null || value === '') leaveOut('the list is missing');
    return rowsOf(value, item);
  });

function rowsOf<T extends z.ZodType>(value: unknown, item: T): z.output<T>[] {
  const given = value === undefined || value === null || value === '' ? [] : [value].flat(MOST_NESTING);
  return given.flatMap((row, index) => {
    const read = item.safeParse(row);
    if (read.success) return [read.data];
    leaveOut(`row ${index + 1}: ${placesOf(read.error)}`);
    return [];
  });
}

/** An object of which something else may be taken when it cannot be read. */
export const maybe = <T extends z.ZodType>(object: T, name: string) =>
  anything.transform((value): z.output<T> | undefined => {
    const read = object.safeParse(Array.isArray(value) && value.length === 1 ? value[0] : value);
    if (read.success) return read.data;
    leaveOut(`${name}: ${placesOf(read.error)}`);
    return undefined;
  });

/** As `maybe`, of what may as well be absent: then nothing was left out. */
export const maybeAbsent = <T extends z.ZodType>(object: T, name: string) => {
  const told = maybe(object, name);
  return anything.transform((value) => (value === undefined || value === null ? undefined : told.parse(value)));
};

/** Ids as a list, or joined by "|": calls tell in either form whom they did not reach. */
export const ids = anything.transform((value) =>
  [value].flat(MOST_NESTING).flatMap((one) => (textIn(one) ?? '').split('|').filter((id) => id !== '')),
);

/** The texts of these names in a success, wherever they stand: what WeCom did is done, in whatever form it answers. */
export const textsNamed = <N extends string>(...names: readonly N[]) =>
  anything.transform(
    (value) =>
      Object.fromEntries(names.map((name) => [name, textNamed(value, name)])) as Readonly<
        Record<N, string | undefined>
      >,
  );

export function textNamed(value: unknown, name: string, depth = MOST_NESTING): string | undefined {
  if (typeof value !== 'object' || value === null || depth === 0) return undefined;
  const own = Object.hasOwn(value, name) ? textIn((value as Record<string, unknown>)[name]) : undefined;
  if (own !== undefined) return own;
  for (const inner of Object.values(value).slice(0, 50)) {
    const found = textNamed(inner, name, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const placesOf = (error: z.ZodError): string =>
  error.issues
    .map((issue) => issue.path.join('.') || issue.message)
    .slice(0, 5)
    .join(', ');

const ENDLESS = 10_000;

/**
 * Every item of a paged answer. The cursor marks the end, never a short page. A cursor that was there before would
 * lead round for ever: the reading ends with what came, and says that it may not be all.
 */
export async function readAllPages<T>(
  api: { tellLeftOut(endpoint: string, where: string): void },
  endpoint: string,
  readPage: (cursor: string) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  const been = new Set(['']);
  for (let at = ''; ;) {
    const { items, next } = await readPage(at);
    all.push(...items);
    if (next === undefined) return all;
    if (been.has(next) || been.size === ENDLESS) {
      api.tellLeftOut(endpoint, 'next_cursor does not move on');
      return all;
    }
    been.add(next);
    at = next;
  }
}
