import { z } from 'zod';

/** An optional text parameter of a list. An empty value counts as absent. */
export const given = z
  .string()
  .trim()
  .max(2_000)
  .optional()
  .transform((text) => (text === '' ? undefined : text));

/** An optional parameter with one of the given values. An empty value counts as absent. */
export const oneGiven = <const T extends readonly [string, ...string[]]>(known: T) =>
  z
    .enum(known)
    .or(z.literal('').transform(() => undefined))
    .optional();

export const paging = {
  cursor: given.describe('`next` of the page before; leave it out for the first page'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('rows in a page'),
};
