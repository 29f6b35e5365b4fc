import { DAY, startOfDay } from '../../calendar.js';
import { Refused, type Call } from './endpoint.js';

const MAX_DAYS = 30;
const KEPT_DAYS = 180;

/**
 * The days a statistic is asked for, by the moment each begins (UTC+8): a closed interval of at most 30, of the last 180,
 * up to yesterday (O-96359). Anything else is 600018 (T).
 */
export function daysAsked({ params, now }: Call, from: string, until: string): readonly number[] {
  const first = params.number(from);
  if (first === undefined) throw new Refused(40063, `${from} missing`);
  const begin = startOfDay(first * 1_000);
  const end = startOfDay((params.number(until) ?? first) * 1_000);
  const today = startOfDay(now);
  const days = (end - begin) / DAY + 1;
  if (days < 1 || days > MAX_DAYS || end >= today || begin < today - KEPT_DAYS * DAY)
    throw new Refused(600018, 'invalid start or end time');
  return Array.from({ length: days }, (_, i) => begin + i * DAY);
}
