import type { CheckInStreak } from '../domain/check-ins.js';
import { planCheckIn } from '../features/members/check-in.js';
import { EVERYWHERE, type MemberCommand } from './command.js';
import { unknownMember } from './unknown-member.js';

export const checkInCommand: MemberCommand = {
  id: 'check_in',
  where: EVERYWHERE,
  words: ['打卡', '签到'],
  role: 'member',
  usage: '打卡',
  does: '每天一次，看连续打了几天',
  needsArgument: false,
  async run({ db, member, request, timeZone }) {
    if (member === null || request.from.kind !== 'member') return unknownMember;
    const { ids } = request.from;
    const { fact, streak } = await planCheckIn(db.read, { member, ids, at: request.at, timeZone });
    if (fact === null) return { text: `今天打过卡了，${countWords(streak)}。明天见。` };
    return { text: checkedInWords(streak), facts: [fact] };
  },
};

const countWords = ({ current, thisMonth }: CheckInStreak): string =>
  current > 1 ? `已经连续 ${current} 天，这个月 ${thisMonth} 天` : `这个月 ${thisMonth} 天`;

function checkedInWords({ current, longest, thisMonth }: CheckInStreak): string {
  if (current < 2) return `打卡成功，这是这个月的第 ${thisMonth} 天。`;
  const record = current === longest && current >= 7 ? '，是你最长的一次' : '';
  return `打卡成功，连续 ${current} 天了${record}。这个月第 ${thisMonth} 天。`;
}
