import { dayOf } from '../domain/day.js';
import { dailyReport, promotedOn, renderDailyReport } from '../insights/daily-report.js';
import type { Command } from './command.js';
import { shownName } from './find-member.js';
import { parseDay } from './report-day.js';

const COMPARED_DAYS = 7;
const MOST_NAMED = 5;

export const reportCommand: Command = {
  words: ['日报', '报告', 'report', 'daily'],
  role: 'operator',
  usage: '日报',
  does: '看昨天的社群情况，也可以写日子：日报 11月20日',
  needsArgument: false,
  takesArgument: true,
  async run({ db, clock, timeZone, argument }) {
    const today = dayOf(clock.now(), timeZone);
    const day = argument === '' ? today - 1 : parseDay(argument, today);
    if (day === null) return { text: '没看懂是哪一天。这样写：日报 昨天、日报 11月20日。' };
    if (day > today) return { text: '那一天还没到。' };
    const report = await dailyReport(db.read, day, timeZone);
    const before = [];
    for (let back = 1; back <= COMPARED_DAYS; back++) before.push(await dailyReport(db.read, day - back, timeZone));
    const promoted = await promotedOn(db.read, day, timeZone, MOST_NAMED);
    return { text: renderDailyReport(report, { before, promoted: promoted.map(shownName) }) };
  },
};
