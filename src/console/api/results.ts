import { DAY_MS } from '../../domain/day.js';
import { variantOfArm } from '../../domain/experiments/draw.js';
import { windowsOf, type Measure } from '../../domain/experiments/outcomes.js';
import { periodsOf, type Period } from '../../domain/experiments/periods.js';
import { plannedSizes, USUAL_DIFFERENCE } from '../../domain/experiments/plan.js';
import { resultsOf, type Planned } from '../../domain/experiments/results.js';
import type { Template } from '../../domain/messages/index.js';
import { experimentPlanStore } from '../../features/experiments/experiment-plan.store.js';
import type { TemplatesService } from '../../features/templates/templates.service.js';
import { templateStore } from '../../features/templates/template.store.js';
import {
  countByArm,
  countSent,
  globalDrawSince,
  rateBefore,
  type CountedSpan,
} from '../../insights/experiment-counts.js';
import type { Sql } from '../../platform/database/sql.js';

/** Where nothing is known of what happens anyway. */
const UNKNOWN_RATE = 0.1;

/** What all campaigns together are measured by. */
const globalMeasure: Measure = { goal: 'return', withinDays: 7 };

export interface Comparing {
  readonly sql: Sql;
  readonly templates: Pick<TemplatesService, 'check'>;
  readonly now: number;
}

interface Measured {
  readonly name: string;
  readonly kind: string;
  readonly template: Template;
  readonly periods: readonly Period[];
}

/** A template with the times that may be compared; null when there is none of this key, or when it does not compile. */
export async function measuredTemplate({ sql, templates }: Comparing, key: string): Promise<Measured | null> {
  const row = await templateStore.read(sql, key);
  if (row === null) return null;
  const current = templates.check(row.text);
  if (!current.ok) return null;
  const versions = (await templateStore.versions(sql, key)).map(({ version, savedAt, text }) => {
    const check = text === row.text ? current : templates.check(text);
    return { version, savedAt, template: check.ok ? check.template : null };
  });
  return { name: row.name, kind: row.kind, template: current.template, periods: periodsOf(versions) };
}

interface PlanInView {
  readonly baseRate: number;
  readonly difference: number;
  readonly sizes: Planned;
  /** Null: the default, which nobody asked for. */
  readonly madeBy: string | null;
  readonly madeAt: number | null;
}

/** The size asked for, and since when people count. */
async function planOf(
  sql: Sql,
  {
    campaign,
    goal,
    ...span
  }: Omit<CountedSpan, 'campaign'> & { readonly campaign: string; readonly goal: Measure['goal'] },
  heldOut: number,
): Promise<PlanInView> {
  const stored = await experimentPlanStore.latest(sql, campaign, span);
  if (stored !== null) return stored;
  const baseRate = (await rateBefore(sql, { campaign, ...span }, goal)) ?? UNKNOWN_RATE;
  const question = { baseRate, difference: USUAL_DIFFERENCE };
  return { ...question, sizes: plannedSizes(question, { heldOut }), madeBy: null, madeAt: null };
}

const daysBetween = (from: number, until: number): number => Math.max(1, Math.ceil((until - from) / DAY_MS));

/** What a campaign's arms show in one of its times; null when it never had as many. */
export async function campaignResults(
  { sql, now }: Comparing,
  { name, kind, template, periods }: Measured,
  index: number,
) {
  const period = periods[index];
  if (period === undefined) return null;
  const { key, measure } = template;
  const windows = windowsOf(measure);
  const until = period.until ?? now + 1;
  const span = { campaign: key, from: period.from, until, windows };
  const plan = await planOf(sql, { ...span, goal: measure.goal }, period.holdoutPercent / 100);
  const from = plan.madeAt ?? period.from;
  const counted = { ...span, from };
  const days = await countByArm(sql, counted, now);
  const { variants } = period;
  const daysSoFar = daysBetween(from, until);
  const results = resultsOf({ days, goal: measure.goal, planned: plan.sizes, variants, daysSoFar });
  return {
    ...{ key, name, kind, ...measure, windows, periods, period: index, from, daysSoFar, plan },
    arms: results.arms.map((arm) => ({ ...arm, variant: variantOfArm(arm.arm) })),
    lift: results.lift,
    variants: results.variants,
    sent: await countSent(sql, counted, now),
  };
}

/** What all campaigns together are worth, beside those who get none. */
export async function globalResults({ sql, now }: Comparing, percent: number) {
  const from = await globalDrawSince(sql);
  if (from === null) return { percent, from: null, lift: null };
  const windows = windowsOf(globalMeasure);
  const span = { campaign: null, from, until: now + 1, windows };
  const baseRate = (await rateBefore(sql, span, globalMeasure.goal)) ?? UNKNOWN_RATE;
  const question = { baseRate, difference: USUAL_DIFFERENCE };
  const plan = { ...question, sizes: plannedSizes(question, { heldOut: percent / 100 }), madeBy: null, madeAt: null };
  const days = (await countByArm(sql, span, now)).map((day) =>
    day.arm === 'global_holdout' ? day : { ...day, arm: 'variant:all' },
  );
  const daysSoFar = daysBetween(from, now);
  const { lift, arms } = resultsOf({
    ...{ days, goal: globalMeasure.goal, daysSoFar },
    planned: plan.sizes,
    variants: ['all'],
  });
  return { percent, ...globalMeasure, windows, from, daysSoFar, plan, arms, lift };
}
