import type { ActionKind } from '../../domain/action.js';
import type { Circumstances } from '../../domain/context.js';
import { HOUR_MS, type Day } from '../../domain/day.js';
import type { Looked } from '../../domain/evaluate.js';
import { bodyFor, renderBody, type Campaign, type CampaignChannel } from '../../domain/messages/index.js';
import { isInvitation } from '../../domain/triggers/read-triggers.js';
import { stableShare } from '../../domain/stable-share.js';
import type { Sql } from '../../platform/database/sql.js';
import { capStandings, nothingSent, type CapStanding } from './cap-standings.js';
import { abilityOf, canReach, variantOf } from './choose-channel.js';
import { placeMessage } from './plan-delivery.js';
import { reachesOf, type Reach } from './contact-routes.js';
import { valuesFor } from './template-values.js';
import { massSendDays, underWecomCap } from './wecom-cap.js';

/** What telling some members of a campaign would have to do. */
export interface Launch {
  /** Messages by the way they go, mass sends counted by receiver. */
  readonly messages: Readonly<Partial<Record<ActionKind, number>>>;
  readonly channels: Readonly<Partial<Record<CampaignChannel, number>>>;
  /** Of these messages, those that quiet hours, slots or caps put off to a later time. */
  readonly later: number;
  /** Members who would not be told, by why. */
  readonly held: Readonly<Record<string, number>>;
  /** The tasks staff would find on their phones, each one tap for every 10 000 receivers: the same words by the same sender. */
  readonly tasks: readonly { readonly sender: string; readonly receivers: number }[];
}

type Verdict =
  { readonly held: string } | { readonly channel: CampaignChannel; readonly isLater: boolean; readonly words: string };

/** How a member can be reached, and what they were sent or promised lately. */
interface Standing {
  readonly reach: Reach;
  readonly counted: CapStanding;
  readonly massSends: readonly Day[];
}

const AT_ONCE = 500;

/** As the plan would have it if every one of them were told now: who is reached how, in which words, and who is not. */
export async function launchTasks(
  sql: Sql,
  looked: readonly Looked[],
  campaign: Campaign,
  on: Circumstances,
  now: number,
): Promise<Launch> {
  const messages: Partial<Record<ActionKind, number>> = {};
  const channels: Partial<Record<CampaignChannel, number>> = {};
  const held: Record<string, number> = {};
  const tasks = new Map<string, { readonly sender: string; receivers: number }>();
  let later = 0;
  for (let from = 0; from < looked.length; from += AT_ONCE) {
    const some = looked.slice(from, from + AT_ONCE);
    const ids = some.map((one) => one.id);
    const reaches = await reachesOf(sql, some);
    const standings = await capStandings(sql, ids, on, now);
    const massSends = await massSendDays(sql, ids, on, now);
    for (const one of some) {
      const reach = reaches.get(one.id)!;
      const standing = {
        reach,
        counted: standings.get(one.id) ?? nothingSent,
        massSends: massSends.get(one.id) ?? [],
      };
      const verdict = await verdictOn(sql, one, standing, campaign, on, now);
      if ('held' in verdict) {
        held[verdict.held] = (held[verdict.held] ?? 0) + 1;
        continue;
      }
      const { channel, isLater, words } = verdict;
      channels[channel] = (channels[channel] ?? 0) + 1;
      messages[abilityOf[channel]] = (messages[abilityOf[channel]] ?? 0) + 1;
      if (isLater) later += 1;
      if (channel !== 'mass_send' || reach.staff === null) continue;
      const key = JSON.stringify([reach.staff, words]);
      const task = tasks.get(key) ?? { sender: reach.staff, receivers: 0 };
      task.receivers += 1;
      tasks.set(key, task);
    }
  }
  return { messages, channels, later, held, tasks: [...tasks.values()] };
}

/** In the order in which the plan asks, so that the reason is the one that would be written down. */
async function verdictOn(
  sql: Sql,
  one: Looked,
  { reach, counted, massSends }: Standing,
  campaign: Campaign,
  on: Circumstances,
  now: number,
): Promise<Verdict> {
  if (one.stored.state.optedOut) return { held: 'opted_out' };
  if (isHeldOut(one, campaign)) return { held: 'holdout' };
  const occasion = one.occasions.find((candidate) => candidate.campaign.key === campaign.key);
  const variant = variantOf(campaign, one.id);
  const told = { occasion: { welcome: occasion?.welcome }, invitation: null };
  const channel = campaign.channels.find((candidate) => canReach(candidate, told, reach, variant, on, now));
  if (!channel) return { held: 'unreachable' };
  const values = await valuesFor(sql, one, reach, { campaign, reached: occasion?.reached, group: null }, on, now);
  const rendered = renderBody(bodyFor(variant, channel), values);
  // An invitation's group is not known before its move is planned; its words are then taken to be each member's own.
  if (!rendered.ok && !isInvitation(campaign.trigger)) return { held: `text:${rendered.code}` };
  const words = rendered.ok ? rendered.text : String(one.id);
  if (channel === 'welcome') return { channel, words, isLater: false };

  const until = now + campaign.windowHours * HOUR_MS;
  // What is queued is taken to go: it is the safe side for who asks how many a launch would reach.
  const standing = { gone: [...counted.gone, ...counted.queued], queued: [] };
  const placed = placeMessage(campaign, until, standing, on, now);
  if (placed.kind === 'refused') return { held: placed.code };
  if (channel !== 'mass_send') return { channel, words, isLater: placed.notBefore > now };
  const under = underWecomCap(placed.notBefore, until, massSends, on);
  return 'at' in under ? { channel, words, isLater: under.at > now } : { held: under.refused };
}

const isHeldOut = ({ id }: Looked, { holdoutPercent, key }: Campaign): boolean =>
  holdoutPercent > 0 && stableShare(id, key, 'holdout') * 100 < holdoutPercent;
