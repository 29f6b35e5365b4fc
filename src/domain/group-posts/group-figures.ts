import { DAY_MS, type Day } from '../day.js';
import type { GroupId } from '../ids.js';

/** What is known of one group when its texts are decided. Customers only: staff are counted nowhere. */
export interface GroupFigures {
  readonly id: GroupId;
  readonly name: string;
  readonly tier: string | null;
  /** userid; empty when unknown. */
  readonly owner: string;
  /** WeCom's id; null for a group that only the chat account sees. */
  readonly chatId: string | null;
  /** The chat account's id; null where it is not in the group. */
  readonly roomId: string | null;
  readonly members: number;
  /** Members who have ever spoken. Null where nobody listens, because then nothing is known of the talk. */
  readonly spoken: number | null;
  /** The last day on which a member spoke. Null where nobody listens, or nobody has spoken yet. */
  readonly lastTalkDay: Day | null;
  /** The day on which the group was made; null when WeCom did not say. */
  readonly foundedDay: Day | null;
  /** The first day on which the group is known. */
  readonly knownSinceDay: Day;
  /** Members who have checked in today. */
  readonly checkedIn: number;
}

/** Whole percent, rounded down: half of a group is reached when it is reached. */
export const percentOf = (part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((part * 100) / whole));

/** Whole months from one day to another, and whether it is that day of the month. 31 January is kept on 28 February. */
export function monthsBetween(from: Day, to: Day): { readonly months: number; readonly isTheDay: boolean } {
  const [start, end] = [new Date(from * DAY_MS), new Date(to * DAY_MS)];
  const whole = (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth();
  const lastOfMonth = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
  const date = Math.min(start.getUTCDate(), lastOfMonth);
  return { months: end.getUTCDate() < date ? whole - 1 : whole, isTheDay: end.getUTCDate() === date };
}
