import { DAY_MS, type Day } from '../day.js';

type Unit = 'day' | 'week' | 'month' | 'year';

/** A claim like 去年的今天: something happened exactly `count` units before today. */
export interface DayClaim {
  readonly unit: Unit;
  readonly count: number;
}

// Only whole numbers: 五天 within 三百六十五天, 半月 within 两个半月 and 200 within 1,200 must not match.
const PART_OF_A_NUMBER = String.raw`[\d.零〇一二两三四五六七八九十百千半]|\d[,，]`;
const DIGITS = String.raw`(?<n>\d{1,3}(?:[,，]\d{3})+|\d{1,4}|[零〇一二两三四五六七八九十百千]{1,7}|(?<![个大小多])半)`;
const NUMBER = `(?<!第|${PART_OF_A_NUMBER})${DIGITS}`;
// 一年零三天前 is not three days ago; such compound durations are not supported and make no claim.
const NO_UNIT_BEFORE = String.raw`(?<!(?:[年月周天日]|星期)半?\s{0,2}[零又]?\s{0,2})`;
const TODAY = String.raw`\s{0,2}的?\s{0,2}(?:今天|今日|这一?天|同一天)`;

const PEOPLE = String.raw`(?:(?:我们|咱们?|你|您|我)(?:[和跟与](?:我们|咱们?|你|您|我))?)`;
const MET = String.raw`(?:认识|相识|相遇|结识|在一起)`;
const CAME = String.raw`(?:(?:来|来到|加入|走进|进)了?(?:这里|这儿|(?:我们|咱们)的?(?:群|社群)?|(?:这个|本)?群|群里)?|入群|入会|成为了?(?:我们的?)?(?:会员|群友|朋友|一员))`;
/** The event that days are counted from. 今天加入 without a person is an offer. */
const SINCE = String.raw`(?:${PEOPLE}?\s{0,2}${MET}|${PEOPLE}\s{0,2}${CAME})`;
const EXACTLY = '(?:刚刚好|刚好|正好|恰好|恰恰|整整|整)';
/** Today. Excluded: the days of a baby or a shop, 去年的今天 (another pattern), and 从今天 (a beginning). */
const THE_DAY = String.raw`(?<!的|年|前|[宝孩][宝贝子]|店|从|自)今[天日]`;
// From the word for today to the number. Blanks are bounded, because several `\s*` in a row are too slow on long runs.
// Other words in between make it a condition: 今天开始签到满 7 天, 今天下单，质保满两年.
const COUNTED_TODAY = String.raw`(?:${THE_DAY}\s{0,2}[，,]?\s{0,2}(?:${EXACTLY}|正|就|又|也)?是?\s{0,2}(?:${SINCE}|${PEOPLE})?|${THE_DAY}[^。！？!?\n]{0,16}?[，,]\s{0,2}${SINCE})\s{0,2}的?\s{0,2}`;
/** 满一年就送 and 满一年后 are conditions, and 满一年零三天 is another day. */
const NO_CONDITION = String.raw`(?![ \t]*(?:[零又多余半\d一二两三四五六七八九十]|以?后|之后|以上|可|就|即|才|便|能|享|包|送|免|减|有|[年岁末级庆]|的(?!日子|纪念|时|这|那)|[，,]\s*(?:就[能可送有享给算]|即[可享]|可|才|便可|方可|享)))`;
const SENTENCE_GOES_NO_FURTHER = String.raw`(?=[ \t]*(?:$|[，,。！？!?～~…；;、\n)）】」』"”]|[了啦咯哦呀]|的(?:日子|纪念)|没|不见|\p{Extended_Pictographic}))`;
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

/** Each has groups `n` and `unit`, and optionally `half` for half a unit more. */
const counted: readonly RegExp[] = [
  `${NO_UNIT_BEFORE}${NUMBER}\\s{0,2}个?(?<unit>天|日|周|星期|月|年)(?<half>半)?(?:之|以)?前${TODAY}`,
  // The same said the other way round: 今天是我们认识一周年, 今天刚好满一百天, 今天正好三个月.
  `${COUNTED_TODAY}${EXACTLY}?满?${NUMBER}\\s{0,2}(?<unit>周年)(?!店|活动|大促|生日)${NO_CONDITION}`,
  `${COUNTED_TODAY}${EXACTLY}?满了?\\s{0,2}${NUMBER}\\s{0,2}(?<unit>天|周|星期|个月|年)(?<half>半)?${NO_CONDITION}`,
  `${COUNTED_TODAY}${EXACTLY}(?!\\s{0,2}(?:一|1)\\s{0,2}天)\\s{0,2}${NUMBER}\\s{0,2}(?<unit>天|周|星期|个月|年)(?<half>半)?${SENTENCE_GOES_NO_FURTHER}`,
  `${THE_DAY}\\s{0,2}[，,]?\\s{0,2}${EXACTLY}是?\\s{0,2}${SINCE}\\s{0,2}的?\\s{0,2}${NUMBER}\\s{0,2}(?<unit>天|周|星期|个月|年)(?<half>半)?${SENTENCE_GOES_NO_FURTHER}`,
  `${COUNTED_TODAY}${NUMBER}\\s{0,2}(?<unit>天|周|星期|个月|年)整${SENTENCE_GOES_NO_FURTHER}`,
  `(?<=^|[\\s，,。！？!?：:、]|${MET}|${PEOPLE}\\s{0,2}${CAME})满了?\\s{0,2}${NUMBER}\\s{0,2}(?<unit>天|周年|周|星期|个月|年)(?<half>半)?${TODAY}`,
].map((source) => new RegExp(source, 'gmu'));
/** 今天是我们认识的第一百天: the first day is the day they met. */
const nth = new RegExp(
  `${THE_DAY}\\s{0,2}[，,]?\\s{0,2}(?:${EXACTLY}|正|就)?是?\\s{0,2}${SINCE}\\s{0,2}的?\\s{0,2}第\\s{0,2}(?<!${PART_OF_A_NUMBER})${DIGITS}\\s{0,2}[天日]`,
  'gu',
);
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

/** 三百六十五 is 365, 1,000 is 1000, 十二 is 12, and 半 is 0.5. */
function numberOf(text: string): number {
  if (/^\d/.test(text)) return Number(text.replaceAll(/\D/g, ''));
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

/** Half a year is six months, half a month fifteen days; other halves make no claim. */
function claimOf(count: number, unit: Unit): DayClaim[] {
  if (Number.isInteger(count)) return [{ unit, count }];
  if (unit === 'year') return [{ unit: 'month', count: 12 * count }];
  return unit === 'month' && count === 0.5 ? [{ unit: 'day', count: 15 }] : [];
}

/** Every pattern asks for one of these words; most texts have none, and the patterns are slow. */
const aboutADay = /今[天日]|这一?天|同一天|today|last year/i;

/** Every claim of a text, each once. */
export function dayClaimsOf(text: string): readonly DayClaim[] {
  if (!aboutADay.test(text)) return [];
  const found: DayClaim[] = [];
  for (const [pattern, claim] of named) if (text.match(pattern)) found.push(claim);
  for (const pattern of counted)
    for (const { groups = {} } of text.matchAll(pattern)) {
      const count = numberOf(groups['n'] ?? '') + (groups['half'] ? 0.5 : 0);
      if (count > 0) found.push(...claimOf(count, units[groups['unit'] ?? '']!));
    }
  for (const { groups = {} } of text.matchAll(nth)) {
    const count = numberOf(groups['n'] ?? '') - 1;
    if (count >= 0) found.push(...claimOf(count, 'day'));
  }
  for (const { groups = {} } of text.matchAll(inEnglish)) {
    const n = groups['n']!.toLowerCase();
    const count = /^\d+$/.test(n) ? Number(n) : n === 'a' ? 1 : englishNumbers.indexOf(n);
    if (count > 0) found.push({ unit: english[groups['unit']!.toLowerCase()]!, count });
  }
  return [...new Map(found.map((claim) => [`${claim.count}${claim.unit}`, claim])).values()];
}

/** The day on which a claim about day `about` is true; null when there is none, as for 29 February. */
function dayOfClaim({ unit, count }: DayClaim, about: Day): Day | null {
  if (unit === 'day') return about + count;
  if (unit === 'week') return about + 7 * count;
  const from = new Date(about * DAY_MS);
  const months = unit === 'year' ? 12 * count : count;
  const to = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, from.getUTCDate());
  return new Date(to).getUTCDate() === from.getUTCDate() ? to / DAY_MS : null;
}

/** The day on which all claims of a text about day `about` are true; `any` without claims, `never` when they contradict. */
export function trueOn(text: string, about: Day): Day | 'any' | 'never' {
  const days = [...new Set(dayClaimsOf(text).map((claim) => dayOfClaim(claim, about)))];
  const [day] = days;
  if (day === undefined) return 'any';
  return days.length > 1 || day === null ? 'never' : day;
}
