import { z } from 'zod';
import { nextSpecialDay } from '../calendar/calendar.js';
import { festivalKeys, festivalOf, nextFestivalDay, yearOf, type FestivalKey } from '../calendar/festivals.js';
import { isoDay, type Day } from '../day.js';
import type { LocalizedText } from '../localized-text.js';
import { ahead } from './settings.js';
import { defineTrigger, type EvaluatedMember } from './trigger.js';
import { dateOfBirthday, firesNext, isAheadOf, isStillAhead, nextDate } from './yearly.js';

const todayOf = ({ subject }: Pick<EvaluatedMember, 'subject'>): Day => subject.returnActivity.today;

const aheadWords = (days: number, { zh, en }: LocalizedText): LocalizedText =>
  days === 0 ? { zh: `${zh}当天`, en: `on ${en}` } : { zh: `${zh}前 ${days} 天`, en: `${days} days before ${en}` };

const over = (code: string): { readonly code: string; readonly words: LocalizedText } => ({
  code,
  words: { zh: '那一天已经过了', en: 'the day is over' },
});

/** A member's birthday, or some days before it. */
export const birthday = defineTrigger({
  on: 'birthday',
  settings: { ahead },
  hint: {
    zh: '例如 trigger: {on: birthday}，加上 ahead: 3 就提前三天',
    en: 'for example trigger: {on: birthday}, with ahead: 3 three days before',
  },
  words: ({ ahead: days }) => aheadWords(days, { zh: '生日', en: 'their birthday' }),
  ground: { day: z.number(), ahead: z.number() },
  find({ ahead: days }, member) {
    const today = todayOf(member);
    const date = dateOfBirthday(member.subject.member.birthday);
    const day = date && nextDate(date, today);
    if (day === null || !isAheadOf(day, today, days)) return [];
    const year = String(yearOf(day));
    return [
      {
        ...{ id: year, once: year, ground: { day, ahead: days } },
        values: [{ metric: 'birthday', have: isoDay(day), label: { zh: '生日', en: 'birthday' } }],
      },
    ];
  },
  // The birthday may have been corrected since.
  stillHolds({ ahead: days }, ground, member) {
    const today = todayOf(member);
    const date = dateOfBirthday(member.subject.member.birthday);
    return date !== null && nextDate(date, today) === ground.day && isStillAhead(ground.day, today, days);
  },
  lapsed: over('birthday_over'),
  comesAtMidnight: () => true,
  nextDay({ ahead: days }, { state }, after) {
    const date = dateOfBirthday(state.birthday);
    return date && firesNext((from) => nextDate(date, from), days, after);
  },
});

const anniversaryWords = {
  joined: { zh: '入群周年', en: 'the anniversary of joining' },
  contact: { zh: '成为好友周年', en: 'the anniversary of becoming a contact' },
} as const;

/** Days by which the message about an anniversary may be late: the service may have been down. */
const LATE_DAYS = 2;

/** The same date as the first day, one or more years later. */
export const anniversary = defineTrigger({
  on: 'anniversary',
  settings: { of: z.enum(['joined', 'contact']).default('joined') },
  hint: {
    zh: '例如 trigger: {on: anniversary, of: joined}，每年同一天；of 也可以写 contact',
    en: 'for example trigger: {on: anniversary, of: joined}, the same date every year; of may be contact',
  },
  words: ({ of }) => anniversaryWords[of],
  ground: { of: z.enum(['joined', 'contact']), first: z.number(), years: z.number() },
  find({ of }, { subject }) {
    const first = firstDay(of, subject.member);
    const today = subject.returnActivity.today;
    if (first === null) return [];
    const years = yearOf(today) - yearOf(first);
    if (years < 1 || nextDate(dateOf(first), today) !== today) return [];
    const mark = String(years);
    return [
      {
        ...{ id: mark, once: mark, reached: years, ground: { of, first, years } },
        values: [{ metric: `${of}_day`, have: isoDay(first), label: anniversaryWords[of] }],
      },
    ];
  },
  stillHolds({ of }, ground, { subject }) {
    const today = subject.returnActivity.today;
    const isSame = of === ground.of && firstDay(of, subject.member) === ground.first;
    return isSame && today - nextDate(dateOf(ground.first), today - LATE_DAYS) >= 0;
  },
  lapsed: { code: 'anniversary_over', words: { zh: '周年那天已经过了', en: 'the anniversary is over' } },
  claim: ({ of, years }) => `${of}:${years}`,
  exampleMark: () => 1,
  mark: ({ years }) => years,
  looksBack: { days: () => 365, day: ({ of }, { subject }) => firstDay(of, subject.member) },
  comesAtMidnight: () => true,
  nextDay({ of }, { state }, after) {
    const first = firstDay(of, state);
    return first === null ? null : firesNext((from) => nextDate(dateOf(first), Math.max(from, first + 1)), 0, after);
  },
});

const firstDay = (
  of: 'joined' | 'contact',
  { joinedDay, contactDay }: { readonly joinedDay: Day | null; readonly contactDay: Day | null },
): Day | null => (of === 'joined' ? joinedDay : contactDay);

function dateOf(day: Day): { readonly month: number; readonly day: number } {
  const [, month, date] = isoDay(day).split('-');
  return { month: Number(month), day: Number(date) };
}

/** A festival, or some days before it. */
export const festival = defineTrigger({
  on: 'festival',
  settings: { name: z.enum(festivalKeys), ahead },
  hint: {
    zh: '例如 trigger: {on: festival, name: mid_autumn, ahead: 1}，农历节日每年自己会算',
    en: 'for example trigger: {on: festival, name: mid_autumn, ahead: 1}; lunar festivals are computed',
  },
  words: ({ name, ahead: days }) => aheadWords(days, festivalOf(name).label),
  ground: { name: z.string(), day: z.number() },
  find({ name, ahead: days }, member) {
    const today = todayOf(member);
    const day = nextFestivalDay(name, today);
    if (!isAheadOf(day, today, days)) return [];
    const year = String(yearOf(day));
    const { label } = festivalOf(name);
    return [
      {
        ...{ id: year, once: year, ground: { name, day } },
        values: [{ metric: 'festival', have: isoDay(day), label }],
      },
    ];
  },
  stillHolds: ({ name, ahead: days }, ground, member) =>
    name === ground.name && isStillAhead(ground.day, todayOf(member), days),
  lapsed: over('festival_over'),
  claim: ({ name, day }) => `${name}:${yearOf(day)}`,
  comesAtMidnight: () => true,
  nextDay: ({ name, ahead: days }: { name: FestivalKey; ahead: number }, _member, after) =>
    firesNext((from) => nextFestivalDay(name, from), days, after),
});

/** Special days of the community's own, or some days before them. */
export const specialDay = defineTrigger({
  on: 'special_day',
  settings: { key: z.string().min(1).max(32), ahead },
  hint: {
    zh: '例如 trigger: {on: special_day, key: exam, ahead: 3}，key 在日历的「自己的特别日子」里',
    en: 'for example trigger: {on: special_day, key: exam, ahead: 3}, with a key of the calendar',
  },
  words: ({ key, ahead: days }, names) => aheadWords(days, names.specialDay(key)),
  ground: { key: z.string(), day: z.number() },
  find({ key, ahead: days }, member) {
    const today = todayOf(member);
    const special = specialDays(key, member);
    const day = special ? nextSpecialDay(special, today) : null;
    if (!special || day === null || !isAheadOf(day, today, days)) return [];
    const year = String(yearOf(day));
    return [
      {
        ...{ id: year, once: year, ground: { key, day } },
        values: [{ metric: 'special_day', have: isoDay(day), label: special.label }],
      },
    ];
  },
  stillHolds({ key, ahead: days }, ground, member) {
    const today = todayOf(member);
    const special = specialDays(key, member);
    // The dates may have been moved since.
    const isSame = special !== undefined && nextSpecialDay(special, Math.min(today, ground.day)) === ground.day;
    return key === ground.key && isSame && isStillAhead(ground.day, today, days);
  },
  lapsed: over('special_day_over'),
  claim: ({ key, day }) => `${key}:${yearOf(day)}`,
  comesAtMidnight: () => true,
  nextDay({ key, ahead: days }, { ruleset }, after) {
    const special = specialDays(key, { ruleset });
    return special ? firesNext((from) => nextSpecialDay(special, from), days, after) : null;
  },
});

const specialDays = (key: string, { ruleset }: Pick<EvaluatedMember, 'ruleset'>) =>
  ruleset.calendar?.special.find((one) => one.key === key);
