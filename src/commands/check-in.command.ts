import { checkInKey, checkInStreak, type CheckInStreak } from '../domain/check-ins.js';
import { dayOf } from '../domain/day.js';
import { dailyCountStore } from '../features/members/daily-count.store.js';
import { factStore } from '../inbox/fact.store.js';
import { EVERYWHERE, type MemberCommand } from './command.js';
import { unknownMember } from './unknown-member.js';

/** One fact for each member and day, however often and wherever the member says it. */
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
    const day = dayOf(request.at, timeZone);
    const known = await dailyCountStore.checkInDays(db.read, member, day);
    const fact = {
      key: checkInKey(member, day),
      kind: 'checked_in',
      at: request.at,
      member: request.from.ids,
      data: {},
    } as const;
    const streak = checkInStreak([...known, day], day);
    const isAgain = known.includes(day) || (await factStore.has(db.read, fact.key));
    return {
      text: isAgain ? `今天打过卡了，${countWords(streak)}。明天见。` : checkedInWords(streak),
      facts: isAgain ? [] : [fact],
    };
  },
};

const countWords = ({ current, thisMonth }: CheckInStreak): string =>
  current > 1 ? `已经连续 ${current} 天，这个月 ${thisMonth} 天` : `这个月 ${thisMonth} 天`;

function checkedInWords({ current, longest, thisMonth }: CheckInStreak): string {
  if (current < 2) return `打卡成功，这是这个月的第 ${thisMonth} 天。`;
  const record = current === longest && current >= 7 ? '，是你最长的一次' : '';
  return `打卡成功，连续 ${current} 天了${record}。这个月第 ${thisMonth} 天。`;
}
