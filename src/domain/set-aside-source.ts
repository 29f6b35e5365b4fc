/** The tables of which single rows can be set aside; a word for each is in `insights/words`. */
export const setAsideSources = [
  'fact',
  'command',
  'delivery',
  'mass_send',
  'way',
  'member',
  'move',
  'task',
  // A member of whom a recount left the figures as they were: a review that works says nothing about that.
  'recount',
] as const;
export type SetAsideSource = (typeof setAsideSources)[number];

const triedAgain: ReadonlySet<string> = new Set<SetAsideSource>(['fact', 'command', 'recount']);
export const canBeTriedAgain = (source: string): boolean => triedAgain.has(source);
