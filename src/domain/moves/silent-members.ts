/** How groups are cleaned of members who show no sign of life. */
export interface SilentMembersPolicy {
  readonly enabled: boolean;
  /** Key of the template that asks them first. */
  readonly askWith: string;
  /** Days they have to answer, or to be seen at all. */
  readonly answerDays: number;
  /** At most so much of a group, in percent, is to be removed in a day. */
  readonly sharePerDay: number;
}

export interface AskedMember {
  readonly member: number;
  /** When the question was sent, and when the member was last seen, in epoch ms. */
  readonly askedAt: number;
  readonly seenAt: number | null;
}

/** Whether the member has shown no sign of life since they were asked, and had the days to. */
export const isStillSilent = (
  { askedAt, seenAt }: AskedMember,
  answerDays: number,
  now: number,
  dayMs: number,
): boolean => now - askedAt >= answerDays * dayMs && (seenAt === null || seenAt <= askedAt);

/**
 * How many more members of a group may be removed today. Rounded down, so a group is left alone that is too small for one
 * person to be within the share.
 */
export const removalsLeft = (size: number, removedToday: number, sharePerDay: number): number =>
  Math.max(0, Math.floor((size * sharePerDay) / 100) - removedToday);
