import type { AskedMove } from '../domain/moves/asked-move.js';
import { loadEvaluations } from '../engine/load-evaluations.js';
import { askForMove } from '../features/moves/ask-for-move.js';
import { groupWords } from '../insights/words/group-words.js';
import { EVERYWHERE, withReplyHint, type Invocation, type MemberCommand } from './command.js';
import { unknownMember } from './unknown-member.js';

export const changeGroupCommand: MemberCommand = {
  id: 'change_group',
  where: EVERYWHERE,
  words: ['换群', '进群', '我的群'],
  role: 'member',
  usage: '换群',
  does: '拿自己这一级的群码',
  needsArgument: false,
  async run(invocation) {
    const { engine, member } = invocation;
    if (member === null) return unknownMember;
    const context = await engine.context();
    return {
      text: '',
      isPrivate: true,
      mustBeGiven: true,
      write: async (tx, now) => {
        const [evaluation] = await loadEvaluations(tx, [member], context, now);
        if (!evaluation) return unknownMember.text;
        const asked = await askForMove({ tx, context, now }, evaluation);
        const text = answerWords(asked, invocation);
        if (asked.kind !== 'code') return { text };
        return { text, picture: asked.joinQr, ...(asked.move === null ? {} : { move: asked.move }) };
      },
    };
  },
};

const answerWords = (asked: AskedMove, invocation: Invocation): string =>
  asked.kind === 'needs_staff'
    ? withReplyHint(invocation, groupWords(asked), '回复「人工」就能找到同事。')
    : groupWords(asked)[invocation.language];
