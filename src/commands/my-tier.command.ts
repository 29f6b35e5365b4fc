import type { Circumstances } from '../domain/context.js';
import { isoDay, dayOf } from '../domain/day.js';
import type { Looked } from '../domain/evaluate.js';
import { tierOf } from '../domain/ruleset.js';
import { nextStepWords, stayStepWords } from '../domain/tiers/next-step.js';
import { lookedFor } from '../engine/load-evaluations.js';
import { nextTier, waysInto, waysToStay } from '../features/messages/template-values.js';
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
    return { text: standingWords(one, on), isPrivate: true };
  },
};

/** No name: in private it is plain who is meant, and in the group the mention says it. */
function standingWords(one: Looked, on: Circumstances): string {
  const tier = tierOf(on.ruleset, one.stored.tier ?? String(one.decision.values['tier'])) ?? on.ruleset.tiers[0];
  if (!tier) return '还没有等级。';
  const next = nextTier(on.ruleset, tier.key);
  const steps = [
    graceWords(one, on),
    one.stored.graceUntil === null ? null : stayStepWords(waysToStay(tier, one, on.ruleset), tier.label.zh),
    next ? nextStepWords(waysInto(next, one, on.ruleset), next.label.zh) : '已经是最高等级，谢谢一路陪伴',
  ];
  return [`你现在是「${tier.label.zh}」`, ...steps.filter((step) => step !== null)].map((step) => `${step}。`).join('');
}

function graceWords({ stored }: Looked, on: Circumstances): string | null {
  if (stored.graceUntil === null) return null;
  const [, month, day] = isoDay(dayOf(stored.graceUntil, on.timeZone)).split('-');
  return `这个等级先为你留到 ${Number(month)} 月 ${Number(day)} 日`;
}
