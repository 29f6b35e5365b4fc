import type { Label } from '../../domain/ruleset.js';

const sources: Readonly<Record<string, Label>> = {
  fact: { zh: '事件', en: 'Fact' },
  command: { zh: '指令', en: 'Command' },
  delivery: { zh: '待发动作', en: 'Planned action' },
  mass_send: { zh: '群发任务', en: 'Mass-send' },
  way: { zh: '渠道码', en: 'Contact way' },
  member: { zh: '成员', en: 'Member' },
  move: { zh: '换群', en: 'Move' },
  task: { zh: '待办', en: 'Task' },
};

export const sourceLabel = (source: string): Label => sources[source] ?? { zh: source, en: source };
