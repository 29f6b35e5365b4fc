import { isoDay, type Day } from '../domain/day.js';
import { bare, folded, singleSpaced } from './plain-words.js';

const DAYS_AGO: Readonly<Record<string, number>> = {
  今天: 0,
  今日: 0,
  today: 0,
  昨天: 1,
  昨日: 1,
  yesterday: 1,
  前天: 2,
  大前天: 3,
};

/**
 * Parses a day: 昨天, 11月20日, 11-20, 2026-11-20, 20日. Without a year or month it is the latest such day. Null when the text is
 * no day.
 */
export function parseDay(input: string, today: Day): Day | null {
  const text = bare(folded(singleSpaced(input)));
  if (Object.hasOwn(DAYS_AGO, text)) return today - DAYS_AGO[text]!;
  const [year, month, date] = isoDay(today).split('-').map(Number) as [number, number, number];
  const full = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?$/u.exec(text);
  if (full) return dayIn(Number(full[1]), Number(full[2]), Number(full[3]));
  const short = /^(\d{1,2})[-/.月](\d{1,2})[日号]?$/u.exec(text);
  if (short) {
    const day = dayIn(year, Number(short[1]), Number(short[2]));
    return day !== null && day > today ? dayIn(year - 1, Number(short[1]), Number(short[2])) : day;
  }
  const dateOnly = /^(\d{1,2})[日号]$/u.exec(text);
  if (!dateOnly) return null;
  const monthOf = Number(dateOnly[1]) > date ? month - 1 : month;
  return dayIn(monthOf === 0 ? year - 1 : year, monthOf === 0 ? 12 : monthOf, Number(dateOnly[1]));
}

/** Null for a day that does not exist, like 30 February. */
function dayIn(year: number, month: number, date: number): Day | null {
  const at = Date.UTC(year, month - 1, date);
  const parsed = new Date(at);
  const isReal = parsed.getUTCMonth() === month - 1 && parsed.getUTCDate() === date;
  return isReal ? at / 86_400_000 : null;
}
