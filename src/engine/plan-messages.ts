import type { Action, ActionKind, Attachment, Rendered } from '../domain/action.js';
import type { Because } from '../domain/because.js';
import type { Circumstances } from '../domain/context.js';
import { DAY_MS, dayOf, HOUR_MS, momentOf, type Day } from '../domain/day.js';
import type { Looked } from '../domain/evaluate.js';
import type { GroupId, MemberId, MoveId } from '../domain/ids.js';
import { asksBack, bodyFor, type Campaign, type CampaignChannel, type Variant } from '../domain/messages/index.js';
import type { Occasion } from '../domain/occasions.js';
import { stepMove } from '../domain/moves/move.js';
import { isMerged, placeAmong } from '../domain/sending/decide-caps.js';
import { placeSend, wecomCapOn, type Placement } from '../domain/sending/send-policy.js';
import { stableShare } from '../domain/stable-share.js';
import { freeKey, isTold, type EarlierMessage } from '../domain/told-before.js';
import { moveStore } from '../groups/move.store.js';
import { type Planned, outboxStore } from '../outbox/outbox.store.js';
import type { Sql } from '../platform/database/sql.js';
import { capStandings, nothingSent, type CapStanding } from './caps.js';
import { fillMessage } from './fill-message.js';
import { reachesOf, type Reach } from './reach.js';
/** WeCom lets a welcome code live this long, once (contract §7.1). */
const WELCOME_MS = 20_000;
/** WeCom counts mass-sends by the calendar's month at most, and what is planned lies up to a month ahead. */
const WECOM_LOOKBACK_DAYS = 62;

/** A move that is to be told, with what its text needs to know. */
export interface Invitation {
  readonly member: MemberId;
  readonly move: MoveId;
  readonly kind: 'move_invited' | 'move_reminder';
  readonly direction: 'up' | 'down';
  readonly group: { readonly id: GroupId; readonly name: string; readonly owner: string; readonly joinQr: string };
  readonly because: Because;
}

/** What a message is about. An invitation is told by its move and has no id of its own. */
export type ToldOccasion = Omit<Occasion, 'id' | 'onceOf'> & { readonly id: string | null };

interface Told {
  readonly one: Looked;
  readonly occasion: ToldOccasion;
  readonly invitation: Invitation | null;
  /** The end of its window, where that began before now. */
  readonly until?: number;
}

/**
 * Occasions into outbox rows: who is held back, by which channel, when, in which words. What is not to be sent is
 * written down too, with its reason, under the same key: it is not thought of again.
 */
export async function planMessages(
  tx: Sql,
  looked: readonly Looked[],
  invitations: readonly Invitation[],
  on: Circumstances,
  now: number,
): Promise<Set<string>> {
  const invitationKeys = invitations.flatMap((invitation) => keysOf(invitation, on));
  const asked = looked.filter((one) => one.occasions.length > 0);
  if (invitationKeys.length + asked.length === 0) return new Set();
  const known = await outboxStore.known(tx, invitationKeys);
  const earlier = await outboxStore.earlier(
    tx,
    asked.map((one) => one.id),
  );
  const fresh = looked.flatMap((one) =>
    toldTo(
      { ...one, occasions: untold(one.occasions, earlier.get(one.id), now) },
      invitations.filter((invitation) => invitation.member === one.id),
      known,
      on,
    ),
  );
  if (fresh.length === 0) return new Set();

  const people = [...new Map(fresh.map(({ one }) => [one.id, one])).values()];
  const ids = people.map((one) => one.id);
  const standings = await capStandings(tx, ids, on, now);
  const reaches = await reachesOf(tx, people);
  const massDays = await massSendDays(tx, ids, on, now);
  const planned: Planned[] = [];
  for (const item of fresh.sort((a, b) => b.occasion.campaign.priority - a.occasion.campaign.priority)) {
    const standing = standings.get(item.one.id) ?? nothingSent;
    const own = await plannedRow(tx, item, reaches.get(item.one.id)!, standing, on, now);
    const row = withinWecomCap(own, massDays.get(item.one.id) ?? [], on);
    if (row.action.kind === 'mass_send' && !row.suppressed)
      massDays.set(item.one.id, [...(massDays.get(item.one.id) ?? []), dayOf(row.notBefore, on.timeZone)]);
    planned.push(row);
    if (row.caps !== undefined && !row.suppressed) {
      const { trigger, priority } = item.occasion.campaign;
      const send = { at: row.notBefore, caps: row.caps, asksBack: asksBack(trigger), priority: urgencyOf(priority) };
      standings.set(item.one.id, { ...standing, queued: [...standing.queued, send] });
    }
  }
  await closeUntoldMoves(tx, planned, on, now);
  return outboxStore.plan(tx, planned, now);
}

/** Those that nothing was said on yet, each under a key that is free. */
function untold(
  occasions: readonly Occasion[],
  earlier: ReadonlyMap<string, readonly EarlierMessage[]> = new Map<string, readonly EarlierMessage[]>(),
  now: number,
): Occasion[] {
  return occasions.flatMap((occasion) => {
    const before = earlier.get(occasion.campaign.key) ?? [];
    return isTold(occasion, before, now) ? [] : [{ ...occasion, key: freeKey(occasion.key, before) }];
  });
}

/** On which days WeCom counts a mass-send to each of these members. */
export async function massSendDays(
  tx: Sql,
  members: readonly MemberId[],
  on: Pick<Circumstances, 'timeZone'>,
  now: number,
): Promise<Map<MemberId, Day[]>> {
  const times = await outboxStore.massSendTimes(tx, members, now - WECOM_LOOKBACK_DAYS * DAY_MS);
  return new Map([...times].map(([member, all]) => [member, all.map((at) => dayOf(at, on.timeZone))]));
}

/** A move whose invitation is not to be sent does not hold a place for a week. */
async function closeUntoldMoves(tx: Sql, planned: readonly Planned[], on: Circumstances, now: number): Promise<void> {
  for (const row of planned) {
    if (row.move === undefined || row.suppressed === undefined) continue;
    const [move] = await moveStore.byIds(tx, [row.move]);
    const step =
      move && stepMove(move, { kind: 'invitation_settled', sent: false, code: row.suppressed }, on.ruleset.moves, now);
    if (step) await moveStore.step(tx, move, step, now);
  }
}

/**
 * A promotion that comes with a move is told once: the congratulation carries the invitation. Any other move is told by
 * the invitation's own template.
 */
function toldTo(
  one: Looked,
  invitations: readonly Invitation[],
  known: ReadonlySet<string>,
  on: Circumstances,
): Told[] {
  const invited = invitations.find((invitation) => invitation.kind === 'move_invited');
  const told: Told[] = [];
  let carried = false;
  for (const occasion of one.occasions) {
    const carries = occasion.campaign.attach.includes('join_qr');
    if (carries && !invited) continue; // Without a group to go to there is no code to show.
    told.push({ one, occasion, invitation: carries ? invited! : null });
    carried ||= carries;
  }
  for (const invitation of invitations) {
    if (invitation === invited && carried) continue;
    const campaign = on.ruleset.campaigns.find(
      ({ trigger, audience }) =>
        trigger.on === invitation.kind &&
        (trigger.on !== 'move_invited' || trigger.direction === 'any' || trigger.direction === invitation.direction) &&
        (audience === null || audience.holds(one.decision.values, one.decision.tagNames)),
    );
    if (campaign && !known.has(invitationKey(campaign, invitation)))
      told.push({
        one,
        invitation,
        occasion: {
          campaign,
          key: invitationKey(campaign, invitation),
          id: null,
          ground: { on: invitation.kind },
          because: { ...invitation.because, rule: `campaign:${campaign.key}`, version: campaign.version },
        },
      });
  }
  return told;
}

const invitationKey = (campaign: Campaign, invitation: Invitation): string => `${campaign.key}:move:${invitation.move}`;

const keysOf = (invitation: Invitation, on: Circumstances): string[] =>
  on.ruleset.campaigns
    .filter((campaign) => campaign.trigger.on === invitation.kind)
    .map((campaign) => invitationKey(campaign, invitation));

/** One occasion as an outbox row: by which channel, when and in which words; or why not. */
export async function plannedRow(
  tx: Sql,
  told: Told,
  reach: Reach,
  standing: CapStanding,
  on: Circumstances,
  now: number,
): Promise<Planned> {
  const { one, occasion, invitation } = told;
  const { campaign } = occasion;
  const variant = variantOf(campaign, one.id);
  const base = {
    key: occasion.key,
    member: one.id,
    move: invitation?.move,
    campaign: campaign.key,
    templateVersion: campaign.version,
    variant: variant.name,
    occasion: occasion.id ?? undefined,
    ground: occasion.ground,
    because: occasion.because,
    proactive: true,
    group: invitation?.group.id,
  };
  const refused = (reason: string): Planned => ({
    ...base,
    notBefore: now,
    suppressed: reason,
    because: { ...occasion.because, reasons: [reason] },
    action: { kind: 'mass_send', sender: '', externalUserIds: [], message: { text: '', attachments: [] } },
  });

  if (one.stored.state.optedOut && !occasion.welcome) return refused('opted_out');
  if (campaign.holdoutPercent > 0 && stableShare(one.id, campaign.key, 'holdout') * 100 < campaign.holdoutPercent)
    return refused('holdout');
  const channel = campaign.channels.find((candidate) => canReach(candidate, told, reach, variant, on, now));
  if (!channel) return refused('unreachable');

  const filled = await fillMessage(
    tx,
    {
      campaign,
      variant,
      channel,
      one,
      reach,
      reached: occasion.reached,
      group: invitation?.group ?? null,
      move: invitation?.move,
      attachments: invitation && campaign.attach.includes('join_qr') ? [joinCode(invitation)] : [],
    },
    on,
    now,
  );
  if (!filled.ok) return refused(filled.code);
  const { message, params } = filled;
  if (channel === 'welcome' && occasion.welcome) {
    return {
      ...base,
      proactive: false,
      action: { kind: 'send_welcome', welcomeCode: occasion.welcome.code, message },
      notBefore: now,
      expiresAt: occasion.welcome.factAt + WELCOME_MS,
      priority: 0,
    };
  }
  if (channel === 'welcome') return refused('unreachable');
  const action = channel === 'sms' ? smsFor(campaign, message, params, reach) : actionFor(channel, message, reach);

  const time = timeFor(told.until ?? now + campaign.windowHours * HOUR_MS, filled.day, on, now);
  if (time === null) return refused('day_passed');
  const { from, until } = time;
  const placed = placeMessage(campaign, until, standing, on, from);
  if (placed.kind === 'refused') return refused(placed.code);
  return {
    ...base,
    action,
    notBefore: placed.notBefore,
    expiresAt: until,
    priority: urgencyOf(campaign.priority),
    caps: campaign.caps ?? undefined,
    stopWhen: campaign.stopWhen?.text,
  };
}

/** From when until when a message may go: words that are true on one day go on that day, or not at all. */
function timeFor(
  until: number,
  day: Day | 'any',
  { timeZone }: Circumstances,
  now: number,
): { readonly from: number; readonly until: number } | null {
  if (day === 'any') return { from: now, until };
  const [today, end] = [dayOf(now, timeZone), momentOf(day + 1, 0, timeZone) - 1];
  if (day < today) return null;
  return day === today ? { from: now, until: Math.min(until, end) } : { from: momentOf(day, 0, timeZone), until: end };
}

/** A mass-send beyond WeCom's own cap would be tapped and not arrive (status 3): it goes on a later day, or not at all. */
export function withinWecomCap(row: Planned, massDays: readonly Day[], on: Circumstances): Planned {
  if (row.action.kind !== 'mass_send' || row.suppressed !== undefined) return row;
  const placed = underWecomCap(row.notBefore, row.expiresAt ?? row.notBefore, massDays, on);
  if ('at' in placed) return { ...row, notBefore: placed.at };
  const because = row.because && { ...row.because, reasons: [placed.refused] };
  return { ...row, suppressed: placed.refused, caps: undefined, ...(because ? { because } : {}) };
}

/** The first moment, day by day, at which WeCom lets one more mass-send through to a member; or the cap it is beyond. */
export function underWecomCap(
  from: number,
  until: number,
  massDays: readonly Day[],
  on: Circumstances,
): { readonly at: number } | { readonly refused: string } {
  const first = wecomCapOn(dayOf(from, on.timeZone), massDays, on.ruleset.sending);
  if (first === null) return { at: from };
  for (let at = from + DAY_MS; at <= until; at += DAY_MS)
    if (wecomCapOn(dayOf(at, on.timeZone), massDays, on.ruleset.sending) === null) return { at };
  return { refused: first };
}

/** A campaign's priority, the higher first, as the outbox has it: the lower first, and after what cannot wait. */
const urgencyOf = (priority: number): number => 100 - Math.round(priority / 2);

/** When a message of this campaign would go to somebody who stands so to the caps; or which of them refuses it. */
export function placeMessage(
  { caps, timing, trigger, priority }: Pick<Campaign, 'caps' | 'timing' | 'trigger' | 'priority'>,
  until: number,
  { gone, queued }: CapStanding,
  { ruleset: { sending }, timeZone }: Pick<Circumstances, 'ruleset' | 'timeZone'>,
  now: number,
): Placement | { readonly kind: 'refused'; readonly code: 'merged_nudge' } {
  if (caps === null) return placeSend(now, until, timing, { caps, sends: [] }, sending, timeZone);
  const message = { until, timing, caps, priority: urgencyOf(priority) };
  if (!asksBack(trigger)) return placeAmong(now, message, { gone, queued }, sending, timeZone);
  const first = placeSend(now, until, timing, { caps: null, sends: [] }, sending, timeZone);
  if (first.kind === 'at' && isMerged(first.notBefore, { asksBack: true, priority: message.priority }, gone, sending))
    return { kind: 'refused', code: 'merged_nudge' };
  // Not moved away from another of its kind that is queued: whichever goes first is the one, and the other falls away.
  const others = queued.filter((send) => !send.asksBack);
  return placeAmong(now, message, { gone, queued: others }, sending, timeZone);
}

export const joinCode = ({ group }: Pick<Invitation, 'group'>): Attachment => ({
  kind: 'image',
  url: group.joinQr,
  title: group.name,
});

/** The variant a member always gets. */
export function variantOf(campaign: Campaign, member: MemberId): Variant {
  const total = campaign.variants.reduce((sum, variant) => sum + variant.weight, 0);
  let rest = stableShare(member, campaign.key, 'variant') * total;
  for (const variant of campaign.variants) {
    rest -= variant.weight;
    if (rest < 0) return variant;
  }
  return campaign.variants.at(-1)!;
}

export const abilityOf: Readonly<Record<CampaignChannel, ActionKind>> = {
  welcome: 'send_welcome',
  chat_dm: 'chat_dm',
  group_mention: 'group_say',
  mass_send: 'mass_send',
  sms: 'sms',
};

export function canReach(
  channel: CampaignChannel,
  { occasion, invitation }: { readonly occasion: Pick<Occasion, 'welcome'>; readonly invitation: Invitation | null },
  reach: Reach,
  variant: Variant,
  on: Circumstances,
  now: number,
): boolean {
  if (!on.abilities.has(abilityOf[channel])) return false;
  switch (channel) {
    case 'welcome':
      return occasion.welcome !== undefined && now - occasion.welcome.factAt < WELCOME_MS;
    case 'chat_dm':
      return reach.chatContactId !== null && reach.isContact;
    case 'group_mention':
      // Before the whole group only what anybody may hear, and no code meant for one.
      return (
        reach.room !== null && reach.chatContactId !== null && invitation === null && !bodyFor(variant, channel).quiet
      );
    case 'mass_send':
      return reach.externalUserId !== null && reach.staff !== null;
    case 'sms':
      // A picture does not go in a text message.
      return reach.phone !== null && invitation === null;
  }
}

/** The words are the body's, for whoever reads of it; what goes out is the approved template's. */
export const smsFor = ({ sms }: Campaign, { text }: Rendered, params: readonly string[], reach: Reach): Action => ({
  kind: 'sms',
  phone: reach.phone!,
  template: sms!.template,
  params,
  text,
});

export function actionFor(
  channel: Exclude<CampaignChannel, 'sms' | 'welcome'>,
  message: Rendered,
  reach: Reach,
): Action {
  switch (channel) {
    case 'chat_dm':
      return { kind: 'chat_dm', chatContactId: reach.chatContactId!, message };
    case 'group_mention':
      return { kind: 'group_say', chatId: reach.room!.roomId, mention: reach.chatContactId!, text: message.text };
    case 'mass_send':
      return { kind: 'mass_send', sender: reach.staff!, externalUserIds: [reach.externalUserId!], message };
  }
}
