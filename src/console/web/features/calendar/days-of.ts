import type { CalendarDay, PlanMonth, PlanNode } from '../../api/plan.js';

/** One day of the month with what belongs to it. */
export interface DayInPlan {
  readonly day: CalendarDay;
  readonly isInMonth: boolean;
  readonly nodes: readonly PlanNode[];
  readonly texts: PlanMonth['texts'];
  readonly ahead: PlanMonth['ahead'];
}

export const daysOf = (plan: PlanMonth): readonly DayInPlan[] =>
  plan.days.map((day) => ({
    day,
    isInMonth: day.day.startsWith(plan.month),
    nodes: plan.nodes.filter((node) => node.day === day.day),
    texts: plan.texts.filter((text) => text.day === day.day),
    ahead: plan.ahead.filter((one) => one.day === day.day),
  }));

/** `2026-12` and 1 give `2027-01`. */
export function monthAfter(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year!, number! - 1 + by, 1)).toISOString().slice(0, 7);
}

/** Whether its day can still be changed: nothing of it was handed over, and its time has not come. */
export const isMovable = ({ state, progress, day }: PlanNode, today: string): boolean =>
  day >= today && state !== 'cancelled' && state !== 'missed' && progress.waiting + progress.sent === 0;
