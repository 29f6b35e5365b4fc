import type { MemberId } from '../../domain/ids.js';
import type { StoredDryRun } from '../../engine/dry-runs/dry-run.store.js';
import { replayReport } from '../../engine/replays/report.js';
import { memberStore } from '../../features/members/member.store.js';
import { memberName } from '../../insights/names.js';
import { reasonOf } from '../../insights/words/reason-words.js';
import type { Sql } from '../../platform/database/sql.js';
import { dryRunInList } from './dry-run-view.js';

/** A replay with the names of the members as they are now. */
export async function replayView(sql: Sql, run: StoredDryRun) {
  return { ...dryRunInList(run), proposal: run.proposal, report: await reportView(sql, run) };
}

async function reportView(sql: Sql, { report }: StoredDryRun) {
  const parsed = replayReport.safeParse(report);
  if (!parsed.success) return null;
  const { swinging, caps, ...read } = parsed.data;
  const ids = swinging.items.map(({ member }) => member as MemberId);
  const names = new Map((await memberStore.namesAndTiers(sql, ids)).map(({ id, name }) => [id, name]));
  return {
    ...read,
    swinging: {
      n: swinging.n,
      items: swinging.items.map(({ member, ...item }) => ({
        ...item,
        member: { id: member, name: memberName({ id: member, name: names.get(member as MemberId) ?? null }) },
      })),
    },
    caps: caps.map(({ code, n }) => ({ ...reasonOf(code), n })),
  };
}
