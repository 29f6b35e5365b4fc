import { nameForMember } from './name-for-member.js';
import { recordReply } from '../features/tasks/member-replies.js';
import { EVERYWHERE, type MemberCommand } from './command.js';
import { unknownMember } from './unknown-member.js';

/** Customer service hands the chat to a person; elsewhere the member's own staff get a task with the words. */
export const handOverCommand: MemberCommand = {
  id: 'hand_over',
  where: EVERYWHERE,
  words: ['人工', '转人工', '人工客服', '人工服务'],
  role: 'member',
  usage: '人工',
  does: '找一位同事，可以接着写要说的话',
  needsArgument: false,
  takesArgument: true,
  forgetsWords: true,
  async run({ engine, member, request, argument }) {
    const { replyTo } = request;
    const context = await engine.context();
    if (replyTo.kind === 'kf' && !replyTo.isLate && context.abilities.has('kf_hand_over'))
      return { text: '好的，正在为你转接同事，请稍等。', handsOver: true };
    if (member === null) return unknownMember;
    const words = argument === '' ? '想找同事聊聊' : argument;
    return {
      text: '',
      isPrivate: true,
      mustBeGiven: true,
      write: async (tx, now) => {
        const reply = { key: request.key, member, at: request.at, words, isUnseen: replyTo.kind !== 'dm' };
        const { staff } = await recordReply({ tx, context, now }, reply);
        return `收到，已经转给${nameForMember(staff).trim()}了，会尽快回你。`;
      },
    };
  },
};
