import { cutToCharacters } from '../cut-text.js';

const thousands = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 });

/** LiquidJS's own filters that a message has use for; the others (files, hashes, dates by the wall clock, eval) are taken out. */
export const keptFilters = [
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

/** Ours. What is not a number stays unknown, so that printing it is refused like any other hole. */
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

export const filterNames: ReadonlySet<string> = new Set([...keptFilters, ...Object.keys(ownFilters)]);
