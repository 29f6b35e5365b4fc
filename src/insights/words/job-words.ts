import type { LocalizedText } from '../../domain/localized-text.js';
import { reasonLabel } from './reason-words.js';

/** What stops when a job is stalled, for the admin who reads it. */
const jobs: Readonly<Record<string, LocalizedText>> = {
  facts: { zh: '处理新事件', en: 'Taking in what happens' },
  commands: { zh: '回答指令', en: 'Answering commands' },
  tasks: { zh: '派发待办', en: 'Handing out tasks' },
  broadcasts: { zh: '排好群发', en: 'Planning broadcasts' },
  review: { zh: '每日盘点成员', en: 'The daily review of members' },
  deliveries: { zh: '发送消息', en: 'Sending messages' },
  welcomes: { zh: '发送欢迎语', en: 'Sending welcomes' },
  mass_sends: { zh: '企业群发', en: 'Mass-sends' },
  rereads: { zh: '重新读取企业微信', en: 'Reading WeCom again' },
  comparisons: { zh: '与企业微信核对', en: 'Comparing with WeCom' },
};

const stallReasons: Readonly<Record<string, LocalizedText>> = {
  no_turn_ends: { zh: '一轮工作迟迟没有结束', en: 'a round of work does not end' },
  no_progress: { zh: '有事在等，却没有被取走', en: 'there is work, and nobody takes it up' },
  StatementFailed: {
    zh: '数据库拒绝了一条语句，详情在日志里',
    en: 'the database refused a statement; the log has the details',
  },
  database_unavailable: { zh: '数据库没有回应', en: 'the database does not answer' },
};

export const jobLabel = (name: string): LocalizedText => jobs[name] ?? { zh: name, en: name };

/** A bug's error class has no label of its own: its name is shown. */
export function stallReasonLabel(why: string): LocalizedText {
  const known = stallReasons[why];
  if (known) return known;
  if (/^[a-z_:]+$/.test(why)) return reasonLabel(why);
  return { zh: `程序错误 ${why}，详情在日志里`, en: `a bug, ${why}; the log has the details` };
}
