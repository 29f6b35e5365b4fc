import { distributionOf, type Suggestion } from './distribution.js';

/** A suggested cut that a person took into a rule. */
export interface ChosenCut {
  readonly metric: string;
  readonly method: Suggestion['method'];
  readonly cut: number;
  /** Into how many classes the members were cut. */
  readonly classes: number;
}

export interface OtherCut {
  /** What the same method suggests now. */
  readonly suggested: number;
  /** Members between the two cuts: they would be on the other side. */
  readonly between: number;
}

/** Setting with the month (`2026-03`) for which the chosen cuts were compared last. */
export const COMPARED_MONTH_SETTING = 'thresholds_compared_month';

/** A cut differs materially when it is so much of the chosen one away, and so many of the members are between. */
const LEAST_DIFFERENCE = 0.2;
const LEAST_BETWEEN = 0.02;

/** What the same method suggests of today's figures, when it differs materially from what was chosen; else null. */
export function otherCut({ method, cut, classes }: ChosenCut, values: readonly number[]): OtherCut | null {
  const { suggestions } = distributionOf(values, classes);
  const cuts = suggestions.find((suggestion) => suggestion.method === method)?.cuts ?? [];
  const [first, ...others] = cuts;
  if (first === undefined) return null;
  const suggested = others.reduce(
    (nearest, other) => (Math.abs(other - cut) < Math.abs(nearest - cut) ? other : nearest),
    first,
  );
  const [low, high] = [Math.min(cut, suggested), Math.max(cut, suggested)];
  const between = values.filter((value) => value >= low && value < high).length;
  const isMaterial = high - low >= Math.abs(cut) * LEAST_DIFFERENCE && between >= values.length * LEAST_BETWEEN;
  return isMaterial && between > 0 ? { suggested, between } : null;
}

/** Whether a text of rules still compares the metric with the cut. */
export const readsCut = (text: string, { metric, cut }: Pick<ChosenCut, 'metric' | 'cut'>): boolean =>
  new RegExp(`\\b${metric}\\s*(>=|>|<=|<)\\s*${cut}(?![\\d.])`, 'u').test(text);
