import { messagePriority, priorities } from '../../domain/priorities.js';
import type { Attachment, Rendered, Action } from '../../domain/action.js';
import type { Circumstances } from '../../domain/context.js';
import { HOUR_MS, type Day, dayOf, momentOf } from '../../domain/day.js';
import { stableShare } from '../../domain/stable-share.js';
import type { Planned } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Told } from './candidates.js';
import type { CapStanding } from './cap-standings.js';
import { variantOf, canReach, WELCOME_MS } from './choose-channel.js';
import { fillMessage } from './fill-message.js';
import type { Reach } from './contact-routes.js';
import { type Placement, placeSend } from '../../domain/sending/send-policy.js';
import type { Campaign, CampaignChannel } from '../../domain/messages/index.js';
import { asksBack } from '../../domain/triggers/read-triggers.js';
import { placeAmong, isMerged } from '../../domain/sending/decide-caps.js';
import type { Invitation } from '../moves/invitation.js';

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
      priority: priorities.welcome,
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
    priority: messagePriority(campaign.priority),
    caps: campaign.caps ?? undefined,
    stopWhen: campaign.stopWhen?.text,
  };
}

/** From when until when a message may go: words that are true on one day go on that day, or not at all. */
export function timeFor(
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

/** When a message of this campaign would go to somebody who stands so to the caps; or which of them refuses it. */
export function placeMessage(
  { caps, timing, trigger, priority }: Pick<Campaign, 'caps' | 'timing' | 'trigger' | 'priority'>,
  until: number,
  { gone, queued }: CapStanding,
  { ruleset: { sending }, timeZone }: Pick<Circumstances, 'ruleset' | 'timeZone'>,
  now: number,
): Placement | { readonly kind: 'refused'; readonly code: 'merged_nudge' } {
  if (caps === null) return placeSend(now, until, timing, { caps, sends: [] }, sending, timeZone);
  const message = { until, timing, caps, priority: messagePriority(priority) };
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
