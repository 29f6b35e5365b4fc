import { z } from 'zod';

/** What every list may be asked with. An empty value is one that was not given. */
export const given = z
  .string()
  .trim()
  .max(2_000)
  .optional()
  .transform((text) => (text === '' ? undefined : text));

/** One of these, in the same way. */
export const oneGiven = <const T extends readonly [string, ...string[]]>(known: T) =>
  z
    .enum(known)
    .or(z.literal('').transform(() => undefined))
    .optional();

export const paging = {
  cursor: given.describe('`next` of the page before; leave it out for the first page'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('rows in a page'),
};
