import { z } from 'zod';
import { defineTrigger } from './trigger.js';

const directionWords = {
  up: { zh: '升级', en: 'up ' },
  down: { zh: '降级', en: 'down ' },
  any: { zh: '', en: '' },
} as const;

const lapsed = { code: 'move_closed', words: { zh: '换群已结束', en: 'the move is over' } };

/** Fired by the move itself when it is planned or due for a reminder. The sender checks that the move is still open. */
export const moveInvited = defineTrigger({
  on: 'move_invited',
  settings: { direction: z.enum(['up', 'down', 'any']).default('any') },
  hint: {
    zh: '例如 trigger: {on: move_invited, direction: up}，direction 可以写 up、down、any，不写就是 any',
    en: 'for example trigger: {on: move_invited, direction: up}; direction is up, down or any (the default)',
  },
  words: ({ direction }) => ({
    zh: `${directionWords[direction].zh}换群发出邀请时`,
    en: `invited to move ${directionWords[direction].en}to another group`,
  }),
  ground: {},
  find: () => [],
  stillHolds: () => true,
  lapsed,
  goesOneByOne: true,
  isInvitation: true,
});

export const moveReminder = defineTrigger({
  on: 'move_reminder',
  settings: {},
  hint: { zh: '例如 trigger: {on: move_reminder}', en: 'for example trigger: {on: move_reminder}' },
  words: () => ({ zh: '换群邀请还没回应', en: 'an invitation to move was not taken up' }),
  ground: {},
  find: () => [],
  stillHolds: () => true,
  lapsed,
  goesOneByOne: true,
  isInvitation: true,
});
