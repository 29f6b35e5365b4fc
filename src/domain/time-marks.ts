import { assertNever } from './assert-never.js';
import type { Campaign } from './messages/index.js';
import type { MetricDefinition } from './metrics/index.js';
import { ownDayColumn } from './metrics/own-metrics.js';
import type { RfmModel } from './layers/rfm.js';
import type { CompiledScore, Vocabulary } from './rules/index.js';
import type { Condition, Value } from './rules/condition.js';
import type { RulesetWithCampaigns } from './ruleset-with-campaigns.js';
import type { StageThresholds } from './stages/stage-policy.js';
import { conditionsOfSeries, noSeries } from './series/series.js';
import { definitionOf } from './triggers/read-triggers.js';

/**
 * At which ages of which dates the rules decide otherwise than a day before: `days_since_last_seen <= 30` decides otherwise
 * on the day on which 31 days have passed since `last_seen_day`.
 */
export interface TimeMarks {
  /** By day column of `member_metrics`: the ages in days. */
  readonly ages: ReadonlyMap<string, readonly number[]>;
  /** Day columns whose age is calculated with, or compared with another figure: any day may decide otherwise. */
  readonly everyDay: ReadonlySet<string>;
}

const marksOfRulesets = new WeakMap<RulesetWithCampaigns, TimeMarks>();

/** What decides: the rules with the campaigns, and the metrics that they may name, an admin's own among them. */
export interface MarkedRules {
  readonly ruleset: RulesetWithCampaigns;
  readonly vocabulary: Pick<Vocabulary, 'metrics'>;
}

/** The time marks of all rules and campaigns together. Cached per ruleset, which is immutable. */
export function timeMarksOf(rules: MarkedRules): TimeMarks {
  let marks = marksOfRulesets.get(rules.ruleset);
  if (!marks) marksOfRulesets.set(rules.ruleset, (marks = collectMarks(rules)));
  return marks;
}

function collectMarks({ ruleset, vocabulary }: MarkedRules): TimeMarks {
  const { tiers, tags, stages, layers, campaigns, series = noSeries } = ruleset;
  const collector = new MarkCollector(vocabulary.metrics);
  for (const { enter, stay } of tiers) for (const rule of [enter, stay]) if (rule) collector.condition(rule.condition);
  for (const { when, keep } of tags) for (const rule of [when, keep]) if (rule) collector.condition(rule.condition);
  for (const campaign of campaigns) collector.campaign(campaign);
  for (const { condition } of conditionsOfSeries(series)) collector.condition(condition);
  collector.stages(stages);
  collector.rfm(layers.rfm);
  for (const { when } of layers.argo) collector.condition(when.condition);
  collector.score(layers.keyMembers.score);
  return collector.marks;
}

class MarkCollector {
  private readonly ages = new Map<string, Set<number>>();
  private readonly everyDay = new Set<string>();

  constructor(private readonly metrics: Vocabulary['metrics']) {}

  get marks(): TimeMarks {
    const sorted = [...this.ages].map(([column, ages]) => [column, [...ages].sort((a, b) => a - b)] as const);
    return { ages: new Map(sorted), everyDay: this.everyDay };
  }

  campaign({ trigger, audience, rule }: Campaign): void {
    for (const watched of [audience, rule]) if (watched) this.condition(watched.condition);
    for (const { column, days } of definitionOf(trigger).agesOf?.(trigger) ?? []) this.age(column, days);
  }

  /** Without a day on which they were seen, the silence of a member is counted from the day on which they joined. */
  stages({ newDays, dozingDays, asleepDays, lostDays }: StageThresholds): void {
    for (const days of [dozingDays, asleepDays, lostDays]) {
      this.age('last_seen_day', days);
      this.age('joined_day', days);
    }
    this.age('joined_day', newDays + 1);
  }

  condition(condition: Condition): void {
    switch (condition.kind) {
      // A date does not become known or unknown by itself.
      case 'always':
      case 'flag':
      case 'empty':
      case 'tagged':
        return;
      case 'segment':
        return this.condition(condition.segment.condition);
      case 'compare':
        return this.compared(condition.left, condition.right);
      case 'oneOf':
        for (const item of condition.list) this.compared(condition.value, constantOf(item));
        return;
      case 'text':
        return this.value(condition.value);
      case 'not':
        return this.condition(condition.part);
      case 'all':
      case 'any':
        condition.parts.forEach((part) => this.condition(part));
        return;
      case 'choose':
        [condition.when, condition.then, condition.otherwise].forEach((part) => this.condition(part));
        return;
      default:
        return assertNever(condition);
    }
  }

  /** A figure that recency, frequency or money counts is compared with each of its bounds. */
  rfm({ recency, frequency, money }: RfmModel): void {
    for (const { metric, bounds } of [recency, frequency, money]) {
      const read = this.metrics.get(metric);
      if (read) for (const bound of bounds) this.compared(valueOf(read), constantOf(bound));
    }
  }

  score({ metrics }: CompiledScore): void {
    for (const name of metrics) {
      const read = this.metrics.get(name);
      if (read) this.value(valueOf(read));
    }
  }

  private compared(left: Value, right: Value): void {
    for (const [side, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const aging = side.kind === 'metric' ? agingOf(side.metric) : null;
      if (aging?.kind === 'grows' && other.kind === 'constant' && typeof other.value === 'number') {
        // On the one day a comparison with >=, < or == changes, on the other one with >, <=, == or !=.
        this.age(aging.column, aging.ageAt0 + other.value);
        this.age(aging.column, aging.ageAt0 + other.value + 1);
      } else this.value(side);
    }
  }

  /** A value that is calculated with, or compared with anything but a number. */
  private value(value: Value): void {
    switch (value.kind) {
      case 'constant':
        return;
      case 'metric': {
        const aging = agingOf(value.metric);
        if (aging?.kind === 'grows') this.everyDay.add(aging.column);
        if (aging?.kind === 'ends') this.age(aging.column, aging.age);
        return;
      }
      case 'arithmetic':
        this.value(value.left);
        this.value(value.right);
        return;
      case 'choice':
        this.condition(value.when);
        this.value(value.then);
        this.value(value.otherwise);
        return;
      default:
        return assertNever(value);
    }
  }

  private age(column: string, days: number): void {
    const ages = this.ages.get(column) ?? new Set<number>();
    this.ages.set(column, ages.add(days));
  }
}

const constantOf = (value: number | string): Value =>
  typeof value === 'number' ? { kind: 'constant', type: 'int', value } : { kind: 'constant', type: 'string', value };
const valueOf = (metric: MetricDefinition): Value => ({ kind: 'metric', type: metric.type, metric });

/** How a figure changes while days pass: it grows by one a day, or it ends when a day has this age. */
type Aging =
  | { readonly kind: 'grows'; readonly column: string; readonly ageAt0: number }
  | { readonly kind: 'ends'; readonly column: string; readonly age: number };

/** Null for metrics that no passing day changes. */
function agingOf({ read }: MetricDefinition): Aging | null {
  if ('daysSince' in read) return { kind: 'grows', column: read.daysSince, ageAt0: 0 };
  if ('ownDay' in read) return { kind: 'grows', column: ownDayColumn(read.ownDay), ageAt0: 0 };
  if ('missedSince' in read) return { kind: 'grows', column: read.missedSince, ageAt0: 1 };
  if ('runOf' in read) return { kind: 'ends', column: read.until, age: 2 };
  // Sums change when a day leaves their window, and figures of the corp when they are computed; both have ways of their own.
  if ('column' in read || 'corp' in read || 'own' in read) return null;
  return assertNever(read);
}
