import type { Attachment } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import { dayOf, HOUR_MS, momentOf, type Day } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { Campaign, CampaignChannel, Variant } from '../../domain/messages/index.js';
import { messagePriority } from '../../domain/priorities.js';
import { isMergedNudge, placeAmongQueued } from '../../domain/sending/decide-caps.js';
import { placeSend, type Placement } from '../../domain/sending/send-policy.js';
import { stableShare } from '../../domain/stable-share.js';
import { isNudge } from '../../domain/triggers/read-triggers.js';
import type { Invitation } from '../moves/invitation.js';
import type { ToldOccasion } from './candidates.js';
import type { CapStanding } from './cap-standings.js';
import { canReach, variantOf, WELCOME_MS } from './choose-channel.js';
import type { ContactRoutes } from './contact-routes.js';
import { fillWith, type Filled } from './fill-message.js';
import type { AskedFigures } from './template-values.js';
import { underWecomCap } from './wecom-cap.js';

/** A message that may be sent to one member, with everything that decides whether it is. */
export interface Delivery {
  readonly evaluation: Evaluation;
  readonly occasion: Pick<ToldOccasion, 'campaign' | 'reached' | 'welcome'>;
  readonly invitation: Invitation | null;
  /** An invitation to a group that is not chosen yet: that its words cannot be filled is no reason against it. */
  readonly groupIsOpen?: boolean;
  /** The end of its window, where that began before now. */
  readonly until?: number;
  readonly routes: ContactRoutes;
  readonly standing: CapStanding;
  /** The days on which WeCom counts a mass-send to this member. */
  readonly massSendDays: readonly Day[];
}

export interface Moment {
  readonly context: Context;
  readonly now: number;
}

export type Words = Extract<Filled, { ok: true }>;

interface Placed {
  readonly channel: CampaignChannel;
  readonly words: Words;
  readonly notBefore: number;
  readonly expiresAt: number;
}

/** `beyond_wecom_cap`: it has a channel and words, and WeCom would not let it through. `code`: why it is not sent. */
export type DeliveryDecision =
  | { readonly kind: 'refused'; readonly code: string }
  | (Placed & { readonly kind: 'beyond_wecom_cap'; readonly code: string })
  | (Placed & { readonly kind: 'send' });

const refused = (code: string): DeliveryDecision => ({ kind: 'refused', code });

/** Answers why a message is not sent; null where the check does not stand against it. */
type Check = (delivery: Delivery, moment: Moment) => string | null;

const optedOut: Check = ({ evaluation, occasion }) =>
  evaluation.stored.state.optedOut && !occasion.welcome ? 'opted_out' : null;

const heldOut: Check = ({ evaluation, occasion: { campaign } }) =>
  campaign.holdoutPercent > 0 && stableShare(evaluation.id, campaign.key, 'holdout') * 100 < campaign.holdoutPercent
    ? 'holdout'
    : null;

const unreachable: Check = (delivery, moment) => (firstChannel(delivery, moment) === undefined ? 'unreachable' : null);

/** In this order, so that the first reason is the one that is written down. */
const checksBeforeWords: readonly Check[] = [optedOut, heldOut, unreachable];

/** What stands against a message whatever its words are. Asked first, because some words cost a question. */
export function refusalBeforeWords(delivery: Delivery, moment: Moment): string | null {
  for (const check of checksBeforeWords) {
    const code = check(delivery, moment);
    if (code !== null) return code;
  }
  return null;
}

/** Whether one message is sent: by which channel, in which words and when; or why not. */
export function decideDelivery(delivery: Delivery, figures: AskedFigures, moment: Moment): DeliveryDecision {
  const { context, now } = moment;
  const { campaign, welcome } = delivery.occasion;
  const refusal = refusalBeforeWords(delivery, moment);
  if (refusal !== null) return refused(refusal);
  const channel = firstChannel(delivery, moment)!;
  const filled = wordsFor(delivery, channel, figures, moment);
  if (!filled.ok && !delivery.groupIsOpen) return refused(filled.code);
  const words = filled.ok ? filled : noWordsYet;
  if (channel === 'welcome' && welcome)
    return { kind: 'send', channel, words, notBefore: now, expiresAt: welcome.factAt + WELCOME_MS };

  const time = timeFor(delivery.until ?? now + campaign.windowHours * HOUR_MS, words.day, context, now);
  if (time === null) return refused('day_passed');
  const placed = placeMessage(campaign, time.until, delivery.standing, context, time.from);
  if (placed.kind === 'refused') return refused(placed.code);
  const send = { kind: 'send', channel, words, notBefore: placed.notBefore, expiresAt: time.until } as const;
  if (channel !== 'mass_send') return send;
  // A mass-send beyond WeCom's own cap would be tapped and not arrive (status 3).
  const under = underWecomCap(placed.notBefore, time.until, delivery.massSendDays, context);
  return 'at' in under ? { ...send, notBefore: under.at } : { ...send, kind: 'beyond_wecom_cap', code: under.refused };
}

const firstChannel = (delivery: Delivery, { context, now }: Moment): CampaignChannel | undefined =>
  delivery.occasion.campaign.channels.find((channel) =>
    canReach(channel, delivery, delivery.routes, variantFor(delivery), context, now),
  );

export const variantFor = ({ evaluation, occasion }: Pick<Delivery, 'evaluation' | 'occasion'>): Variant =>
  variantOf(occasion.campaign, evaluation.id);

const noWordsYet: Words = {
  ok: true,
  message: { text: '', attachments: [] },
  params: [],
  day: 'any',
  namesToday: false,
};

function wordsFor(delivery: Delivery, channel: CampaignChannel, figures: AskedFigures, moment: Moment): Filled {
  const { evaluation, occasion, invitation, routes } = delivery;
  const { campaign, reached } = occasion;
  return fillWith(
    figures,
    {
      ...{ campaign, channel, evaluation, reached },
      variant: variantFor(delivery),
      reach: routes,
      group: invitation?.group ?? null,
      move: invitation?.move,
      attachments: invitation && campaign.attach.includes('join_qr') ? [joinCode(invitation)] : [],
    },
    moment.context,
    moment.now,
  );
}

export const joinCode = ({ group }: Pick<Invitation, 'group'>): Attachment => ({
  kind: 'image',
  url: group.joinQr,
  title: group.name,
});

/** From when until when a message may go: words that are true on one day go on that day, or not at all. */
function timeFor(
  until: number,
  day: Day | 'any',
  { timeZone }: Context,
  now: number,
): { readonly from: number; readonly until: number } | null {
  if (day === 'any') return { from: now, until };
  const [today, end] = [dayOf(now, timeZone), momentOf(day + 1, 0, timeZone) - 1];
  if (day < today) return null;
  return day === today ? { from: now, until: Math.min(until, end) } : { from: momentOf(day, 0, timeZone), until: end };
}

/** When a message of this campaign would go to somebody who stands so to the caps; or which of them refuses it. */
function placeMessage(
  { caps, timing, trigger, priority }: Pick<Campaign, 'caps' | 'timing' | 'trigger' | 'priority'>,
  until: number,
  { gone, queued }: CapStanding,
  { ruleset: { sending }, timeZone }: Pick<Context, 'ruleset' | 'timeZone'>,
  now: number,
): Placement | { readonly kind: 'refused'; readonly code: 'merged_nudge' } {
  const message = { from: now, until, timing, caps, priority: messagePriority(priority) };
  if (caps === null) return placeSend(message, [], sending, timeZone);
  if (!isNudge(trigger)) return placeAmongQueued(message, { gone, queued }, sending, timeZone);
  const first = placeSend({ ...message, caps: null }, [], sending, timeZone);
  if (
    first.kind === 'at' &&
    isMergedNudge(first.notBefore, { isNudge: true, priority: message.priority }, gone, sending)
  )
    return { kind: 'refused', code: 'merged_nudge' };
  // Not moved away from another of its kind that is queued: whichever goes first is the one, and the other falls away.
  const others = queued.filter((send) => !send.isNudge);
  return placeAmongQueued(message, { gone, queued: others }, sending, timeZone);
}
