import { loadEvaluations } from '../engine/load-evaluations.js';
import { askForMove, type AskedMove } from '../features/moves/ask-for-move.js';
import { assertNever } from '../domain/assert-never.js';
import { quoted } from '../domain/shown-name.js';
import { EVERYWHERE, type MemberCommand, type WrittenAnswer } from './command.js';
import { unknownMember } from './unknown-member.js';

export const changeGroupCommand: MemberCommand = {
  id: 'change_group',
  where: EVERYWHERE,
  words: ['换群', '进群', '我的群'],
  role: 'member',
  usage: '换群',
  does: '拿自己这一级的群码',
  needsArgument: false,
  async run({ engine, member }) {
    if (member === null) return unknownMember;
    const context = await engine.context();
    return {
      text: '',
      isPrivate: true,
      mustBeGiven: true,
      write: async (tx, now) => {
        const [evaluation] = await loadEvaluations(tx, [member], context, now);
        if (!evaluation) return unknownMember.text;
        return answerOf(await askForMove({ tx, context, now }, evaluation));
      },
    };
  },
};

function answerOf(asked: AskedMove): WrittenAnswer {
  switch (asked.kind) {
    case 'code':
      return {
        text: `这是${quoted(asked.group, '你的群')}的群码，长按识别就能进。`,
        picture: asked.joinQr,
        ...(asked.move === null ? {} : { move: asked.move }),
      };
    case 'inside':
      return { text: `你已经在${quoted(asked.group, '你的群')}里了，就是你这一级的群。` };
    case 'adding':
      return { text: `正在拉你进${quoted(asked.group, '你的群')}，请留意进群邀请。` };
    case 'waits_for_approval':
      return { text: '换群要同事先确认一下，确认好就把群码发给你。' };
    case 'full':
      return { text: '你这一级的群刚好满了，已经请同事开新群，开好就邀请你。' };
    case 'no_group':
      return { text: '你这一级现在还没有可以进的群，有了就告诉你。' };
    default:
      return assertNever(asked);
  }
}
