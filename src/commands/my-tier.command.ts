import { tierOf } from '../domain/ruleset.js';
import { missingTo, nextStepWords } from '../domain/tiers/next-step.js';
import { lookedFor } from '../engine/looked-for.js';
import { nameToCall } from '../domain/messages/index.js';
import type { Command } from './command.js';

export const myTierCommand: Command = {
  words: ['我的等级', '我的层级'],
  role: 'member',
  usage: '我的等级',
  does: '看自己现在的等级，和离下一级还差什么',
  needsArgument: false,
  async run({ db, engine, clock, member }) {
    const on = await engine.circumstances();
    const [one] = member === null ? [] : await lookedFor(db.read, [member], on, clock.now());
    if (!one) return { text: '还没有你的记录，在群里聊几句就有啦。' };
    const tier = tierOf(on.ruleset, one.stored.tier ?? String(one.decision.values['tier']));
    const next = on.ruleset.tiers[on.ruleset.tiers.findIndex((known) => known.key === tier?.key) + 1];
    const step = next?.enter
      ? nextStepWords(missingTo(next.enter, one.decision.values, one.decision.tagNames), next.label.zh)
      : null;
    const rest = !next
      ? '已经是最高等级，谢谢一路陪伴。'
      : step
        ? `${step}。`
        : `多来聊聊，下一级是「${next.label.zh}」。`;
    return { text: `${nameToCall(one.stored.state.name)}，你现在是「${tier?.label.zh ?? '潜在'}」。${rest}` };
  },
};
