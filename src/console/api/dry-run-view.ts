import type { StoredDryRun } from '../../engine/dry-runs/dry-run.store.js';
import { dryRunReport } from '../../engine/dry-runs/report.js';
import type { MemberId } from '../../domain/ids.js';
import { memberStore } from '../../features/members/member.store.js';
import { whyNames, type RulesNow } from '../../insights/explain.js';
import { memberName } from '../../insights/names.js';
import { becauseView } from '../../insights/words/because-words.js';
import { reasonOf } from '../../insights/words/reason-words.js';
import type { Sql } from '../../platform/database/sql.js';

/** A run without its texts and its report, for the list. */
export const dryRunInList = ({ proposal, report: _, ...run }: StoredDryRun) => ({
  ...run,
  documents: Object.keys(proposal.texts),
});

/** A run with the names of its samples as they are now. */
export async function dryRunView(sql: Sql, run: StoredDryRun, rules: RulesNow) {
  return { ...dryRunInList(run), proposal: run.proposal, report: await reportView(sql, run, rules) };
}

async function reportView(sql: Sql, { report }: StoredDryRun, rules: RulesNow) {
  const parsed = dryRunReport.safeParse(report);
  if (!parsed.success) return null;
  const read = parsed.data;
  const ids = [...new Set(read.samples.map(({ member }) => member))];
  const names = new Map((await memberStore.namesAndTiers(sql, ids)).map(({ id, name }) => [id, name]));
  const said = await whyNames(sql, rules);
  return {
    ...read,
    withheld: read.withheld.map(({ code, n }) => ({ ...reasonOf(code), n })),
    samples: read.samples.map(({ member, because, ...sample }) => ({
      ...sample,
      member: nameOf(member, names),
      because: because && becauseView(because, said, null),
    })),
  };
}

const nameOf = (id: MemberId, names: ReadonlyMap<MemberId, string>) => ({
  id,
  name: memberName({ id, name: names.get(id) ?? null }),
});
