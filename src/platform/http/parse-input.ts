import type { z } from 'zod';
import { OperatorMistake } from '../errors.js';

/** Parses a body or a query. Throws the first problem as an `OperatorMistake` (HTTP 400). */
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
