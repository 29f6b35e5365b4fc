export interface CorpTime {
  readonly timeZone: string;
  readonly locale: string;
  /** The corp's current time; simulated in a sandbox. */
  readonly now: number;
}

export interface RelativeWords {
  readonly justNow: string;
  readonly minutesAgo: (minutes: number) => string;
  readonly inMinutes: (minutes: number) => string;
  readonly yesterday: string;
  readonly today: string;
  readonly tomorrow: string;
}

const minute = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();
function format(at: number, { timeZone, locale }: CorpTime, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale}|${timeZone}|${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options });
    formats.set(key, found);
  }
  return found.format(at);
}

export const clockOf = (at: number, time: CorpTime): string => format(at, time, { hour: '2-digit', minute: '2-digit' });

export const dateOf = (at: number, time: CorpTime): string =>
  format(at, time, { year: 'numeric', month: 'short', day: 'numeric' });

export const weekdayDateOf = (at: number, time: CorpTime): string =>
  format(at, time, { month: 'long', day: 'numeric', weekday: 'short' });

export const exactOf = (at: number, time: CorpTime): string =>
  format(at, time, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });

/** `2026-11-21` in the corp's zone; two moments of one day give the same text. */
export const dayOf = (at: number, { timeZone }: CorpTime): string =>
  format(at, { timeZone, locale: 'sv-SE', now: at }, { year: 'numeric', month: '2-digit', day: '2-digit' });

const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** "今天 14:32" for a near moment, a date for others. */
export function relativeOf(at: number, time: CorpTime, words: RelativeWords): string {
  const passed = time.now - at;
  if (Math.abs(passed) < minute) return words.justNow;
  if (passed > 0 && passed < 60 * minute) return words.minutesAgo(Math.floor(passed / minute));
  if (passed < 0 && passed > -60 * minute) return words.inMinutes(Math.ceil(-passed / minute));
  const clock = clockOf(at, time);
  const [today, day] = [dayOf(time.now, time), dayOf(at, time)];
  const distance = daysBetween(today, day);
  if (distance === 0) return `${words.today} ${clock}`;
  if (distance === -1) return `${words.yesterday} ${clock}`;
  if (distance === 1) return `${words.tomorrow} ${clock}`;
  if (day.slice(0, 4) === today.slice(0, 4)) return `${format(at, time, { month: 'short', day: 'numeric' })} ${clock}`;
  return dateOf(at, time);
}
