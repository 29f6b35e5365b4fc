import type { Circumstances } from '../../domain/context.js';
import type { Looked } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import { lookedFor } from '../../engine/load-evaluations.js';
import { memberName } from '../../insights/names.js';
import type { Sql } from '../../platform/database/sql.js';
import { AT_ONCE, MOST_SAMPLES, type DryRunSample } from './dry-run-report.js';

export interface Verdict {
  readonly outcome: string;
  readonly sample: Omit<DryRunSample, 'member' | 'outcome'> | null;
}

/** Holds found members against the proposal, one by one as the engine would, and counts what would become of them. */
export async function judge(
  sql: Sql,
  ids: readonly MemberId[],
  on: Circumstances,
  now: number,
  verdictsOn: (one: Looked) => readonly Verdict[],
): Promise<{ outcomes: Record<string, number>; samples: DryRunSample[] }> {
  const outcomes: Record<string, number> = {};
  const samples: DryRunSample[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    for (const one of await lookedFor(sql, ids.slice(start, start + AT_ONCE), on, now)) {
      for (const { outcome, sample } of verdictsOn(one)) {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        if (sample && samples.length < MOST_SAMPLES) samples.push({ member: memberOf(one), outcome, ...sample });
      }
    }
    await new Promise((othersHadTheirTurn) => setImmediate(othersHadTheirTurn));
  }
  return { outcomes, samples };
}

function memberOf({ id, stored }: Looked): DryRunSample['member'] {
  const { name, externalUserId } = stored.state;
  return { id, name: memberName({ id, name, external_userid: externalUserId }), externalUserId };
}
