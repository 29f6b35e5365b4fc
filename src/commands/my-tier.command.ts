import type { Context } from '../domain/context.js';
import { isoDay, dayOf } from '../domain/day.js';
import type { Evaluation } from '../domain/evaluate.js';
import { tierOf } from '../domain/ruleset.js';
import { nextStepWords, stayStepWords } from '../domain/tiers/next-step.js';
import { loadEvaluations } from '../engine/load-evaluations.js';
import { nextTier, waysInto, waysToStay } from '../features/messages/template-values.js';
import { EVERYWHERE, type MemberCommand } from './command.js';

export const myTierCommand: MemberCommand = {
  id: 'my_tier',
  where: EVERYWHERE,
  words: ['我的等级', '我的层级'],
  role: 'member',
  usage: '我的等级',
  does: '看自己现在的等级，和离下一级还差什么',
  needsArgument: false,
  async run({ db, engine, clock, member }) {
    const context = await engine.context();
    const [evaluation] = member === null ? [] : await loadEvaluations(db.read, [member], context, clock.now());
    if (!evaluation) return { text: '还没有你的记录，在群里聊几句就有啦。' };
    return { text: standingWords(evaluation, context), isPrivate: true };
  },
};

/** Contains no name: a direct message needs none, and in a group the member is mentioned. */
function standingWords(evaluation: Evaluation, context: Context): string {
  const tier =
    tierOf(context.ruleset, evaluation.stored.tier ?? String(evaluation.decision.values['tier'])) ??
    context.ruleset.tiers[0];
  if (!tier) return '还没有等级。';
  const next = nextTier(context.ruleset, tier.key);
  const steps = [
    graceWords(evaluation, context),
    evaluation.stored.graceUntil === null
      ? null
      : stayStepWords(waysToStay(tier, evaluation, context.ruleset), tier.label.zh),
    next ? nextStepWords(waysInto(next, evaluation, context.ruleset), next.label.zh) : '已经是最高等级，谢谢一路陪伴',
  ];
  return [`你现在是「${tier.label.zh}」`, ...steps.filter((step) => step !== null)].map((step) => `${step}。`).join('');
}

function graceWords({ stored }: Evaluation, context: Context): string | null {
  if (stored.graceUntil === null) return null;
  const [, month, day] = isoDay(dayOf(stored.graceUntil, context.timeZone)).split('-');
  return `这个等级先为你留到 ${Number(month)} 月 ${Number(day)} 日`;
}
