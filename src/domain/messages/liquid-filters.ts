import { charactersOf, cutToCharacters } from '../cut-text.js';

const thousands = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 });

/** Filters of LiquidJS that are allowed; all others (files, hashes, dates by the wall clock, eval) are removed. */
const keptFilters = [
  'append',
  'prepend',
  'default',
  'size',
  'strip',
  'replace',
  'remove',
  'upcase',
  'downcase',
  'capitalize',
  'slice',
  'plus',
  'minus',
  'times',
  'divided_by',
  'modulo',
  'round',
  'ceil',
  'floor',
  'abs',
  'at_least',
  'at_most',
] as const;

const asNumber = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
};

function agoInWords(days: number): string {
  if (days < 3) return ['今天', '昨天', '前天'][days]!;
  if (days < 60) return `${days} 天前`;
  return days < 365 ? `${Math.floor(days / 30)} 个月前` : `${Math.floor(days / 365)} 年前`;
}

const digits = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

function inHanzi(number: number): string {
  if (!Number.isInteger(number) || number < 0 || number > 99) return String(number);
  const [tens, ones] = [Math.floor(number / 10), number % 10];
  if (tens === 0) return digits[ones]!;
  return `${tens === 1 ? '' : digits[tens]!}十${ones === 0 ? '' : digits[ones]!}`;
}

/** Our own filters. For a value that is not a number they give null, which cannot be printed. */
export const ownFilters: Readonly<Record<string, (value: unknown, ...args: readonly unknown[]) => unknown>> = {
  /** 1234567.891 → 1,234,567.89 */
  number: (value) => {
    const number = asNumber(value);
    return number === null ? null : thousands.format(number);
  },
  /** Cents to yuan: 129900 → 1,299 */
  yuan: (value) => {
    const cents = asNumber(value);
    return cents === null ? null : thousands.format(cents / 100);
  },
  /** 2026-12-01 → 12月1日 */
  chinese_date: (value) => {
    const found = typeof value === 'string' ? /^\d{4}-(\d{2})-(\d{2})$/u.exec(value.trim()) : null;
    const [month, day] = [Number(found?.[1]), Number(found?.[2])];
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? `${month}月${day}日` : null;
  },
  /** Days to how long ago that is: 0 → 今天, 1 → 昨天, 12 → 12 天前, 70 → 2 个月前 */
  ago: (value) => {
    const days = asNumber(value);
    return days === null || days < 0 ? null : agoInWords(Math.floor(days));
  },
  /** 12345 → 1.2 万 */
  wan: (value) => {
    const number = asNumber(value);
    if (number === null) return null;
    const units = Math.abs(number) >= 100_000_000 ? ([100_000_000, ' 亿'] as const) : ([10_000, ' 万'] as const);
    // It rounds down, so that no text claims more than there is.
    return Math.abs(number) < 10_000
      ? thousands.format(number)
      : `${thousands.format(Math.trunc((number / units[0]) * 10) / 10)}${units[1]}`;
  },
  /** 0 to 99 in Chinese characters: 12 → 十二. Other numbers stay as they are. */
  hanzi: (value) => {
    const number = asNumber(value);
    return number === null ? null : inHanzi(number);
  },
  /** A name before others: 林小雅 → 林*雅, 小林 → 小* */
  mask: (value) => {
    if (typeof value !== 'string' || value.trim() === '') return null;
    const [first, ...others] = charactersOf(value.trim());
    const last = others.length > 1 ? others.at(-1)! : '';
    return `${others.length === 0 ? '' : first!}*${last}`;
  },
  /** By characters as a reader sees them: 「今天天气真好」 | truncate: 4 → 今天天气… */
  truncate: (value, length, ellipsis) => {
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    return cutToCharacters(String(value), asNumber(length) ?? 12, typeof ellipsis === 'string' ? ellipsis : '…');
  },
};

/** Prints a constant address as a short one that is counted: `{{ 'https://example.com/menu' | link: 'menu' }}`. */
export const LINK_FILTER = 'link';

export const filterNames: ReadonlySet<string> = new Set([...keptFilters, ...Object.keys(ownFilters), LINK_FILTER]);
