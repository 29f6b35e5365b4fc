import type { CheckInStreak } from '../domain/check-ins.js';
import type { LocalizedText } from '../domain/localized-text.js';
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
  async run({ db, member, request, timeZone, language }) {
    if (member === null || request.from.kind !== 'member') return unknownMember;
    const { ids } = request.from;
    const { fact, streak } = await planCheckIn(db.read, { member, ids, at: request.at, timeZone });
    if (fact === null) return { text: againWords(streak)[language] };
    return { text: checkedInWords(streak)[language], facts: [fact] };
  },
};

const daysEn = (n: number): string => (n === 1 ? '1 day' : `${n} days`);

const againWords = ({ current, thisMonth }: CheckInStreak): LocalizedText =>
  current > 1
    ? {
        zh: `今天打过卡了，已经连续 ${current} 天，这个月 ${thisMonth} 天。明天见。`,
        en: `You have checked in today: ${daysEn(current)} in a row, ${daysEn(thisMonth)} this month. See you tomorrow.`,
      }
    : {
        zh: `今天打过卡了，这个月 ${thisMonth} 天。明天见。`,
        en: `You have checked in today: ${daysEn(thisMonth)} this month. See you tomorrow.`,
      };

function checkedInWords({ current, longest, thisMonth }: CheckInStreak): LocalizedText {
  if (current < 2)
    return { zh: `打卡成功，这是这个月的第 ${thisMonth} 天。`, en: `Checked in: ${daysEn(thisMonth)} this month.` };
  const isRecord = current === longest && current >= 7;
  return {
    zh: `打卡成功，连续 ${current} 天了${isRecord ? '，是你最长的一次' : ''}。这个月第 ${thisMonth} 天。`,
    en: `Checked in: ${daysEn(current)} in a row${isRecord ? ', your longest streak' : ''}, ${daysEn(thisMonth)} this month.`,
  };
}
