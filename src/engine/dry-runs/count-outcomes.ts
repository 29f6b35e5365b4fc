import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import type { Moment } from '../../features/run.js';
import type { Sql } from '../../platform/database/sql.js';
import { loadEvaluations } from '../load-evaluations.js';
import type { DryRun, DryRunSample } from './dry-run.js';

export interface Verdict {
  readonly outcome: string;
  readonly sample: Omit<DryRunSample, 'member' | 'outcome'> | null;
}

/** At most this many members are evaluated, to keep a dry run short. Beyond them there is only the count of the SQL. */
export const MOST_EVALUATED = 5_000;
const MOST_SAMPLES = 20;
/** Evaluating keeps the processor busy, so other work gets a turn after this many members. */
const AT_ONCE = 100;

/** Evaluates the found members under the proposal, one by one as the engine does it, and counts their outcomes. */
export async function countOutcomes(
  sql: Sql,
  ids: readonly MemberId[],
  { context, now }: Moment,
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
    await new Promise((resume) => setImmediate(resume));
  }
  return { outcomes, samples };
}

const memberOf = ({ id, stored: { state } }: Evaluation): DryRunSample['member'] => ({
  id,
  name: state.name,
  externalUserId: state.externalUserId,
});
