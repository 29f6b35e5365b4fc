import { z } from 'zod';

/** WeCom leaves fields out when it does not know them; some samples show null or a number as text. */
export const maybeText = z
  .string()
  .nullish()
  .transform((text) => (text === null || text === '' ? undefined : text));
export const maybeNumber = z.coerce
  .number()
  .nullish()
  .transform((number) => number ?? undefined);
export const someText = z
  .string()
  .nullish()
  .transform((text) => text ?? '');
/** `""` or absent at the end: SDKs show both. */
export const cursor = maybeText;
export const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((list) => list ?? []);
/** Whatever WeCom says of a time; `knownTime` tells whether it can be one. */
export const foreignTime = z.unknown().optional();
/** An answer of which only the errcode matters. */
export const nothing = z.object({});

const ENDLESS = 10_000;

/** Every item of a paged answer. The end is told by the cursor, never by a short page. */
export async function readAllPages<T>(
  readPage: (cursor: string) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let at = '';
  for (let page = 0; page < ENDLESS; page += 1) {
    const { items, next } = await readPage(at);
    all.push(...items);
    if (next === undefined || next === at) return all;
    at = next;
  }
  return all;
}
