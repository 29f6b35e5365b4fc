import type { Circumstances } from '../../domain/context.js';
import type { Looked } from '../../domain/evaluate.js';
import type { Template, TriggerKind } from '../../domain/messages/index.js';
import { differenceStore } from '../../engine/dry-runs/differences.store.js';
import { launchTasks } from '../../features/messages/launch-estimate.js';
import { toldBecause } from '../../insights/words/because-words.js';
import type { Sql } from '../../platform/database/sql.js';
import type { ChannelList } from '../console.tokens.js';
import { judge } from './dry-run-members.js';
import { MOST_LOOKED, type DryRunReport } from './dry-run-report.js';
import { launchEffort, launchReach } from './launch-effort.js';

/** What goes out to one member at a time, when something happens to them: it has no launch. */
const oneByOne: ReadonlySet<TriggerKind> = new Set(['contact_added', 'move_invited', 'move_reminder']);

/**
 * Who is in a campaign's audience, for whom of them its occasion would be now, whom a message to all of them would reach,
 * whom it would not and why, and what it would take. Nothing is sent, and nothing written.
 */
export async function dryRunCampaign(
  sql: Sql,
  template: Template,
  current: Circumstances,
  forecast: ChannelList['forecast'],
  now: number,
): Promise<DryRunReport> {
  const campaign = { ...template, version: 0 };
  const on: Circumstances = {
    ...current,
    ruleset: { ...current.ruleset, campaigns: [campaign] },
  };
  const { found, ids } = await differenceStore.audience(sql, template.audience, { ...on, now }, MOST_LOOKED);
  const looked: Looked[] = [];
  const judged = await judge(sql, ids, on, now, (one) => {
    looked.push(one);
    const [occasion] = one.occasions;
    if (!occasion) return [{ outcome: 'in_audience', sample: null }];
    return [{ outcome: 'due_now', sample: { from: null, to: template.key, because: toldBecause(occasion.because) } }];
  });
  const launch = await launchTasks(sql, looked, campaign, on, now);
  const scale = ids.length === 0 ? 0 : found / ids.length;
  return {
    kind: 'campaign',
    found,
    looked: ids.length,
    exact: found <= ids.length,
    changes: [],
    ...judged,
    effort: launchEffort(launch, scale, forecast),
    launch: {
      ...launchReach(launch, scale),
      audience: template.audience?.text ?? '',
      oneByOne: oneByOne.has(template.trigger.on),
    },
  };
}
