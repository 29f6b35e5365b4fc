import type { MemberId } from '../../domain/ids.js';
import { broadcastStore } from '../../features/broadcasts/broadcast.store.js';
import { holdBroadcast, otherThanSeen } from '../../features/broadcasts/hold-broadcast.js';
import { planBroadcast } from '../../features/broadcasts/plan-broadcast.js';
import type { Run } from '../../features/run.js';
import { loadEvaluations } from '../load-evaluations.js';

/** Other writes wait until so many are planned. */
const MEMBERS_AT_ONCE = 200;

/**
 * Plans the next members of a broadcast, and records up to whom, in one transaction: a process that is killed between two of
 * these loses and doubles nothing. Answers how many members were looked at.
 */
export async function advanceBroadcast(run: Run, id: number, limit = MEMBERS_AT_ONCE): Promise<number> {
  const { tx, context, now } = run;
  const broadcast = await broadcastStore.byId(tx, id);
  // A person has paused or stopped it meanwhile.
  if (broadcast?.state !== 'planning' || broadcast.pausedFor !== null || broadcast.startsAt > now) return 0;
  const campaign = context.ruleset.campaigns.find(({ key }) => key === broadcast.template);
  // Somebody has switched the template off, or given it another trigger.
  if (campaign?.trigger.on !== 'broadcast') {
    await broadcastStore.end(tx, id, 'cancelled', now);
    return 1;
  }
  const why = await otherThanSeen(run, broadcast, campaign);
  if (why !== null) {
    await holdBroadcast(run, broadcast, { why, name: campaign.name });
    return 1;
  }
  const ids = await broadcastStore.audienceAfter(tx, campaign.audience, {
    ...{ context, now, after: broadcast.plannedTo },
    limit,
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

/** Leaves out the next member, for whom the text could not be planned. Answers who it is; null when there is nobody left. */
export async function skipMember({ tx, context, now }: Run, id: number): Promise<MemberId | null> {
  const broadcast = await broadcastStore.byId(tx, id);
  const campaign = context.ruleset.campaigns.find(({ key }) => key === broadcast?.template);
  if (broadcast?.state !== 'planning' || campaign === undefined) return null;
  const moment = { context, now, after: broadcast.plannedTo, limit: 1 };
  const [member] = await broadcastStore.audienceAfter(tx, campaign.audience, moment);
  if (member === undefined) return null;
  await broadcastStore.advance(tx, id, member);
  return member;
}
