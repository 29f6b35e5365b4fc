import type { LocalizedText } from '../../domain/localized-text.js';

const sources: Readonly<Record<string, LocalizedText>> = {
  fact: { zh: '事件', en: 'Fact' },
  command: { zh: '指令', en: 'Command' },
  delivery: { zh: '待发动作', en: 'Planned action' },
  mass_send: { zh: '群发任务', en: 'Mass-send' },
  way: { zh: '渠道码', en: 'Channel code' },
  member: { zh: '成员', en: 'Member' },
  move: { zh: '换群', en: 'Move' },
  task: { zh: '待办', en: 'Task' },
  recount: { zh: '成员重新统计', en: 'Recount of a member' },
};

/** Tables whose rows can be set aside, in display order. */
export const sourcesInOrder = Object.keys(sources);

export const sourceLabel = (source: string): LocalizedText => sources[source] ?? { zh: source, en: source };

const problems: readonly (readonly [ends: string, words: LocalizedText])[] = [
  ['not JSON', { zh: '存下的内容不完整，读不出来', en: 'what was stored is incomplete and cannot be read' }],
  ['no such kind', { zh: '这个版本不认识这种事件', en: 'this version does not know this kind of fact' }],
  [
    'differs from that of the row',
    { zh: '内容和记录的类型不符', en: 'the content is not of the kind that the record says' },
  ],
  [
    'its mass-send ended without it',
    { zh: '所属的群发已结束，这一条读不出来', en: 'its mass-send ended; this one could not be read' },
  ],
  ['state: unknown', { zh: '这个版本不认识它的状态', en: 'this version does not know its state' }],
];
const shape = /^(ids|data|sender|reply_to|staff|tags|kind|[\w.]+): /;

/** Why a row was set aside. The message of a bug has no label of its own; it is shown beside a general one. */
export function problemLabel(problem: string): LocalizedText {
  const known = problems.find(([ends]) => problem.endsWith(ends));
  if (known) return known[1];
  if (problem === '') return { zh: '没有留下原因', en: 'no reason was kept' };
  if (shape.test(problem)) return { zh: '存下的内容不符合要求', en: 'what was stored is not as it should be' };
  return { zh: '处理时程序出错', en: 'the program failed when working on it' };
}
