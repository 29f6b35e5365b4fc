import type { Context } from '../../domain/context.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { Template } from '../../domain/messages/index.js';
import { definitionOf } from '../../domain/triggers/read-triggers.js';
import { estimateLaunch } from '../../features/messages/launch-estimate.js';
import type { Sql } from '../../platform/database/sql.js';
import type { CampaignDryRun } from './dry-run.js';
import { differenceStore } from './differences.store.js';
import { countOutcomes, MOST_EVALUATED } from './count-outcomes.js';

/**
 * Counts a campaign's audience, the members whose occasion is due now, and whom a message to all of them would reach or not
 * reach, with the reasons and the effort. It sends and stores nothing.
 */
export async function dryRunCampaign(
  sql: Sql,
  template: Template,
  current: Context,
  now: number,
): Promise<CampaignDryRun> {
  const campaign = { ...template, version: 0 };
  const context: Context = { ...current, ruleset: { ...current.ruleset, campaigns: [campaign] } };
  const moment = { ...context, now };
  const { found, ids } = await differenceStore.audience(sql, template.audience, moment, MOST_EVALUATED);
  const evaluations: Evaluation[] = [];
  const counted = await countOutcomes(sql, ids, { context, now }, (evaluation) => {
    evaluations.push(evaluation);
    const [occasion] = evaluation.occasions;
    if (!occasion) return [{ outcome: 'in_audience', sample: null }];
    return [{ outcome: 'due_now', sample: { from: null, to: template.key, because: occasion.because } }];
  });
  return {
    kind: 'campaign',
    found,
    looked: ids.length,
    exact: found <= ids.length,
    changes: [],
    ...counted,
    launch: await estimateLaunch({ tx: sql, context, now }, evaluations, campaign),
    audience: template.audience?.text ?? '',
    oneByOne: definitionOf(template.trigger).goesOneByOne ?? false,
  };
}
