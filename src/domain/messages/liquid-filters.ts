import { cutToCharacters } from '../cut-text.js';

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
  /** By characters as a reader sees them: 「今天天气真好」 | truncate: 4 → 今天天气… */
  truncate: (value, length, ellipsis) => {
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    return cutToCharacters(String(value), asNumber(length) ?? 12, typeof ellipsis === 'string' ? ellipsis : '…');
  },
};

/** Prints a constant address as a short one that is counted: `{{ 'https://example.com/menu' | link: 'menu' }}`. */
export const LINK_FILTER = 'link';

export const filterNames: ReadonlySet<string> = new Set([...keptFilters, ...Object.keys(ownFilters), LINK_FILTER]);
