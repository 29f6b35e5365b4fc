import { isoDay, type Day } from '../domain/day.js';
import { bare, folded, singleSpaced } from './plain-words.js';

const spoken: Readonly<Record<string, number>> = {
  今天: 0,
  今日: 0,
  today: 0,
  昨天: 1,
  昨日: 1,
  yesterday: 1,
  前天: 2,
  大前天: 3,
};

/** The day an operator names: 昨天, 11月20日, 11-20, 2026-11-20, 20日. Of a day without a year the last one; null for what is none. */
export function dayNamed(said: string, today: Day): Day | null {
  const text = bare(folded(singleSpaced(said)));
  if (Object.hasOwn(spoken, text)) return today - spoken[text]!;
  const [year, month, date] = isoDay(today).split('-').map(Number) as [number, number, number];
  const full = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?$/u.exec(text);
  if (full) return dayIn(Number(full[1]), Number(full[2]), Number(full[3]));
  const short = /^(\d{1,2})[-/.月](\d{1,2})[日号]?$/u.exec(text);
  if (short) {
    const day = dayIn(year, Number(short[1]), Number(short[2]));
    return day !== null && day > today ? dayIn(year - 1, Number(short[1]), Number(short[2])) : day;
  }
  const only = /^(\d{1,2})[日号]$/u.exec(text);
  if (!only) return null;
  const of = Number(only[1]) > date ? month - 1 : month;
  return dayIn(of === 0 ? year - 1 : year, of === 0 ? 12 : of, Number(only[1]));
}

/** Null for 30 February. */
function dayIn(year: number, month: number, date: number): Day | null {
  const at = Date.UTC(year, month - 1, date);
  const made = new Date(at);
  const isReal = made.getUTCMonth() === month - 1 && made.getUTCDate() === date;
  return isReal ? at / 86_400_000 : null;
}
