import { cutToCharacters } from '../domain/cut-text.js';
import { staffOf } from '../features/tasks/member-replies.js';
import { EVERYWHERE, type Invocation, type MemberCommand } from './command.js';
import { nameForMember } from './name-for-member.js';
import { unknownMember } from './unknown-member.js';

/** The fact `asked` takes no more. */
const LONGEST_QUESTION_STORED = 2_000;

/** Customer service hands the chat to a person; elsewhere the words become a question: a task for the member's own staff. */
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
  async run(invocation) {
    const { db, engine, member, request, argument } = invocation;
    const { replyTo, from } = request;
    const { abilities } = await engine.context();
    if (replyTo.kind === 'kf' && !replyTo.isLate && abilities.has('kf_hand_over'))
      return { text: '好的，正在为你转接同事，请稍等。', handsOver: true };
    if (member === null || from.kind !== 'member') return unknownMember;
    const text = cutToCharacters(argument === '' ? '想找同事聊聊' : argument, LONGEST_QUESTION_STORED);
    return {
      text: passedOnWords(invocation, await staffOf(db.read, member)),
      isPrivate: true,
      mustBeGiven: true,
      facts: [{ key: `asked:${request.key}`, kind: 'asked', at: request.at, member: from.ids, data: { text } }],
    };
  },
};

function passedOnWords({ request, language }: Invocation, staff: string): string {
  if (request.replyTo.kind !== 'page') return `收到，已经转给${nameForMember(staff).trim()}了，会尽快回你。`;
  return {
    zh: `收到，已经转给${nameForMember(staff).trim()}了，答复会写在这一页。`,
    en: 'Our staff have it. The answer will be on this page.',
  }[language];
}
