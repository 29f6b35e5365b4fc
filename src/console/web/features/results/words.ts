import type { Comparison, Outcome } from '../../api/results.js';
import { count } from '../../components/figures.js';
import type { Texts } from '../../i18n/i18n.js';

/** A share as points. */
export function pointsOf(share: number): string {
  const tenths = Math.round(1000 * share);
  return `${tenths < 0 ? '−' : ''}${(Math.abs(tenths) / 10).toFixed(1)}`;
}

/** Beyond it a number of days tells nobody anything. */
export const MOST_DAYS = 730;

export const percentOf = ({ k, n }: { readonly k: number; readonly n: number }): string =>
  n === 0 ? '–' : `${((100 * k) / n).toFixed(1)}%`;

/** What is said of a comparison, in a sentence. */
export function verdictWords(
  { verdict, difference, interval, daysLeft }: Comparison,
  goal: Outcome,
  { t }: Pick<Texts, 't'>,
): string {
  if (verdict.kind === 'not_enough_people')
    return daysLeft === null || daysLeft > MOST_DAYS
      ? t(daysLeft === null ? 'results.moreMissing' : 'results.moreYears', { n: count(verdict.missing) })
      : t('results.moreDays', { days: count(daysLeft) });
  if (difference === null || interval === null) return t('results.sameBare');
  const { low, high } = interval;
  if (verdict.kind === 'no_difference_seen') return t('results.sameYet', { low: pointsOf(low), high: pointsOf(high) });
  const ends = verdict.sign > 0 ? [low, high] : [-high, -low];
  return t(`results.${verdict.sign > 0 ? 'more' : 'less'}.${goal}`, {
    points: pointsOf(Math.abs(difference)),
    low: pointsOf(ends[0]!),
    high: pointsOf(ends[1]!),
  });
}
