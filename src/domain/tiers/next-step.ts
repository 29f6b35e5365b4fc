import { conditionsOf, type CompiledRule, type TracePart } from '../rules/index.js';
import type { MetricValues } from '../metrics/index.js';

export interface Missing {
  readonly metric: string;
  readonly shortfall: number;
}

/** What is missing to a rule by its shortest way: counts to be raised. Null when it holds, or counts alone cannot do it. */
export function missingTo(
  rule: CompiledRule,
  values: MetricValues,
  tags: ReadonlySet<string>,
): readonly Missing[] | null {
  const trace = rule.explain(values, tags);
  return trace.holds ? null : missing(trace.root);
}

function missing(part: TracePart): readonly Missing[] | null {
  if (part.holds) return [];
  if ('join' in part) {
    const ways = part.parts.map(missing);
    if (part.join === 'all') return ways.every((way) => way !== null) ? ways.flat() : null;
    return ways.filter((way) => way !== null).sort((a, b) => weight(a) - weight(b))[0] ?? null;
  }
  const [value] = conditionsOf(part).flatMap((condition) => condition.values);
  const bound = value?.bound;
  if (!value || !bound || typeof bound.value !== 'number' || typeof value.have !== 'number') return null;
  if (bound.op === '>=') return [{ metric: value.metric, shortfall: bound.value - value.have }];
  if (bound.op === '>') return [{ metric: value.metric, shortfall: bound.value - value.have + 1 }];
  return null;
}

const weight = (way: readonly Missing[]): number =>
  way.reduce((sum, { shortfall }) => sum + shortfall, way.length * 1_000);

const words: Readonly<Record<string, (n: number) => string>> = {
  orders_total: (n) => `再下${n}单`,
  orders_90d: (n) => `再下${n}单`,
  orders_30d: (n) => `再下${n}单`,
  messages_total: (n) => `再聊${n}句`,
  messages_30d: (n) => `再聊${n}句`,
  active_days_30d: (n) => `再来${n}天`,
  checkins_total: (n) => `再打卡${n}次`,
  checkins_30d: (n) => `再打卡${n}次`,
  invites_total: (n) => `再邀请${n}位朋友`,
  spend_90d_cents: (n) => `再消费${Math.ceil(n / 100)}元`,
  spend_total_cents: (n) => `再消费${Math.ceil(n / 100)}元`,
};

/** 再下1单，就是会员; null when what is missing cannot be said in counts. */
export function nextStepWords(way: readonly Missing[] | null, tierLabel: string): string | null {
  if (!way || way.length === 0) return null;
  const steps = way.map(({ metric, shortfall }) => words[metric]?.(shortfall));
  return steps.every((step) => step !== undefined) ? `${steps.join('、')}，就是${tierLabel}` : null;
}

/** One thing away, and one of it. */
export const isOneStep = (way: readonly Missing[] | null): boolean => way?.length === 1 && way[0]!.shortfall === 1;
