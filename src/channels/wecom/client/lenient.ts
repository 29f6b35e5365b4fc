import { z } from 'zod';
import { reportSkipped, type SkippedPart } from './skipped-parts.js';

/** The text of a field. WeCom omits unknown values, and sends numbers or lists with one item instead of text. */
function textIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  // A larger number has lost digits and would be a wrong id.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return Array.isArray(value) && value.length === 1 && !Array.isArray(value[0]) ? textIn(value[0]) : undefined;
}

function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*-?\d{1,15}(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const anything = z.unknown().optional();

/** An optional field: a wrong type counts as absent. */
export const optionalText = anything.transform(textIn);
export const textOrEmpty = anything.transform((value) => textIn(value) ?? '');
export const optionalNumber = anything.transform(numberIn);
/** A field without which the row is skipped. */
export const requiredText = anything.transform(
  (value, check): string => textIn(value) ?? addMissingIssue(check, value),
);
export const requiredNumber = anything.transform(
  (value, check): number => numberIn(value) ?? addMissingIssue(check, value),
);
/** Accepts true and false also as 1 and 0, or as text. */
export const optionalBoolean = anything.transform((value) =>
  [true, 1, '1', 'true'].includes(value as never)
    ? true
    : [false, 0, '0', 'false'].includes(value as never)
      ? false
      : undefined,
);
/** A time in any form; `readTime` checks it. */
export const rawTime = anything;
/** For an answer of which only the errcode matters. */
export const noFields = z.object({});

function addMissingIssue(check: z.core.$RefinementCtx, input: unknown): never {
  check.issues.push({ code: 'custom', message: 'missing or of the wrong type', input });
  return z.NEVER;
}

/** An optional text that is reported when it is present but cannot be read. */
export const reportedText = (name: string) =>
  anything.transform((value) => {
    const text = textIn(value);
    if (text === undefined && value !== undefined && value !== null && value !== '') reportSkipped(name);
    return text;
  });

/** `""` or absent on the last page: SDKs show both. A cursor that is no text is reported. */
export const cursor = reportedText('next_cursor');

/** WeCom sends a list as a list, as one item, as nothing, and as a list within a list. */
const MAX_NESTING = 4;

/** Reads every row by itself. A row that cannot be read is skipped and reported. */
export const listOf = <T extends z.ZodType>(item: T) => anything.transform((value) => rowsOf(value, item));

/** As `listOf`, but an absent list is reported: unlike an empty list it does not mean that there are no rows. */
export const requiredListOf = <T extends z.ZodType>(item: T) =>
  anything.transform((value) => {
    if (value === undefined || value === null || value === '') reportSkipped('the list is missing');
    return rowsOf(value, item);
  });

function rowsOf<T extends z.ZodType>(value: unknown, item: T): z.output<T>[] {
  const given = value === undefined || value === null || value === '' ? [] : [value].flat(MAX_NESTING);
  return given.flatMap((row, index) => {
    const read = item.safeParse(row);
    if (read.success) return [read.data];
    reportSkipped(`row ${index + 1}: ${issuePaths(read.error)}`);
    return [];
  });
}

/** An object for which the caller has a fallback. It is reported when it cannot be read. */
export const optionalObject = <T extends z.ZodType>(object: T, name: string) =>
  anything.transform((value): z.output<T> | undefined => {
    const read = object.safeParse(Array.isArray(value) && value.length === 1 ? value[0] : value);
    if (read.success) return read.data;
    reportSkipped(`${name}: ${issuePaths(read.error)}`);
    return undefined;
  });

/** As `optionalObject`, but an absent object is not reported. */
export const objectIfPresent = <T extends z.ZodType>(object: T, name: string) => {
  const field = optionalObject(object, name);
  return anything.transform((value) => (value === undefined || value === null ? undefined : field.parse(value)));
};

/** Ids as a list or joined by "|": calls report in either form whom they did not reach. */
export const ids = anything.transform((value) =>
  [value].flat(MAX_NESTING).flatMap((one) => (textIn(one) ?? '').split('|').filter((id) => id !== '')),
);

/** Finds these fields at any depth of a success: WeCom has done the work, so an unusual shape must not fail the call. */
export const findTexts = <N extends string>(...names: readonly N[]) =>
  anything.transform(
    (value) =>
      Object.fromEntries(names.map((name) => [name, findText(value, name)])) as Readonly<Record<N, string | undefined>>,
  );

export function findText(value: unknown, name: string, depth = MAX_NESTING): string | undefined {
  if (typeof value !== 'object' || value === null || depth === 0) return undefined;
  const own = Object.hasOwn(value, name) ? textIn((value as Record<string, unknown>)[name]) : undefined;
  if (own !== undefined) return own;
  for (const inner of Object.values(value).slice(0, 50)) {
    const found = findText(inner, name, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const issuePaths = (error: z.ZodError): string =>
  error.issues
    .map((issue) => issue.path.join('.') || issue.message)
    .slice(0, 5)
    .join(', ');

const MAX_PAGES = 10_000;

/**
 * Every item of a paged answer. Only the cursor marks the end, never a short page. A repeated cursor would loop for ever, so
 * the read ends and reports that items may be missing.
 */
export async function readAllPages<T>(
  api: { reportSkipped(part: SkippedPart): void },
  endpoint: string,
  readPage: (cursor: string) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  const seenCursors = new Set(['']);
  for (let at = ''; ;) {
    const { items, next } = await readPage(at);
    all.push(...items);
    if (next === undefined) return all;
    if (seenCursors.has(next) || seenCursors.size === MAX_PAGES) {
      api.reportSkipped({ endpoint, where: 'next_cursor does not move on' });
      return all;
    }
    seenCursors.add(next);
    at = next;
  }
}
