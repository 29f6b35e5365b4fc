import { expect, it } from 'vitest';
import { isoDay } from '../domain/day.js';
import { parseDay } from './report-day.js';

const today = Date.UTC(2026, 10, 21) / 86_400_000;
const dayOf = (said: string) => {
  const day = parseDay(said, today);
  return day === null ? null : isoDay(day);
};

it.each([
  ['昨天', '2026-11-20'],
  ['昨天。', '2026-11-20'],
  ['前天', '2026-11-19'],
  ['今天', '2026-11-21'],
  ['11月20日', '2026-11-20'],
  ['１１月２０日', '2026-11-20'],
  ['11-20', '2026-11-20'],
  ['11.5', '2026-11-05'],
  ['12月1日', '2025-12-01'],
  ['2026-01-02', '2026-01-02'],
  ['2025年2月28日', '2025-02-28'],
  ['20日', '2026-11-20'],
  ['30号', '2026-10-30'],
])('reads %s as a day', (said, day) => {
  expect(dayOf(said)).toBe(day);
});

it.each(['2月30日', '13月1日', '小鹿', '', '20'])('takes %s for no day', (said) => {
  expect(dayOf(said)).toBeNull();
});
