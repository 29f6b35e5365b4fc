import type { CommandAnswer } from './command.js';

/** The answer to somebody who is not stored as a member yet. */
export const unknownMember: CommandAnswer = { text: '还没有你的记录，在群里聊几句就有啦。' };
