import { describe, expect, it } from 'vitest';
import { isoDay } from '../day.js';
import { dayKind, emptyCalendar, isAmong, missingYear, nextSpecialDay, type Calendar } from './calendar.js';
import { dateToDay, festivalDay, festivalKeys, nextFestivalDay } from './festivals.js';

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

const calendar: Calendar = {
  holidays: [
    {
      label: { zh: '春节', en: 'Spring Festival' },
      festivals: ['spring_festival', 'new_year_eve'],
      ...{ from: day('2026-02-15'), to: day('2026-02-23') },
      work: [day('2026-02-14'), day('2026-02-28')],
    },
    {
      label: { zh: '中秋节', en: 'Mid-Autumn Festival' },
      festivals: ['mid_autumn'],
      ...{ from: day('2026-09-25'), to: day('2026-09-27'), work: [] },
    },
  ],
  special: [
    {
      key: 'exam',
      label: { zh: '高考', en: 'college entrance exam' },
      from: { year: null, month: 6, day: 7 },
      to: { year: null, month: 6, day: 9 },
    },
    {
      key: 'winter',
      label: { zh: '冬季', en: 'winter' },
      from: { year: null, month: 12, day: 20 },
      to: { year: null, month: 2, day: 29 },
    },
    {
      key: 'moving',
      label: { zh: '搬家', en: 'moving house' },
      from: { year: 2026, month: 8, day: 3 },
      to: { year: 2026, month: 8, day: 5 },
    },
  ],
};

describe('festivals', () => {
  it.each([
    ['spring_festival', 2025, '2025-01-29'],
    ['spring_festival', 2026, '2026-02-17'],
    ['spring_festival', 2027, '2027-02-06'],
    ['new_year_eve', 2026, '2026-02-16'],
    ['new_year_eve', 2027, '2027-02-05'],
    ['lantern', 2026, '2026-03-03'],
    ['dragon_boat', 2026, '2026-06-19'],
    ['qixi', 2026, '2026-08-19'],
    ['mid_autumn', 2026, '2026-09-25'],
    ['mid_autumn', 2027, '2027-09-15'],
    ['double_ninth', 2026, '2026-10-18'],
    ['qingming', 2026, '2026-04-05'],
    ['winter_solstice', 2026, '2026-12-22'],
    ['mothers_day', 2026, '2026-05-10'],
    ['fathers_day', 2026, '2026-06-21'],
    ['national_day', 2026, '2026-10-01'],
  ] as const)('has %s of %i on %s', (key, year, date) => {
    expect(isoDay(festivalDay(key, year))).toBe(date);
  });

  it.each(festivalKeys)('has %s once in every year of the next fifty, in that year', (key) => {
    for (let year = 2025; year < 2075; year += 1) expect(isoDay(festivalDay(key, year)).slice(0, 4)).toBe(String(year));
  });

  it('finds the next one, also in the next year', () => {
    expect(isoDay(nextFestivalDay('spring_festival', day('2026-02-17')))).toBe('2026-02-17');
    expect(isoDay(nextFestivalDay('spring_festival', day('2026-02-18')))).toBe('2027-02-06');
  });
});

describe('kinds of days', () => {
  it.each([
    ['2026-02-13', 'workday'],
    ['2026-02-14', 'make_up'],
    ['2026-02-15', 'holiday'],
    ['2026-02-23', 'holiday'],
    ['2026-02-24', 'workday'],
    ['2026-03-01', 'weekend'],
  ] as const)('%s is a %s', (date, kind) => {
    expect(dayKind(calendar, day(date))).toBe(kind);
  });

  it('knows a year only when its days off are published, and then counts weekends alone', () => {
    expect(dayKind(calendar, day('2027-02-08'))).toBe('workday');
    expect(dayKind(calendar, day('2027-02-07'))).toBe('weekend');
  });

  it('misses a year once its days off are published', () => {
    expect(missingYear(calendar, day('2026-11-30'))).toBeNull();
    expect(missingYear(calendar, day('2026-12-01'))).toBe(2027);
    expect(missingYear(calendar, day('2027-01-01'))).toBe(2027);
    expect(missingYear(emptyCalendar, day('2026-12-01'))).toBe(2026);
  });
});

describe('days that are left out', () => {
  const among = (name: string, date: string, of = calendar): boolean => isAmong([name], of, day(date));

  it('takes the published days off of a festival', () => {
    expect(among('spring_festival', '2026-02-14')).toBe(false);
    expect(among('spring_festival', '2026-02-15')).toBe(true);
    expect(among('spring_festival', '2026-02-23')).toBe(true);
    expect(among('spring_festival', '2026-02-24')).toBe(false);
  });

  it('takes the usual days of a festival whose days off nobody has published', () => {
    expect(among('spring_festival', '2027-02-04')).toBe(false);
    expect(among('spring_festival', '2027-02-05')).toBe(true);
    expect(among('spring_festival', '2027-02-12')).toBe(true);
    expect(among('spring_festival', '2027-02-13')).toBe(false);
    expect(among('singles_day', '2027-11-11', emptyCalendar)).toBe(true);
    expect(among('singles_day', '2027-11-12', emptyCalendar)).toBe(false);
  });

  it('tells weekends from holidays, and leaves out no make-up day', () => {
    expect(among('weekends', '2026-02-14')).toBe(false);
    expect(among('weekends', '2026-02-15')).toBe(false);
    expect(among('holidays', '2026-02-15')).toBe(true);
    expect(among('weekends', '2026-03-01')).toBe(true);
  });

  it('takes special days of every year, past New Year, and of one year', () => {
    expect(among('exam', '2027-06-09')).toBe(true);
    expect(among('exam', '2027-06-10')).toBe(false);
    expect(among('winter', '2026-12-20')).toBe(true);
    expect(among('winter', '2027-02-28')).toBe(true);
    expect(among('winter', '2027-03-01')).toBe(false);
    expect(among('moving', '2026-08-05')).toBe(true);
    expect(among('moving', '2027-08-05')).toBe(false);
  });

  it('finds the next of special days', () => {
    const [exam, , moving] = calendar.special;
    expect(isoDay(nextSpecialDay(exam!, day('2026-06-08'))!)).toBe('2027-06-07');
    expect(nextSpecialDay(moving!, day('2026-08-04'))).toBeNull();
    expect(nextSpecialDay(moving!, dateToDay(2026, 8, 3))).toBe(day('2026-08-03'));
  });
});
