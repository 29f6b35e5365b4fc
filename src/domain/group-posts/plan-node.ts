import { isAmong, type Calendar } from '../calendar/calendar.js';
import { DAY_MS, isoMonth, type Day } from '../day.js';

/**
 * `planned` until its day; `posted` once its posts are in the outbox; `skipped` on a day that is kept free; `missed` when the
 * product was down on its day; `cancelled` by a person after posts had gone.
 */
export type PlanNodeState = 'planned' | 'posted' | 'skipped' | 'missed' | 'cancelled';

/** What the operators plan to say in groups on a day of the calendar. */
export interface PlanContent {
  readonly day: Day;
  /** Minutes of the corp's wall clock. */
  readonly minute: number;
  readonly name: string;
  readonly text: string;
  /** All groups of these tiers, and these groups by their outside ids. */
  readonly tiers: readonly string[];
  readonly groups: readonly string[];
  /** Names of days on which it is not said (`isAmong`). */
  readonly exceptDays: readonly string[];
  /** On such a day it goes on the next that is none, or not at all. */
  readonly onFreeDay: 'move' | 'skip';
}

export interface PlanNode extends PlanContent {
  readonly id: number;
  readonly state: PlanNodeState;
  /** Incremented with each change. */
  readonly version: number;
  readonly madeBy: string;
}

/** After so many days that are kept free it is skipped. */
const LONGEST_MOVE_DAYS = 60;

/** The day on which it is said by the calendar as it is now; null when it is skipped. */
export function dayItGoes(node: PlanContent, calendar: Calendar): Day | null {
  for (let day = node.day; day <= node.day + LONGEST_MOVE_DAYS; day += 1) {
    if (!isAmong(node.exceptDays, calendar, day)) return day;
    if (node.onFreeDay === 'skip') return null;
  }
  return null;
}

export type PlanStep =
  { readonly kind: 'wait' | 'post' | 'skip' | 'miss' } | { readonly kind: 'move'; readonly to: Day };

/** What becomes of a planned node when `today` begins. */
export function stepPlanNode(node: PlanContent, calendar: Calendar, today: Day): PlanStep {
  if (node.day > today) return { kind: 'wait' };
  const goes = dayItGoes(node, calendar);
  if (goes === null) return { kind: 'skip' };
  if (goes > today) return { kind: 'move', to: goes };
  return { kind: goes === today ? 'post' : 'miss' };
}

const dateOf = (day: Day): Date => new Date(day * DAY_MS);
const dayAt = (year: number, month: number, date: number): Day => Date.UTC(year, month, date) / DAY_MS;

/** The first and the last day of a month. `offset`: months after the one of `day`. */
export function monthOf(day: Day, offset = 0): { readonly first: Day; readonly last: Day } {
  const [year, month] = [dateOf(day).getUTCFullYear(), dateOf(day).getUTCMonth() + offset];
  return { first: dayAt(year, month, 1), last: dayAt(year, month + 1, 1) - 1 };
}

/** The same weekday of the month after: the second Friday for a second Friday, the last for a fifth that there is not. */
export function sameWeekdayNextMonth(day: Day): Day {
  const { first } = monthOf(day);
  const next = monthOf(day, 1);
  const weeksIn = Math.floor((day - first) / 7);
  const shift = (dateOf(day).getUTCDay() - dateOf(next.first).getUTCDay() + 7) % 7;
  const found = next.first + shift + weeksIn * 7;
  return found > next.last ? found - 7 : found;
}

/** In the last days of a month the plan of the next one is asked for. */
const ASKING_DAYS = 3;

/** The month whose plan is to be made now, like `2026-04`; null on most days. */
export function monthToPlan(today: Day): string | null {
  const { last } = monthOf(today);
  return today > last - ASKING_DAYS ? isoMonth(last + 1) : null;
}
