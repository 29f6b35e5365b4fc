import { createHash } from 'node:crypto';
import type { Context } from '../domain/context.js';
import { dayOf } from '../domain/day.js';
import { groupStore } from '../features/groups/group.store.js';
import { memberStore } from '../features/members/member.store.js';
import type { Run } from '../features/run.js';
import { seatOf } from '../features/moves/wanted-move.js';
import { readSetting, writeSetting } from '../platform/database/settings.js';
import { storableJson } from '../platform/database/storable.js';
import { dueMembersStore } from './due-members.store.js';

/** What all members were last reviewed under, beside the rules: a hash. */
const BASIS_SETTING = 'review_basis';

/**
 * Once a day: makes members due who have no due day of their own for what may concern them today. Everybody, when campaigns or
 * the abilities of the channels are others than at the last review; who has unconfirmed tags; and who waits for a place in a
 * group of their tier, as many as there are places, and at least one, so that staff are asked for a further group.
 */
export async function findDueMembers(run: Run): Promise<void> {
  const { tx, context, now } = run;
  const basis = basisOf(context);
  const before = await readSetting(tx, BASIS_SETTING);
  if (before !== basis) await writeSetting(tx, BASIS_SETTING, basis, now);
  // On the first day there is no other basis under which anybody was reviewed.
  if (before !== null && before !== basis) return memberStore.markAllDue(tx);
  const today = dayOf(now, context.timeZone);
  if (context.abilities.has('mark_tags')) await dueMembersStore.byUnconfirmedTags(tx, today);
  const seats = (await groupStore.pools(tx)).map(seatOf);
  for (const [index, tier] of context.ruleset.tiers.entries()) {
    if (tier.groups.length === 0) continue;
    const free = seats
      .filter((seat) => seat.tier === tier.key && seat.active)
      .reduce((sum, { capacity, members }) => sum + Math.max(0, capacity - members), 0);
    const limit = Math.max(1, free);
    await dueMembersStore.waitingForPlace(tx, { tier: tier.key, isLowest: index === 0, limit }, today);
  }
}

/** The text of a template and its version do not matter: they change no outcome. */
function basisOf({ ruleset, abilities }: Context): string {
  const campaigns = ruleset.campaigns
    .map(({ key, trigger, audience, windowHours }) => ({ key, trigger, audience: audience?.text ?? null, windowHours }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return createHash('sha256')
    .update(storableJson([campaigns, [...abilities].sort()]))
    .digest('hex');
}
