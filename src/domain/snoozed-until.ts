/**
 * Until when somebody has put a task off, epoch ms. What is written down is when it is told of again: at its due date that
 * is unasked, and nobody puts one off to that very millisecond.
 */
export const snoozedUntil = (toldAgainAt: number | null, dueAt: number | null): number | null =>
  toldAgainAt === dueAt ? null : toldAgainAt;
