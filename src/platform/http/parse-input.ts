import type { z } from 'zod';
import { OperatorMistake } from '../errors.js';

/** Reads a body or a query that came from outside; the first thing wrong with it is told to the one who sent it, with 400. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path ?? [];
  const index = path.find((step) => typeof step === 'number');
  const name = path.length > 0 ? `${path.map(String).join('.')}: ` : '';
  throw new OperatorMistake(
    'bad_request',
    `${name}${issue?.message ?? 'not understood'}`,
    index === undefined ? undefined : { index },
  );
}
