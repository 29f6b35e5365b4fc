import { isAmong, emptyCalendar, type Calendar } from '../calendar/calendar.js';
import type { SendingPolicy } from './send-policy.js';

/** The policy for messages of a campaign that leaves some days out: `except_days` in its settings. */
export const withKeptFree = (
  policy: SendingPolicy,
  exceptDays: readonly string[],
  calendar: Calendar = emptyCalendar,
): SendingPolicy =>
  exceptDays.length === 0 ? policy : { ...policy, isKeptFree: (day) => isAmong(exceptDays, calendar, day) };
