import type { ActionKind } from '../domain/action.js';
import { bodyFor, renderBody, type Campaign } from '../domain/messages/index.js';
import { stableShare } from '../domain/stable-share.js';
import type { Sql } from '../platform/database/sql.js';
import type { Circumstances, Looked } from './look.js';
import { abilityOf, canReach, variantOf } from './plan-messages.js';
import { reachesOf } from './reach.js';
import { valuesFor } from './values-for.js';

/** What telling some members of a campaign would have to do. */
export interface Launch {
  /** Messages by the way they go, mass sends counted by receiver. */
  readonly messages: Readonly<Partial<Record<ActionKind, number>>>;
  /** The tasks staff would find on their phones, each one tap for every 10 000 receivers: the same words by the same sender. */
  readonly tasks: readonly { readonly sender: string; readonly receivers: number }[];
}

const AT_ONCE = 500;

/** As the plan would have it if every one of them were told now: who is reached how, in which words. Caps are not asked. */
export async function launchTasks(
  sql: Sql,
  looked: readonly Looked[],
  campaign: Campaign,
  on: Circumstances,
  now: number,
): Promise<Launch> {
  const messages: Partial<Record<ActionKind, number>> = {};
  const tasks = new Map<string, { readonly sender: string; receivers: number }>();
  for (let from = 0; from < looked.length; from += AT_ONCE) {
    const some = looked.slice(from, from + AT_ONCE);
    const reaches = await reachesOf(sql, some);
    for (const one of some) {
      if (one.stored.state.optedOut || isHeldBack(one, campaign)) continue;
      const reach = reaches.get(one.id)!;
      const occasion = one.occasions.find((candidate) => candidate.campaign.key === campaign.key);
      const variant = variantOf(campaign, one.id);
      const told = { occasion: { welcome: occasion?.welcome }, invitation: null };
      const channel = campaign.channels.find((candidate) => canReach(candidate, told, reach, variant, on, now));
      if (!channel) continue;
      const values = await valuesFor(sql, one, reach, { campaign, reached: occasion?.reached, group: null }, on, now);
      const rendered = renderBody(bodyFor(variant, channel), values);
      // An invitation's group is not known before its move is planned; its words are then taken to be each member's own.
      if (!rendered.ok && !isInvitation(campaign)) continue;
      const kind = abilityOf[channel];
      messages[kind] = (messages[kind] ?? 0) + 1;
      if (channel !== 'mass_send' || reach.staff === null) continue;
      const key = JSON.stringify([reach.staff, rendered.ok ? rendered.text : one.id]);
      const task = tasks.get(key) ?? { sender: reach.staff, receivers: 0 };
      task.receivers += 1;
      tasks.set(key, task);
    }
  }
  return { messages, tasks: [...tasks.values()] };
}

const isHeldBack = ({ id }: Looked, { holdoutPercent, key }: Campaign): boolean =>
  holdoutPercent > 0 && stableShare(id, key, 'holdout') * 100 < holdoutPercent;

const isInvitation = ({ trigger }: Campaign): boolean =>
  trigger.on === 'move_invited' || trigger.on === 'move_reminder';
