import { z } from 'zod';
import { isoDay, type Day } from '../../domain/day.js';
import { dateToDay } from '../../domain/calendar/festivals.js';

const dayIn = (written: string): Day | null => {
  const [year, month, day] = written.split('-').map(Number);
  const found = dateToDay(year!, month!, day ?? 1);
  return Number.isFinite(found) && isoDay(found).startsWith(written) ? found : null;
};
const dated = (pattern: RegExp) =>
  z
    .string()
    .regex(pattern)
    .refine((written) => dayIn(written) !== null, 'no such date')
    .transform((written): Day => dayIn(written)!);

/** `2026-04-03` */
const day = dated(/^20\d{2}-\d{2}-\d{2}$/);
/** `2026-04`, as its first day. */
const month = dated(/^20\d{2}-\d{2}$/);
const minute = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .transform((clock) => {
    const [hours, minutes] = clock.split(':').map(Number);
    return hours! * 60 + minutes!;
  });
const names = (most: number) => z.array(z.string().min(1).max(128)).max(most);
/** Both databases can store it: no unpaired surrogates, and no control characters but line breaks. */
const words = z.string().regex(/^(?:[^\p{Cc}\p{Cs}]|\n)*$/u, 'has characters in it that cannot be read');
const said = z.strictObject({ text: words.max(4_000), tiers: names(50), groups: names(200) });
const base = z.int().min(1);

const written = {
  ...said.shape,
  name: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u),
  day,
  time: minute,
  exceptDays: names(20),
  onFreeDay: z.enum(['move', 'skip']),
};
const asContent = <T extends { readonly time: number }>({ time, ...content }: T) => ({ ...content, minute: time });

export const planQuery = z.object({ month: month.optional() });
export const newNodeBody = z.strictObject(written).transform(asContent);
export const changedNodeBody = z.strictObject({ ...written, base }).transform(asContent);
export const movedNodeBody = z.strictObject({ base, day });
export const seenQuery = z.object({ base: z.coerce.number().int().min(1) });
export const copyBody = z.strictObject({ month });
export const previewBody = said;
export const nodeId = z.coerce.number().int().min(1);
