import { broadcastStore } from '../../features/broadcasts/broadcast.store.js';
import { planBroadcast } from '../../features/broadcasts/plan-broadcast.js';
import type { Run } from '../../features/run.js';
import { loadEvaluations } from '../load-evaluations.js';

/** Other writes wait until so many are planned. */
const MEMBERS_AT_ONCE = 200;

/**
 * Plans the next members of a broadcast, and records up to whom, in one transaction: a process that is killed between two of
 * these loses and doubles nothing. Answers how many members were looked at.
 */
export async function advanceBroadcast(run: Run, id: number): Promise<number> {
  const { tx, context, now } = run;
  const broadcast = await broadcastStore.byId(tx, id);
  if (broadcast?.state !== 'planning') return 0;
  const campaign = context.ruleset.campaigns.find(({ key }) => key === broadcast.template);
  // Somebody has switched the template off, or given it another trigger.
  if (campaign?.trigger.on !== 'broadcast') {
    await broadcastStore.end(tx, id, 'cancelled', now);
    return 1;
  }
  const ids = await broadcastStore.audienceAfter(tx, campaign.audience, {
    ...{ context, now, after: broadcast.plannedTo },
    limit: MEMBERS_AT_ONCE,
  });
  const last = ids.at(-1);
  if (last === undefined) {
    await broadcastStore.end(tx, id, 'planned', now);
    return 1;
  }
  await planBroadcast(run, { broadcast, campaign }, await loadEvaluations(tx, ids, context, now));
  await broadcastStore.advance(tx, id, last);
  return ids.length;
}
