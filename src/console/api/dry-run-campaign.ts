import { dayOf } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import type { Template } from '../../domain/messages/index.js';
import type { Circumstances } from '../../engine/look.js';
import { toldBecause } from '../../insights/words/because-words.js';
import type { Sql } from '../../platform/database/sql.js';
import { judge } from './dry-run-members.js';
import { MOST_LOOKED, type DryRunReport } from './dry-run-report.js';

/** Who is in a campaign's audience, and for whom of them its occasion would be now. Caps and channels are not asked. */
export async function dryRunCampaign(
  sql: Sql,
  template: Template,
  current: Circumstances,
  now: number,
): Promise<DryRunReport> {
  const on: Circumstances = {
    ...current,
    ruleset: { ...current.ruleset, campaigns: [{ ...template, version: 0 }] },
  };
  const context = { today: dayOf(now, on.timeZone), corp: on.corp, alias: 'm', firstPlaceholder: 1 };
  const audience = template.audience?.toSql(sql.dialect, context) ?? { sql: '1 = 1', params: [] };
  const inAudience = `FROM member_metrics m JOIN member mb ON mb.id = m.member_id WHERE mb.merged_into IS NULL AND (${audience.sql})`;
  const found = Number((await sql.one<{ n: number }>(`SELECT COUNT(*) AS n ${inAudience}`, audience.params))?.n ?? 0);
  const ids = await sql.all<{ id: MemberId }>(
    `SELECT m.member_id AS id ${inAudience} ORDER BY m.member_id LIMIT ${MOST_LOOKED}`,
    audience.params,
  );
  const judged = await judge(
    sql,
    ids.map((row) => row.id),
    on,
    now,
    ({ occasions }) => {
      const [occasion] = occasions;
      if (!occasion) return { outcome: 'in_audience', sample: null };
      return { outcome: 'due_now', sample: { from: null, to: template.key, because: toldBecause(occasion.because) } };
    },
  );
  return { kind: 'campaign', found, looked: ids.length, exact: found <= ids.length, changes: [], ...judged };
}
