import { z } from 'zod';

export const brakesQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20) });
export const brakeParam = z.object({ id: z.coerce.number().int().positive() });
export const brakeAnswerBody = z.strictObject({
  answer: z.enum(['yes', 'no']).describe('`yes`: the run goes on within a minute; `no`: everybody stays as they are'),
});
export const brakeRestoreBody = z.strictObject({
  note: z.string().trim().max(500).default('大批改动没有同意，恢复上一版').describe('why; shown in the history'),
});
