import type { Context } from '../../domain/context.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import type { Sql } from '../../platform/database/sql.js';
import { loadEvaluations } from '../load-evaluations.js';
import type { DryRun, DryRunSample } from './dry-run.js';

export interface Verdict {
  readonly outcome: string;
  readonly sample: Omit<DryRunSample, 'member' | 'outcome'> | null;
}

/** Beyond this many the finder's count must do: a dry run is a question, not a night's work. */
export const MOST_JUDGED = 5_000;
const MOST_SAMPLES = 20;
/** Judging keeps the processor busy: other work has its turn after so many members. */
const AT_ONCE = 100;

/** Evaluates the found members under the proposal, one by one as the engine would, and counts what would become of them. */
export async function judgeMembers(
  sql: Sql,
  ids: readonly MemberId[],
  { context, now }: { readonly context: Context; readonly now: number },
  verdictsOn: (evaluation: Evaluation) => readonly Verdict[],
): Promise<Pick<DryRun, 'outcomes' | 'samples'>> {
  const outcomes: Record<string, number> = {};
  const samples: DryRunSample[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    for (const evaluation of await loadEvaluations(sql, ids.slice(start, start + AT_ONCE), context, now)) {
      for (const { outcome, sample } of verdictsOn(evaluation)) {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        if (sample && samples.length < MOST_SAMPLES) samples.push({ member: memberOf(evaluation), outcome, ...sample });
      }
    }
    await new Promise((othersHadTheirTurn) => setImmediate(othersHadTheirTurn));
  }
  return { outcomes, samples };
}

const memberOf = ({ id, stored: { state } }: Evaluation): DryRunSample['member'] => ({
  id,
  name: state.name,
  externalUserId: state.externalUserId,
});
