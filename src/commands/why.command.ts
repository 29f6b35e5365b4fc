import { isoDay, dayOf } from '../domain/day.js';
import { metricsByName } from '../domain/metrics/index.js';
import { becauseFrom } from '../insights/words/because-words.js';
import { labelFrom } from '../insights/words/stored-words.js';
import { deliveryStateWords } from './delivery-state-words.js';
import type { Command } from './command.js';
import { findMember } from './find-member.js';

const ROWS = 6;

export const whyCommand: Command = {
  words: ['为什么', '为啥'],
  role: 'operator',
  usage: '为什么 <昵称或客户ID>',
  does: '看最近为这位成员做了什么决定，依据是什么',
  needsArgument: true,
  async run({ db, argument, timeZone }) {
    const found = await findMember(db.read, argument);
    if ('words' in found) return { text: found.words };
    const rows = await db.read.all<{ at: number; title: string; because: string | null }>(
      `SELECT at, title, because FROM decision WHERE member_id = $1 ORDER BY id DESC LIMIT ${ROWS}`,
      [found.member],
    );
    const withheld = await db.read.all<{ at: number; campaign: string; reason: string | null; state: string }>(
      `SELECT created_at AS at, campaign, reason, state FROM outbox WHERE member_id = $1 AND campaign IS NOT NULL ORDER BY id DESC LIMIT 3`,
      [found.member],
    );
    if (rows.length === 0 && withheld.length === 0) return { text: `还没有为「${argument}」做过决定。` };
    const day = (at: number): string => isoDay(dayOf(at, timeZone)).slice(5);
    return {
      text: [
        `「${argument}」最近的决定：`,
        ...rows.map((row) => `${day(row.at)} ${labelFrom(row.title).zh}${reasonsOf(row.because)}`),
        ...(withheld.length > 0
          ? [
              '消息：',
              ...withheld.map(
                (row) =>
                  `${day(row.at)} ${row.campaign} ${deliveryStateWords(row.state)}${row.reason ? `（${row.reason}）` : ''}`,
              ),
            ]
          : []),
      ].join('\n'),
    };
  },
};

function reasonsOf(stored: string | null): string {
  const because = becauseFrom(stored);
  if (because === null) return '';
  const values = because.values
    .slice(0, 4)
    .map(
      ({ metric, have, need }) =>
        `${metricsByName.get(metric)?.label.zh ?? metric} ${String(have ?? '无')}${need ? `（要求${need}）` : ''}`,
    );
  return values.length > 0
    ? `\n\u3000依据 ${because.rule} 第${because.version ?? 1}版：${values.join('，')}`
    : `\n\u3000依据 ${because.rule}`;
}
