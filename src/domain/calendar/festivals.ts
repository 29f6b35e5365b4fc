import { Lunar } from 'lunar-typescript';
import { DAY_MS, type Day } from '../day.js';
import type { LocalizedText } from '../localized-text.js';

/** A day that people celebrate every year. */
export interface Festival {
  readonly label: LocalizedText;
  /** Its day in a year of the common calendar. */
  dayIn(year: number): Day;
  /** Days before and after it that belong to the holiday as long as nobody has published its days off. */
  readonly usually?: readonly [before: number, after: number];
}

/** The day with this date of the common calendar. `month`: 1–12. */
export const dateToDay = (year: number, month: number, day: number): Day => Date.UTC(year, month - 1, day) / DAY_MS;

/** The year of a day in the common calendar. */
export const yearOf = (day: Day): number => new Date(day * DAY_MS).getUTCFullYear();

const onDate =
  (month: number, day: number) =>
  (year: number): Day =>
    dateToDay(year, month, day);

/** A date of the lunar calendar. Months 1–11 of a lunar year begin in the common year with the same number. */
const onLunarDate =
  (month: number, day: number) =>
  (year: number): Day =>
    dayOfSolar(Lunar.fromYmd(year, month, day).getSolar());

const dayOfSolar = (solar: { getYear(): number; getMonth(): number; getDay(): number }): Day =>
  dateToDay(solar.getYear(), solar.getMonth(), solar.getDay());

/** The n-th Sunday of a month. */
const onSunday =
  (month: number, n: number) =>
  (year: number): Day => {
    const first = dateToDay(year, month, 1);
    const weekday = new Date(first * DAY_MS).getUTCDay();
    return first + ((7 - weekday) % 7) + 7 * (n - 1);
  };

/** One of the 24 solar terms, by its Chinese name. The table of a lunar year begins with the winter solstice before it. */
const onSolarTerm =
  (name: string) =>
  (year: number): Day => {
    const solar = [year, year + 1]
      .map((lunarYear) => Lunar.fromYmd(lunarYear, 6, 1).getJieQiTable()[name])
      .find((found) => found?.getYear() === year);
    if (solar === undefined) throw new Error(`there is no solar term ${name} in ${year}`);
    return dayOfSolar(solar);
  };

const springFestival = onLunarDate(1, 1);

/** All festivals that a rule or a template can name. */
export const festivals = {
  new_year: { label: { zh: '元旦', en: "New Year's Day" }, dayIn: onDate(1, 1) },
  new_year_eve: { label: { zh: '除夕', en: "Chinese New Year's Eve" }, dayIn: (year) => springFestival(year) - 1 },
  spring_festival: { label: { zh: '春节', en: 'Spring Festival' }, dayIn: springFestival, usually: [1, 6] },
  lantern: { label: { zh: '元宵节', en: 'Lantern Festival' }, dayIn: onLunarDate(1, 15) },
  valentines: { label: { zh: '情人节', en: "Valentine's Day" }, dayIn: onDate(2, 14) },
  womens_day: { label: { zh: '妇女节', en: "Women's Day" }, dayIn: onDate(3, 8) },
  qingming: { label: { zh: '清明节', en: 'Qingming' }, dayIn: onSolarTerm('清明'), usually: [0, 2] },
  labour_day: { label: { zh: '劳动节', en: 'Labour Day' }, dayIn: onDate(5, 1), usually: [0, 4] },
  mothers_day: { label: { zh: '母亲节', en: "Mother's Day" }, dayIn: onSunday(5, 2) },
  childrens_day: { label: { zh: '儿童节', en: "Children's Day" }, dayIn: onDate(6, 1) },
  dragon_boat: { label: { zh: '端午节', en: 'Dragon Boat Festival' }, dayIn: onLunarDate(5, 5), usually: [0, 2] },
  fathers_day: { label: { zh: '父亲节', en: "Father's Day" }, dayIn: onSunday(6, 3) },
  qixi: { label: { zh: '七夕', en: 'Qixi' }, dayIn: onLunarDate(7, 7) },
  teachers_day: { label: { zh: '教师节', en: "Teachers' Day" }, dayIn: onDate(9, 10) },
  mid_autumn: { label: { zh: '中秋节', en: 'Mid-Autumn Festival' }, dayIn: onLunarDate(8, 15), usually: [0, 2] },
  national_day: { label: { zh: '国庆节', en: 'National Day' }, dayIn: onDate(10, 1), usually: [0, 6] },
  double_ninth: { label: { zh: '重阳节', en: 'Double Ninth Festival' }, dayIn: onLunarDate(9, 9) },
  singles_day: { label: { zh: '双十一', en: "Singles' Day" }, dayIn: onDate(11, 11) },
  winter_solstice: { label: { zh: '冬至', en: 'Winter Solstice' }, dayIn: onSolarTerm('冬至') },
} as const satisfies Readonly<Record<string, Festival>>;

export type FestivalKey = keyof typeof festivals;

export const festivalKeys = Object.keys(festivals) as [FestivalKey, ...FestivalKey[]];

export const festivalOf = (key: FestivalKey): Festival => festivals[key];

const known = new Map<string, Day>();

/** The day of a festival in a year. Kept, because the lunar calendar is slow. */
export function festivalDay(key: FestivalKey, year: number): Day {
  const name = `${key} ${year}`;
  let day = known.get(name);
  if (day === undefined) {
    day = festivals[key].dayIn(year);
    known.set(name, day);
  }
  return day;
}

/** The first day of the festival that is `from` or later. */
export function nextFestivalDay(key: FestivalKey, from: Day): Day {
  const year = yearOf(from);
  const thisYear = festivalDay(key, year);
  return thisYear >= from ? thisYear : festivalDay(key, year + 1);
}
