import { z } from 'zod';
import {
  emptyCalendar,
  isFestival,
  type Calendar,
  type CalendarDate,
  type Holiday,
  type SpecialDays,
} from '../../domain/calendar/calendar.js';
import { dateToDay, festivalDay, festivalKeys, festivalOf, yearOf } from '../../domain/calendar/festivals.js';
import { isoDay, type Day } from '../../domain/day.js';
import { nearestName } from '../../domain/rules/nearest-name.js';
import { chineseFirst, inBoth } from '../../platform/config/refusal.js';
import { ruleKey, text } from './fields.js';
import type { RuleFile } from './rule-file.js';

/** The longest holiday so far had nine days. */
const LONGEST_HOLIDAY_DAYS = 15;
const MOST_SPECIAL_DAYS = 100;

const wrongDate = inBoth('write a date like 2026-02-15', '日期写成 2026-02-15');
const date = z
  .string(wrongDate)
  .trim()
  .regex(/^\d{4}-\d{2}-\d{2}$/, wrongDate)
  .transform((written) => ({ written, day: dayWritten(written) }))
  .refine(({ day }) => day !== null, inBoth('there is no such date', '没有这一天'))
  .transform(({ day }): Day => day!);

const wrongYearly = inBoth(
  "write a date of every year like '06-07', or of one year like 2026-06-07",
  "每年的日期写成 '06-07'，某一年的写成 2026-06-07",
);
/** Without a year: of every year. */
const yearlyDate = z
  .string(wrongYearly)
  .trim()
  .regex(/^(\d{4}-)?\d{2}-\d{2}$/, wrongYearly)
  // 2024 has a 29 February.
  .refine((written) => dayWritten(written.length === 5 ? `2024-${written}` : written) !== null, wrongYearly)
  .transform((written): CalendarDate => {
    const [day, month, year] = written.split('-').map(Number).reverse();
    return { year: year ?? null, month: month!, day: day! };
  });

export const calendarFile = z.strictObject({
  holidays: z
    .array(
      z.strictObject({
        label: z.strictObject({ zh: text(20), en: text(40) }),
        festivals: z.array(z.string()).max(4).default([]),
        from: date,
        to: date,
        work: z.array(date).max(10).default([]),
      }),
    )
    .max(200)
    .default([]),
  special_days: z
    .array(
      z.strictObject({
        key: ruleKey,
        label: z.strictObject({ zh: text(20), en: text(40) }),
        from: yearlyDate,
        to: yearlyDate.optional(),
      }),
    )
    .max(MOST_SPECIAL_DAYS)
    .default([]),
});

/** The text of the document in a config folder without `calendar.yaml`. */
export const NO_CALENDAR = 'holidays: []\nspecial_days: []\n';

/** Null for a date that does not exist. */
function dayWritten(written: string): Day | null {
  const [year, month, dayOfMonth] = written.split('-').map(Number);
  const day = dateToDay(year!, month!, dayOfMonth!);
  return Number.isFinite(day) && isoDay(day) === written ? day : null;
}

type File = RuleFile<z.output<typeof calendarFile>>;

/** The calendar of the file. Reports what cannot be: a holiday that ends before it begins, days that are off and worked on. */
export function readCalendar(file: File | null): Calendar {
  if (file === null) return emptyCalendar;
  return { holidays: readHolidays(file), special: readSpecialDays(file) };
}

function readHolidays(file: File): Holiday[] {
  const days = new Map<Day, string>();
  return file.value.holidays.map(({ label, festivals, from, to, work }, index) => {
    const at = ['holidays', index] as const;
    if (to < from) file.report([...at, 'to'], inBoth('to lies before from', 'to 比 from 早'));
    else if (to - from >= LONGEST_HOLIDAY_DAYS)
      file.report(
        [...at, 'to'],
        inBoth(
          `a holiday has ${LONGEST_HOLIDAY_DAYS} days at most; is the year right?`,
          `一个假期最多 ${LONGEST_HOLIDAY_DAYS} 天，年份写对了吗？`,
        ),
      );
    else for (let day = from; day <= to; day += 1) takeDay(file, [...at, 'from'], days, { day, label: label.zh });
    for (const [place, day] of work.entries()) takeDay(file, [...at, 'work', place], days, { day, label: label.zh });
    return { label, from, to, work, festivals: readFestivals(file, at, { festivals, from, to }) };
  });
}

/** A day is off or worked on for one reason. */
function takeDay(
  file: File,
  at: readonly PropertyKey[],
  days: Map<Day, string>,
  { day, label }: { readonly day: Day; readonly label: string },
): void {
  const other = days.get(day);
  if (other !== undefined)
    file.report(
      at,
      inBoth(`${isoDay(day)} is named twice, here and in ${other}`, `${isoDay(day)} 写了两次，另一处在「${other}」`),
    );
  days.set(day, label);
}

function readFestivals(
  file: File,
  at: readonly PropertyKey[],
  { festivals, from, to }: { readonly festivals: readonly string[]; readonly from: Day; readonly to: Day },
): Holiday['festivals'] {
  return festivals.flatMap((key, index) => {
    const place = [...at, 'festivals', index];
    if (isFestival(key)) {
      checkFestival(file, place, { key, from, to });
      return [key];
    }
    const near = nearestName(key, festivalKeys);
    file.report(
      place,
      inBoth(
        `there is no festival ${key}; ${near ? `did you mean ${near}?` : `there are: ${festivalKeys.join(', ')}`}`,
        `没有节日 ${key}，${near ? `是不是想写 ${near}？` : `可以写：${festivalKeys.join('、')}`}`,
      ),
    );
    return [];
  });
}

/** A festival outside its own days off shows a wrong year. */
function checkFestival(
  file: File,
  at: readonly PropertyKey[],
  { key, from, to }: { readonly key: Holiday['festivals'][number]; readonly from: Day; readonly to: Day },
): void {
  const day = [yearOf(from), yearOf(to)].map((year) => festivalDay(key, year)).find((one) => from <= one && one <= to);
  if (day !== undefined) return;
  const { zh, en } = festivalOf(key).label;
  const really = isoDay(festivalDay(key, yearOf(from)));
  file.report(
    at,
    inBoth(`${en} is on ${really}, which is not among these days off`, `${zh}在 ${really}，不在这几天假期里`),
  );
}

function readSpecialDays(file: File): SpecialDays[] {
  const seen = new Set<string>();
  return file.value.special_days.map(({ key, label, from, to = from }, index) => {
    const at = ['special_days', index] as const;
    if (isFestival(key) || ['weekends', 'holidays'].includes(key))
      file.report([...at, 'key'], chineseFirst(`${key} 已经有别的意思`, `${key} means something else already`));
    if (seen.has(key))
      file.report([...at, 'key'], chineseFirst(`已有特别日子 ${key}`, `there are special days ${key} already`));
    seen.add(key);
    if ((from.year === null) !== (to.year === null))
      file.report(
        [...at, 'to'],
        inBoth('write the year in both dates, or in neither', '两个日期要么都写年份，要么都不写'),
      );
    else if (from.year !== null && dateOf(to) < dateOf(from))
      file.report([...at, 'to'], inBoth('to lies before from', 'to 比 from 早'));
    return { key, label, from, to };
  });
}

const dateOf = ({ year, month, day }: CalendarDate): Day => dateToDay(year ?? 0, month, day);
