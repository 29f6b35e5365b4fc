import { isoDay } from '../domain/day.js';
import { tierOf } from '../domain/ruleset.js';
import { stages } from '../domain/stages/stage-policy.js';
import { nextStepWords } from '../domain/tiers/next-step.js';
import { lookedFor } from '../engine/looked-for.js';
import { stores } from '../engine/stores.js';
import { nextTier, waysInto } from '../engine/values-for.js';
import type { Command } from './command.js';
import { findMember } from './find-member.js';

export const lookUpCommand: Command = {
  words: ['查', '查询'],
  role: 'operator',
  usage: '查 <昵称或客户ID>',
  does: '看一位成员的层级、活跃和消费',
  needsArgument: true,
  async run({ db, engine, clock, argument }) {
    const found = await findMember(db.read, argument);
    if ('words' in found) return { text: found.words };
    const on = await engine.circumstances();
    const [one] = await lookedFor(db.read, [found.member], on, clock.now());
    if (!one) return { text: `没有找到「${argument}」。` };
    const { state, tier, stage } = one.stored;
    const { values } = one.decision;
    const groups = await stores.groups.all(db.read);
    const names = one.memberships
      .map(({ group }) => groups.find((known) => known.id === group)?.name ?? '')
      .filter(Boolean);
    const tags = [...one.tags].filter(([, tag]) => tag.want).map(([name]) => name);
    const next = nextTier(on.ruleset, tier ?? '');
    const step = next ? nextStepWords(waysInto(next, one, on.ruleset), next.label.zh) : null;
    const text = [
      `${state.name || '未命名'}（#${one.id}）`,
      `层级：${tierOf(on.ruleset, tier)?.label.zh ?? '—'}${state.tierLock ? '（已锁定）' : ''}\u3000阶段：${stages.find((known) => known.key === stage)?.label.zh ?? '—'}`,
      `好友：${state.isContact ? '是' : '否'}\u3000退订：${state.optedOut ? '是' : '否'}\u3000最近出现：${state.lastSeenDay === null ? '从未' : isoDay(state.lastSeenDay)}`,
      `近30天发言 ${String(values['messages_30d'])} 条，累计订单 ${String(values['orders_total'])} 笔，消费 ${(Number(values['spend_total_cents']) / 100).toFixed(2)} 元`,
      `群：${names.join('、') || '无'}`,
      `标签：${tags.join('、') || '无'}`,
      ...(step ? [`下一步：${step}`] : []),
    ].join('\n');
    return { text };
  },
};
