import { HOUR_MS } from '../domain/day.js';
import { waitingTaps } from '../insights/waiting-taps.js';
import type { Command } from './command.js';

const DAY_HOURS = 48;
const MOST_LISTED = 10;

const waitedWords = (ms: number): string => {
  const hours = Math.floor(ms / HOUR_MS);
  if (hours < 1) return '不到 1 小时';
  return hours < DAY_HOURS ? `${hours} 小时` : `${Math.floor(hours / 24)} 天`;
};

/** Who has mass-sends that they have not tapped. */
export const waitingCommand: Command = {
  words: ['待确认', '谁没点', 'waiting'],
  role: 'operator',
  usage: '待确认',
  does: '看企业群发在等谁点、等了多久',
  needsArgument: false,
  async run({ db, clock, timeZone }) {
    const now = clock.now();
    const staff = await waitingTaps(db.read, { now, timeZone });
    if (staff.length === 0) return { text: '没有在等员工点的群发。' };
    const lines = staff
      .slice(0, MOST_LISTED)
      .map(
        ({ staff: who, receivers, since, hasLeft }) =>
          `${who}${hasLeft ? '（已离职）' : ''}：${receivers} 位在等，最久等了 ${waitedWords(now - since)}`,
      );
    const more = staff.length > MOST_LISTED ? [`还有 ${staff.length - MOST_LISTED} 位同事。`] : [];
    return { text: [...lines, ...more, '提醒、转给别人或取消，在控制台「待员工确认」。'].join('\n') };
  },
};
