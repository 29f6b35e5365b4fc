import type { BecauseValue } from '../domain/because.js';
import type { Context } from '../domain/context.js';
import { isoDay, dayOf } from '../domain/day.js';
import { shownTierOf, type Evaluation } from '../domain/evaluate.js';
import { conditionsOf } from '../domain/rules/index.js';
import type { TierRules } from '../domain/ruleset.js';
import { isUnheard, nextStepWords, stayStepWords } from '../domain/tiers/next-step.js';
import { loadEvaluations } from '../engine/load-evaluations.js';
import { nextTier, waysInto, waysToStay } from '../features/messages/template-values.js';
import { isForMembers } from '../insights/words/member-decision-words.js';
import { asTierLabel, lockedTierWords } from '../insights/words/tier-words.js';
import { becauseValueWords } from '../insights/words/value-words.js';
import { EVERYWHERE, type MemberCommand } from './command.js';
import { unknownMember } from './unknown-member.js';

const FIGURES_SHOWN = 3;

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
    if (!evaluation) return unknownMember;
    return { text: standingWords(evaluation, context), isPrivate: true };
  },
};

/** Contains no name: a direct message needs none, and in a group the member is mentioned. */
function standingWords(evaluation: Evaluation, context: Context): string {
  const tier = shownTierOf(evaluation, context.ruleset);
  if (!tier) return '还没有等级。';
  const next = nextTier(context.ruleset, tier.key);
  const steps = [
    figuresWords(evaluation, next ?? tier, context),
    graceWords(evaluation, context),
    stayWords(evaluation, tier, context),
    next ? nextStepWords(waysInto(next, evaluation, context.ruleset), next.label.zh) : '已经是最高等级，谢谢一路陪伴',
  ];
  const standing = `你现在是「${tier.label.zh}」。`;
  if (evaluation.stored.state.tierLock !== null) return `${standing}${lockedTierWords.zh}`;
  return standing + steps.flatMap((step) => (step === null ? [] : `${step}。`)).join('');
}

/** The figures that the rule of a tier asks for. */
function figuresWords(evaluation: Evaluation, { enter }: TierRules, { ruleset }: Context): string | null {
  const { decision } = evaluation;
  if (enter === null) return null;
  const { root } = enter.explain(decision.values, decision.tagNames);
  const asked = new Set(conditionsOf(root).flatMap(({ values }) => values.map(({ metric }) => metric)));
  // How long ago the member was seen says nothing to somebody who writes now.
  const shown = [...asked].filter(
    (metric) => isForMembers(metric) && !metric.startsWith('days_since_') && !isUnheard(metric, decision.values),
  );
  const figures = shown.map((metric): BecauseValue => ({
    metric,
    have: decision.values[metric] ?? null,
  }));
  const words = becauseValueWords(figures, asTierLabel(ruleset), FIGURES_SHOWN);
  return words.length === 0 ? null : `目前：${words.map(({ zh }) => zh).join('，')}`;
}

/** Null in the lowest tier, which nobody leaves downwards. */
function stayWords(evaluation: Evaluation, tier: TierRules, { ruleset }: Context): string | null {
  if (tier.enter === null || tier === ruleset.tiers[0]) return null;
  const ways = waysToStay(tier, evaluation, ruleset);
  const isInGrace = evaluation.stored.graceUntil !== null;
  return stayStepWords(ways, tier.label.zh) ?? (isInGrace ? null : `留在「${tier.label.zh}」的条件，你现在都满足`);
}

function graceWords({ stored }: Evaluation, context: Context): string | null {
  if (stored.graceUntil === null) return null;
  const [, month, day] = isoDay(dayOf(stored.graceUntil, context.timeZone)).split('-');
  return `这个等级先为你留到 ${Number(month)} 月 ${Number(day)} 日`;
}
