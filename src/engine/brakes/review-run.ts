import type { Context } from '../../domain/context.js';
import { dayOf, type Day } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import { tierOf, type Ruleset } from '../../domain/ruleset.js';
import { markSeen } from '../../features/ruleset/unseen-ruleset.js';
import { brakeReasons, defaultBrakes, isMoveByRules, type BrakeReason } from '../../domain/tiers/brakes.js';
import { estimateMessages } from '../../features/messages/launch-estimate.js';
import { unanswered } from '../../features/messages/plan-messages.js';
import { memberStore } from '../../features/members/member.store.js';
import type { Run } from '../../features/run.js';
import { taskStore } from '../../features/tasks/task.store.js';
import { messageStore } from '../../outbox/message.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { loadEvaluations } from '../load-evaluations.js';
import { brakeStore, type BrakeFigures } from './brake.store.js';

const EVALUATED_AT_ONCE = 500;

/** The members whom a review would move or write to. They are left as they are until the review knows how many they are. */
export class DeferredMembers {
  private readonly members = new Map<MemberId, { readonly from: string; readonly to: string } | null>();
  private readonly addressed = new Set<MemberId>();
  /** A batch that fails is tried again in parts. */
  private passed = 0;

  /** `harmless`: so many members of a review that is done with one batch break no limit, and are not deferred. */
  constructor(private readonly harmless: number) {}

  /** The evaluations without those of the deferred members. */
  readonly sift = (evaluations: readonly Evaluation[]): readonly Evaluation[] => {
    const concerned = evaluations.filter(
      ({ decision, occasions }) => isMoveByRules(decision.tier) || occasions.length > 0,
    );
    if (concerned.length + this.passed <= this.harmless) {
      this.passed += concerned.length;
      return evaluations;
    }
    for (const evaluation of concerned) this.take(evaluation);
    return evaluations.filter(({ id }) => !this.members.has(id));
  };

  private take({ id, decision, occasions }: Evaluation): void {
    const { verdict } = decision.tier;
    const isMoved = isMoveByRules(decision.tier) && verdict.kind === 'entered';
    this.members.set(id, isMoved ? { from: verdict.from ?? '', to: verdict.to } : null);
    if (occasions.length > 0) this.addressed.add(id);
  }

  get ids(): readonly MemberId[] {
    return [...this.members.keys()];
  }

  get moves(): BrakeFigures['moves'] {
    const counts = new Map<string, Map<string, number>>();
    for (const move of this.members.values()) {
      if (!move) continue;
      const ofTier = counts.get(move.from) ?? new Map<string, number>();
      counts.set(move.from, ofTier.set(move.to, (ofTier.get(move.to) ?? 0) + 1));
    }
    return [...counts].flatMap(([from, ofTier]) => [...ofTier].map(([to, n]) => ({ from, to, n })));
  }

  /** How many would be written to; only as exact as it has to be to compare it with the limit. */
  async countWrittenTo(sql: Sql, context: Context, now: number): Promise<number> {
    const limit = (context.ruleset.brakes ?? defaultBrakes).writtenTo;
    if (this.addressed.size <= limit) return this.addressed.size;
    const ids = [...this.addressed];
    let written = 0;
    for (let start = 0; start < ids.length; start += EVALUATED_AT_ONCE) {
      const part = ids.slice(start, start + EVALUATED_AT_ONCE);
      const earlier = await messageStore.earlierMessages(sql, part);
      const evaluations = await loadEvaluations(sql, part, context, now);
      const messages = evaluations.flatMap((evaluation) =>
        unanswered(evaluation.occasions, earlier.get(evaluation.id), now).map((occasion) => ({
          ...{ evaluation, occasion },
          invites: true,
        })),
      );
      written += (await estimateMessages({ tx: sql, context, now }, messages)).receivers;
    }
    return written;
  }
}

/** What the review would do, with the reasons to stop it. */
export async function figuresOf(
  sql: Sql,
  deferred: DeferredMembers,
  context: Context,
  now: number,
): Promise<BrakeFigures> {
  const { moves } = deferred;
  const writtenTo = await deferred.countWrittenTo(sql, context, now);
  const sizes = moves.length === 0 ? new Map<string, number>() : await memberStore.tierSizes(sql);
  const reasons = brakeReasons({ moves, sizes, writtenTo }, context.ruleset.brakes ?? defaultBrakes);
  return { moves, writtenTo, reasons };
}

/** Stores that the review waits, and asks the operators. */
export async function stopRun({ tx, context, now }: Run, figures: BrakeFigures): Promise<void> {
  const { version } = context.ruleset;
  const day = dayOf(now, context.timeZone);
  await dropStops({ tx, now });
  const task = await taskStore.createOne(
    tx,
    {
      key: `large_run:${version}:${day}:${now}`,
      kind: 'large_run',
      staff: '',
      ...{ member: null, group: null, move: null, dueAt: null },
      text: textOf(figures, context),
    },
    now,
  );
  await brakeStore.stop(tx, { rulesetVersion: version, day, figures, task }, now);
}

/** The review may go on: the rules count as seen, and what waited before does not any more. */
export async function passRun(run: Pick<Run, 'tx' | 'now'>): Promise<void> {
  await dropStops(run);
  await markSeen(run.tx);
}

async function dropStops({ tx, now }: Pick<Run, 'tx' | 'now'>): Promise<void> {
  for (const task of await brakeStore.dropAll(tx))
    await taskStore.closeAnswered(tx, task, { state: 'cancelled', by: '', at: now });
}

export type RunState =
  /** `hasStop`: one of another day, or of other rules, is still open. */
  | { readonly kind: 'free'; readonly hasStop: boolean }
  /** A stop of this day waits for a person. */
  | { readonly kind: 'waits' }
  /** Somebody has said yes. */
  | { readonly kind: 'allowed'; readonly id: number };

export async function stateOfRun(sql: Sql, version: number, today: Day): Promise<RunState> {
  const stop = await brakeStore.open(sql);
  // A new day, and other rules, have figures of their own.
  if (stop?.day !== today || stop.rulesetVersion !== version) return { kind: 'free', hasStop: stop !== null };
  return stop.state === 'allowed' ? { kind: 'allowed', id: stop.id } : { kind: 'waits' };
}

/** So few members can break no limit, whatever becomes of them. */
export function mostWithoutBrakes({ brakes = defaultBrakes }: Pick<Ruleset, 'brakes'>): number {
  return Math.min(brakes.movedAtLeast - 1, brakes.writtenTo);
}

function textOf({ moves, reasons, writtenTo }: BrakeFigures, { ruleset }: Context): string {
  const label = (key: string): string => tierOf(ruleset, key)?.label.zh ?? key;
  const why = reasons.map((reason) => reasonText(reason, label)).join('；');
  const flows = moves.map(({ from, to, n }) => `${label(from)}→${label(to)} ${n} 人`).join('、');
  const what = [flows === '' ? '' : `换层：${flows}。`, `会写给 ${writtenTo} 人。`].join('');
  return `这次评估要改动很多人，已先停下，谁都没有动：${why}。${what}同意后一分钟内执行；不同意就保持原样。`;
}

const reasonText = (reason: BrakeReason, label: (key: string) => string): string =>
  reason.kind === 'moved'
    ? `「${label(reason.tier)}」${reason.of} 人中有 ${reason.n} 人要离开`
    : `要写给 ${reason.n} 人`;
