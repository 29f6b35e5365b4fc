/** Tables whose rows can be set aside. Their labels are in `insights/words`. */
export const setAsideSources = [
  'fact',
  'command',
  'delivery',
  'mass_send',
  'way',
  'member',
  'move',
  'task',
  // A member whose recount failed. It is kept apart from `member`, because a later successful review does not fix it.
  'recount',
] as const;
export type SetAsideSource = (typeof setAsideSources)[number];

const triedAgain: ReadonlySet<string> = new Set<SetAsideSource>(['fact', 'command', 'recount']);
export const canBeTriedAgain = (source: string): boolean => triedAgain.has(source);
