import { dayOf, isoDay } from '../domain/day.js';
import { decisionStore } from '../features/audit/decision.store.js';
import { decisionForMember, inOrderForMember } from '../insights/words/member-decision-words.js';
import { asTierLabel } from '../insights/words/tier-words.js';
import type { MemberCommand } from './command.js';
import { unknownMember } from './unknown-member.js';

const TIERS_SHOWN = 2;
const MOVES_SHOWN = 1;

/** Not in groups: there 为什么 is everyday talk. */
export const whyMeCommand: MemberCommand = {
  id: 'why',
  where: ['kf', 'page', 'chat_dm'],
  words: ['为什么', '为啥'],
  role: 'member',
  usage: '为什么',
  does: '看最近为你做了什么决定，依据是什么',
  needsArgument: false,
  async run({ db, engine, member, timeZone }) {
    if (member === null) return unknownMember;
    const tier = asTierLabel(engine.rules);
    const rows = inOrderForMember(
      await decisionStore.latest(db.read, member, 'tier', TIERS_SHOWN),
      await decisionStore.latest(db.read, member, 'move', MOVES_SHOWN),
    );
    const lines = rows.flatMap((row) => {
      const words = decisionForMember(row, tier);
      if (words === null) return [];
      const [, month, day] = isoDay(dayOf(row.at, timeZone)).split('-');
      const grounds = words.grounds === null ? '' : `${words.grounds.zh}。`;
      return [`${Number(month)} 月 ${Number(day)} 日，${words.said.zh}${grounds}`];
    });
    if (lines.length === 0) return { text: '最近没有什么变化。想看现在的等级，回复「我的等级」。', isPrivate: true };
    return { text: lines.join('\n'), isPrivate: true };
  },
};
