import type { TriggerRules } from './trigger-rules.js';

/** Told by the move itself, when it is planned or due for a reminder; whether it is open is asked of the move. */
export const moveInvited: TriggerRules<'move_invited'> = {
  on: 'move_invited',
  find: () => [],
  stillHolds: () => true,
  gone: 'move_closed',
};

export const moveReminder: TriggerRules<'move_reminder'> = {
  on: 'move_reminder',
  find: () => [],
  stillHolds: () => true,
  gone: 'move_closed',
};
