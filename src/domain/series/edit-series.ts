import type { Series } from './series.js';

/** What happens on an edit to those who are in the series. */
export const seriesChoices = ['keep', 'move_on', 'end'] as const;
export type SeriesChoice = (typeof seriesChoices)[number];

/** Whether an edit changes anything for those who are in the series. `to` undefined: it is removed. */
export const changesCare = (from: Series, to: Series | undefined): boolean => to?.care !== from.care;

/**
 * The step of the new version at which a member goes on who is at `step` of the old one: the step with the same key, or else
 * the first one after it that remains. Null: none remains, and the series ends for them.
 */
export function stepAfterEdit(from: Series, step: string, to: Series | undefined): string | null {
  if (!to) return null;
  const keys = from.steps.map(({ key }) => key);
  const remaining = keys.slice(Math.max(0, keys.indexOf(step)));
  return remaining.find((key) => to.steps.some((other) => other.key === key)) ?? null;
}
