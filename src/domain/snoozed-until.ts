/**
 * Until when a person has snoozed a task, epoch ms; null if nobody did. Only the time of the next reminder is stored. If it
 * equals the due date, it is the automatic one: nobody snoozes to that very millisecond.
 */
export const snoozedUntil = (remindAt: number | null, dueAt: number | null): number | null =>
  remindAt === dueAt ? null : remindAt;
