import { dayOf } from '../domain/day.js';
import { dailyReport, renderDailyReport } from '../insights/daily-report.js';
import type { Command } from './command.js';

export const reportCommand: Command = {
  words: ['日报', '报告', 'report', 'daily'],
  role: 'operator',
  usage: '日报',
  does: '看昨天的社群情况',
  needsArgument: false,
  async run({ db, clock, timeZone }) {
    return { text: renderDailyReport(await dailyReport(db.read, dayOf(clock.now(), timeZone) - 1, timeZone)) };
  },
};
