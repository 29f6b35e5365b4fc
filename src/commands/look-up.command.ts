import { isoDay } from '../domain/day.js';
import { tierOf } from '../domain/ruleset.js';
import { stages } from '../domain/stages/stage-policy.js';
import { nextStepWords } from '../domain/tiers/next-step.js';
import { plainName } from '../domain/shown-name.js';
import { loadEvaluations } from '../engine/load-evaluations.js';
import { nextTier, waysInto } from '../features/messages/template-values.js';
import { groupStore } from '../features/groups/group.store.js';
import { money } from '../insights/words/value-words.js';
import type { Command } from './command.js';
import { findMemberByName, notFound, shownName } from './find-member.js';

export const lookUpCommand: Command = {
  words: ['查', '查询', 'find', 'who', 'look up'],
  role: 'operator',
  usage: '查 <昵称或客户ID>',
  does: '看一位成员的层级、活跃和消费',
  needsArgument: true,
  async run(invocation) {
    const { db, engine, clock } = invocation;
    const found = await findMemberByName(invocation, '查');
    if ('words' in found) return notFound(found);
    const context = await engine.context();
    const [evaluation] = await loadEvaluations(db.read, [found.member], context, clock.now());
    if (!evaluation) return { text: `${found.displayName} 的资料还没有算好，请稍后再查。` };
    const { state, tier, stage } = evaluation.stored;
    const { values } = evaluation.decision;
    const groups = await groupStore.all(db.read);
    const names = evaluation.memberships
      .map(({ group }) => groups.find((known) => known.id === group)?.name ?? '')
      .filter(Boolean);
    const tags = [...evaluation.tags].filter(([, tag]) => tag.want).map(([name]) => name);
    const next = nextTier(context.ruleset, tier ?? '');
    const step = next ? nextStepWords(waysInto(next, evaluation, context.ruleset), next.label.zh) : null;
    const text = [
      `${shownName(state.name)}（#${evaluation.id}）`,
      `层级：${tierOf(context.ruleset, tier)?.label.zh ?? '—'}${state.tierLock ? '（已锁定）' : ''}\u3000阶段：${stages.find((known) => known.key === stage)?.label.zh ?? '—'}`,
      `好友：${state.isContact ? '是' : '否'}\u3000退订：${state.optedOut ? '是' : '否'}\u3000最近出现：${state.lastSeenDay === null ? '从未' : isoDay(state.lastSeenDay)}`,
      `近30天发言 ${String(values['messages_30d'])} 条，累计订单 ${String(values['orders_total'])} 笔，消费 ${money(Number(values['spend_total_cents']))}`,
      `群：${names.map(plainName).join('、') || '无'}`,
      `标签：${tags.map(plainName).join('、') || '无'}`,
      ...(step ? [`下一步：${step}`] : []),
    ].join('\n');
    return { text };
  },
};
