import { z } from 'zod';
import { defineTrigger } from './trigger.js';

const directionWords = {
  up: { zh: '升级', en: 'up ' },
  down: { zh: '降级', en: 'down ' },
  any: { zh: '', en: '' },
} as const;

/** Which invitation it is to the member; a template without `turn` is for all that have no text of their own. */
export const invitationTurns = ['first', 'second', 'third', 'back'] as const;
export type InvitationTurn = (typeof invitationTurns)[number];

const turnWords: Readonly<Record<InvitationTurn, { readonly zh: string; readonly en: string }>> = {
  first: { zh: '（第一次邀请进群）', en: ' (the very first invitation)' },
  second: { zh: '（第二次邀请）', en: ' (the second try)' },
  third: { zh: '（第三次及以后的邀请）', en: ' (the third try or a later one)' },
  back: { zh: '（撤回后请回原来的群）', en: ' (back, because a move was undone)' },
};

const lapsed = { code: 'move_closed', words: { zh: '换群已结束', en: 'the move is over' } };

/** Fired by the move itself when it is planned or due for a reminder. The sender checks that the move is still open. */
export const moveInvited = defineTrigger({
  on: 'move_invited',
  settings: { direction: z.enum(['up', 'down', 'any']).default('any'), turn: z.enum(invitationTurns).optional() },
  hint: {
    zh: '例如 trigger: {on: move_invited, direction: up}，direction 可以写 up、down、any，不写就是 any；turn 可以写 first、second、third、back',
    en: 'for example trigger: {on: move_invited, direction: up}; direction is up, down or any (the default); turn is first, second, third or back',
  },
  words: ({ direction, turn }) => ({
    zh: `${directionWords[direction].zh}换群发出邀请时${turn ? turnWords[turn].zh : ''}`,
    en: `invited to move ${directionWords[direction].en}to another group${turn ? turnWords[turn].en : ''}`,
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
