import { DAY_MS, type Day } from '../day.js';

type Unit = 'day' | 'week' | 'month' | 'year';

/** Words like 去年的今天: they say that something was exactly so long ago, today. */
export interface DayClaim {
  readonly unit: Unit;
  readonly count: number;
}

const NUMBER = String.raw`(?<n>\d{1,3}|[一二两三四五六七八九十]{1,3})`;
const TODAY = String.raw`\s*的?\s*(?:今天|今日|这一?天|同一天)`;
const units: Readonly<Record<string, Unit>> = {
  天: 'day',
  日: 'day',
  周: 'week',
  星期: 'week',
  月: 'month',
  年: 'year',
};
const english: Readonly<Record<string, Unit>> = { day: 'day', week: 'week', month: 'month', year: 'year' };

const ago = new RegExp(`${NUMBER}\\s*个?(?<unit>天|日|周|星期|月|年)(?:之|以)?前${TODAY}`, 'g');
/** 今天是我们认识一周年, 满三个月的今天: the same said the other way round, within one sentence. */
const whole = new RegExp(
  `今[天日][^。！？!?\\n]{0,16}?(?:${NUMBER}\\s*(?:(?<year>周年)|个(?<month>月)整)|整整?\\s*${NUMBER.replace('<n>', '<m>')}\\s*(?<unit>年|个月))`,
  'g',
);
const named: readonly (readonly [RegExp, DayClaim])[] = [
  [new RegExp(`去年${TODAY}`, 'g'), { unit: 'year', count: 1 }],
  [new RegExp(`前年${TODAY}`, 'g'), { unit: 'year', count: 2 }],
  [new RegExp(`上个?月${TODAY}`, 'g'), { unit: 'month', count: 1 }],
  [new RegExp(`上个?(?:周|星期|礼拜)${TODAY}`, 'g'), { unit: 'week', count: 1 }],
  [/\b(?:this|same|on this) day last year\b/gi, { unit: 'year', count: 1 }],
];
const inEnglish = /\b(?<n>a|one|two|three|four|five|six|nine|ten|\d{1,3}) (?<unit>day|week|month|year)s? ago today\b/gi;

const digits = '零一二三四五六七八九';
const englishNumbers = ['', 'one', 'two', 'three', 'four', 'five', 'six', '', '', 'nine', 'ten'];

function numberOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const plain = text.replace('两', '二');
  const [tens, ones] = plain.includes('十') ? plain.split('十') : ['0', plain];
  const valueOf = (part: string, empty: number): number => (part === '' ? empty : Math.max(0, digits.indexOf(part)));
  return (plain.includes('十') ? valueOf(tens!, 1) * 10 : 0) + valueOf(ones ?? '', 0);
}

/** Every claim of a text, each once. */
export function dayClaimsOf(text: string): readonly DayClaim[] {
  const found: DayClaim[] = [];
  for (const [pattern, claim] of named) if (text.match(pattern)) found.push(claim);
  for (const { groups } of text.matchAll(ago))
    found.push({ unit: units[groups!['unit']!]!, count: numberOf(groups!['n']!) });
  for (const { groups = {} } of text.matchAll(whole))
    found.push({
      unit: groups['year'] || groups['unit'] === '年' ? 'year' : 'month',
      count: numberOf(groups['n'] ?? groups['m'] ?? ''),
    });
  for (const { groups = {} } of text.matchAll(inEnglish)) {
    const n = groups['n']!.toLowerCase();
    const count = /^\d+$/.test(n) ? Number(n) : n === 'a' ? 1 : englishNumbers.indexOf(n);
    found.push({ unit: english[groups['unit']!.toLowerCase()]!, count });
  }
  return [
    ...new Map(found.filter(({ count }) => count > 0).map((claim) => [`${claim.count}${claim.unit}`, claim])).values(),
  ];
}

/** The day on which a claim about another day is true; null when the calendar has none, as for 29 February. */
export function dayOfClaim({ unit, count }: DayClaim, about: Day): Day | null {
  if (unit === 'day') return about + count;
  if (unit === 'week') return about + 7 * count;
  const from = new Date(about * DAY_MS);
  const months = unit === 'year' ? 12 * count : count;
  const to = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, from.getUTCDate());
  return new Date(to).getUTCDate() === from.getUTCDate() ? to / DAY_MS : null;
}

/** The only day on which a text about a day is true: any when it makes no claim, none when its claims never meet. */
export function trueOn(text: string, about: Day): Day | 'any' | 'never' {
  const days = [...new Set(dayClaimsOf(text).map((claim) => dayOfClaim(claim, about)))];
  const [day] = days;
  if (day === undefined) return 'any';
  return days.length > 1 || day === null ? 'never' : day;
}
