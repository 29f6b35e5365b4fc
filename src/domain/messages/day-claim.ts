import { DAY_MS, type Day } from '../day.js';

type Unit = 'day' | 'week' | 'month' | 'year';

/** Words like 去年的今天: they say that something was exactly so long ago, today. */
export interface DayClaim {
  readonly unit: Unit;
  readonly count: number;
}

// Whole: 五天 is no part of 三百六十五天, and 半月 none of 两个半月.
const NUMBER = String.raw`(?<![\d.零〇一二两三四五六七八九十百千半第])(?<n>\d{1,4}|[零〇一二两三四五六七八九十百千]{1,7}|(?<![个大小多])半)`;
const TODAY = String.raw`\s*的?\s*(?:今天|今日|这一?天|同一天)`;
/** From the word for today on, within one sentence. */
const FROM_TODAY = String.raw`今[天日][^。！？!?\n]{0,16}?`;
const units: Readonly<Record<string, Unit>> = {
  天: 'day',
  日: 'day',
  周: 'week',
  星期: 'week',
  月: 'month',
  个月: 'month',
  年: 'year',
  周年: 'year',
};
const english: Readonly<Record<string, Unit>> = { day: 'day', week: 'week', month: 'month', year: 'year' };

/** Each with a number `n` and a `unit`, and perhaps a `half` of the unit more. */
const counted: readonly RegExp[] = [
  new RegExp(`${NUMBER}\\s*个?(?<unit>天|日|周|星期|月|年)(?<half>半)?(?:之|以)?前${TODAY}`, 'g'),
  // The same said the other way round: 今天是我们认识一周年, 今天刚好满一百天.
  new RegExp(`${FROM_TODAY}${NUMBER}\\s*(?:(?<unit>周年)|(?<month>个月)整)`, 'g'),
  new RegExp(`${FROM_TODAY}整\\s*${NUMBER}\\s*(?<unit>年|个月)(?<half>半)?`, 'g'),
  new RegExp(
    `${FROM_TODAY}(?<![未不没满])满了?\\s*${NUMBER}\\s*(?<unit>天|周(?!年)|星期|个月|年)(?<half>半)?(?!\\s*(?:以?后|之后|可|就|即|包|送|免|减))`,
    'g',
  ),
  new RegExp(`(?<![未不没满])满了?\\s*${NUMBER}\\s*(?<unit>天|周年|周|星期|个月|年)(?<half>半)?${TODAY}`, 'g'),
];
const named: readonly (readonly [RegExp, DayClaim])[] = [
  [new RegExp(`去年${TODAY}`, 'g'), { unit: 'year', count: 1 }],
  [new RegExp(`前年${TODAY}`, 'g'), { unit: 'year', count: 2 }],
  [new RegExp(`上个?月${TODAY}`, 'g'), { unit: 'month', count: 1 }],
  [new RegExp(`上个?(?:周|星期|礼拜)${TODAY}`, 'g'), { unit: 'week', count: 1 }],
  [/\b(?:this|same|on this) day last year\b/gi, { unit: 'year', count: 1 }],
];
const inEnglish = /\b(?<n>a|one|two|three|four|five|six|nine|ten|\d{1,4}) (?<unit>day|week|month|year)s? ago today\b/gi;

const digits = '零一二三四五六七八九';
const places: readonly (readonly [string, number])[] = [
  ['千', 1_000],
  ['百', 100],
  ['十', 10],
];
const englishNumbers = ['', 'one', 'two', 'three', 'four', 'five', 'six', '', '', 'nine', 'ten'];

/** 三百六十五 is 365, 十二 is 12, and 半 is 0.5. */
function numberOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  if (text === '半') return 0.5;
  let rest = text.replaceAll('两', '二').replaceAll('〇', '零');
  let sum = 0;
  for (const [name, value] of places) {
    if (!rest.includes(name)) continue;
    const [before = '', ...after] = rest.split(name);
    // 十二 has no digit before its place.
    sum += value * digits.indexOf(before.replace(/^零/, '') || '一');
    rest = after.join(name);
  }
  return sum + Math.max(0, digits.indexOf(rest.replace(/^零/, '') || '零'));
}

/** Half a year is six months and half a month fifteen days; half of anything else says nothing of a day. */
function claimOf(count: number, unit: Unit): DayClaim[] {
  if (Number.isInteger(count)) return [{ unit, count }];
  if (unit === 'year') return [{ unit: 'month', count: 12 * count }];
  return unit === 'month' && count === 0.5 ? [{ unit: 'day', count: 15 }] : [];
}

/** Every claim of a text, each once. */
export function dayClaimsOf(text: string): readonly DayClaim[] {
  const found: DayClaim[] = [];
  for (const [pattern, claim] of named) if (text.match(pattern)) found.push(claim);
  for (const pattern of counted)
    for (const { groups = {} } of text.matchAll(pattern)) {
      const count = numberOf(groups['n'] ?? '') + (groups['half'] ? 0.5 : 0);
      found.push(...claimOf(count, units[groups['unit'] ?? groups['month'] ?? '']!));
    }
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
