import type { Attachment } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import { heldOutBy, variantArm, type Arm } from '../../domain/experiments/draw.js';
import { dayOf, HOUR_MS, momentOf, type Day } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { Campaign, CampaignChannel, Variant } from '../../domain/messages/index.js';
import { messagePriority } from '../../domain/priorities.js';
import { isLeftOutInHibernation } from '../../domain/sending/hibernation.js';
import { isMergedNudge, placeAmongQueued } from '../../domain/sending/decide-caps.js';
import { withKeptFree } from '../../domain/sending/kept-free.js';
import { noPreference, policyFor, type Preference } from '../../domain/sending/preference.js';
import { placeSend, type Placement } from '../../domain/sending/send-policy.js';
import { spreadOver } from '../../domain/sending/spread.js';
import { WELCOME_CODE_MS } from '../../domain/welcome-code.js';
import { isNudge } from '../../domain/triggers/read-triggers.js';
import type { CarriedInvitation } from '../moves/invitation.js';
import type { Moment } from '../run.js';
import type { MessageOccasion } from './candidates.js';
import type { CapUsage } from './cap-usage.js';
import { canReach, variantOf } from './choose-channel.js';
import type { ContactRoutes } from './contact-routes.js';
import { fillWithFigures, type FilledMessage } from './fill-message.js';
import type { LoadedFigures } from './template-values.js';
import { firstTimeUnderWecomCap } from './wecom-cap.js';

/** A message that may be sent to one member, with everything that decides whether it is sent. */
export interface Delivery {
  readonly evaluation: Evaluation;
  readonly occasion: Pick<MessageOccasion, 'campaign' | 'reached' | 'welcome'> &
    Partial<Pick<MessageOccasion, 'key' | 'refusal'>>;
  readonly invitation: CarriedInvitation | null;
  /** The invitation's group is not chosen yet: a text that cannot be filled is then no reason to refuse the message. */
  readonly groupIsOpen?: boolean;
  /** The member was drawn for this message before: it goes by another channel. */
  readonly isDrawn?: boolean;
  /** The end of its window in epoch ms, if the window began before now. */
  readonly until?: number;
  readonly routes: ContactRoutes;
  readonly capUsage: CapUsage;
  /** What the member wants; left out when they never said anything. */
  readonly preference?: Preference | undefined;
  /** The days on which WeCom counts a mass-send to this member. */
  readonly massSendDays: readonly Day[];
}

export type Words = Extract<FilledMessage, { ok: true }>;

interface Placed {
  readonly channel: CampaignChannel;
  readonly words: Words;
  readonly notBefore: number;
  readonly expiresAt: number;
}

/** `beyond_wecom_cap`: a mass-send that WeCom's own cap would not deliver. `code`: why the message is not sent. */
export type DeliveryDecision =
  | { readonly kind: 'refused'; readonly code: string }
  | (Placed & { readonly kind: 'beyond_wecom_cap'; readonly code: string })
  | (Placed & { readonly kind: 'send' });

const refused = (code: string): DeliveryDecision => ({ kind: 'refused', code });

/** Answers why a message is not sent, or null. */
type Check = (delivery: Delivery, moment: Moment) => string | null;

const optedOut: Check = ({ evaluation, occasion }) =>
  evaluation.stored.state.optedOut && !occasion.welcome ? 'opted_out' : null;

const hibernating: Check = ({ evaluation, occasion: { campaign } }) =>
  isLeftOutInHibernation(campaign, evaluation.decision.values) ? 'hibernating' : null;

const refusedBefore: Check = ({ occasion }) => occasion.refusal ?? null;

const heldOut: Check = ({ evaluation, occasion: { campaign, welcome }, isDrawn = false }, { context }) =>
  isDrawn
    ? null
    : heldOutBy(evaluation.id, campaign, welcome ? 0 : (context.ruleset.sending.globalHoldoutPercent ?? 0));

const unreachable: Check = (delivery, moment) => (firstChannel(delivery, moment) === undefined ? 'unreachable' : null);

/**
 * What these refuse is no part of a comparison. They ask the same of everybody before the draw; whatever refuses a message
 * after it is part of what the message did, in every arm.
 */
const checksBeforeDraw: readonly Check[] = [optedOut, refusedBefore, hibernating];

/** The first reason in this order is the one that is stored. */
const checksBeforeWords: readonly Check[] = [...checksBeforeDraw, heldOut, unreachable];

/** What the member is drawn for; null when the message is refused before the draw. */
export function armFor(delivery: Delivery, moment: Moment): Arm | null {
  if (checksBeforeDraw.some((check) => check(delivery, moment) !== null)) return null;
  return (heldOut(delivery, moment) as Arm | null) ?? variantArm(variantFor(delivery).name);
}

/** Why a message is refused whatever its text is. Checked first, because some texts need figures that cost a query. */
export function refusalBeforeWords(delivery: Delivery, moment: Moment): string | null {
  for (const check of checksBeforeWords) {
    const code = check(delivery, moment);
    if (code !== null) return code;
  }
  return null;
}

/** Decides whether one message is sent, and by which channel, with which text and when; or why not. */
export function decideDelivery(delivery: Delivery, figures: LoadedFigures, moment: Moment): DeliveryDecision {
  const { context, now } = moment;
  const { campaign, welcome } = delivery.occasion;
  const refusal = refusalBeforeWords(delivery, moment);
  if (refusal !== null) return refused(refusal);
  const channel = firstChannel(delivery, moment)!;
  const filled = wordsFor(delivery, channel, figures, moment);
  if (!filled.ok && !delivery.groupIsOpen) return refused(filled.code);
  const words = filled.ok ? filled : noWordsYet;
  if (channel === 'welcome' && welcome)
    return { kind: 'send', channel, words, notBefore: now, expiresAt: welcome.factAt + WELCOME_CODE_MS };

  const time = timeFor(delivery.until ?? now + campaign.windowHours * HOUR_MS, words.day, context, now);
  if (time === null) return refused('day_passed');
  const placed = placeMessage(campaign, time, delivery, context);
  if (placed.kind === 'refused') return refused(placed.code);
  const send = { kind: 'send', channel, words, notBefore: placed.notBefore, expiresAt: time.until } as const;
  if (channel !== 'mass_send') return { ...send, notBefore: ownMoment(send, delivery, moment) };
  // Staff could still tap a mass-send beyond WeCom's own cap, but it would not be delivered (status 3).
  const under = firstTimeUnderWecomCap(placed.notBefore, time.until, delivery.massSendDays, {
    ...context,
    sending: withKeptFree(context.ruleset.sending, campaign.exceptDays, context.ruleset.calendar),
  });
  return 'at' in under ? { ...send, notBefore: under.at } : { ...send, kind: 'beyond_wecom_cap', code: under.refused };
}

/** Members get a message of a slot some minutes apart. What goes at once, such as thanks for a first order, goes at once. */
function ownMoment(
  { notBefore, expiresAt }: Pick<Placed, 'notBefore' | 'expiresAt'>,
  { evaluation, occasion: { campaign }, preference = noPreference }: Delivery,
  { context: { ruleset, timeZone }, now }: Moment,
): number {
  if (notBefore <= now) return notBefore;
  const sending = withKeptFree(policyFor(ruleset.sending, preference), campaign.exceptDays, ruleset.calendar);
  return spreadOver({ notBefore, until: expiresAt }, evaluation.id, sending, timeZone);
}

function firstChannel(delivery: Delivery, moment: Moment): CampaignChannel | undefined {
  const { occasion, invitation, routes } = delivery;
  const question = { welcome: occasion.welcome, invitation, routes, variant: variantFor(delivery) };
  return occasion.campaign.channels.find((channel) => canReach(channel, question, moment));
}

export const variantFor = ({ evaluation, occasion }: Pick<Delivery, 'evaluation' | 'occasion'>): Variant =>
  variantOf(occasion.campaign, evaluation.id);

const noWordsYet: Words = {
  ok: true,
  message: { text: '', attachments: [] },
  params: [],
  links: [],
  day: 'any',
  namesToday: false,
};

function wordsFor(delivery: Delivery, channel: CampaignChannel, figures: LoadedFigures, moment: Moment): FilledMessage {
  const { evaluation, occasion, invitation, routes } = delivery;
  const { campaign, reached } = occasion;
  const parts = {
    ...{ campaign, channel, evaluation, reached, routes },
    variant: variantFor(delivery),
    group: invitation?.group ?? null,
    move: invitation?.move,
    attachments: invitation && campaign.attach.includes('join_qr') ? [joinCode(invitation)] : [],
    key: occasion.key,
  };
  return fillWithFigures(parts, figures, moment);
}

export const joinCode = ({ group }: Pick<CarriedInvitation, 'group'>): Attachment => ({
  kind: 'image',
  url: group.joinQr,
  title: group.name,
});

/** The window in which a message may be sent: a text that is true on one day only is sent on that day, or not at all. */
function timeFor(until: number, day: Day | 'any', { timeZone }: Context, now: number): SendWindow | null {
  if (day === 'any') return { from: now, until };
  const [today, end] = [dayOf(now, timeZone), momentOf(day + 1, 0, timeZone) - 1];
  if (day < today) return null;
  return day === today ? { from: now, until: Math.min(until, end) } : { from: momentOf(day, 0, timeZone), until: end };
}

interface SendWindow {
  readonly from: number;
  readonly until: number;
}

/** The time within the window that the caps, slots and quiet hours allow; else the code of what refuses the message. */
function placeMessage(
  {
    caps,
    timing,
    trigger,
    priority,
    exceptDays,
  }: Pick<Campaign, 'caps' | 'timing' | 'trigger' | 'priority' | 'exceptDays'>,
  { from, until }: SendWindow,
  { capUsage: { gone, queued }, preference = noPreference }: Pick<Delivery, 'capUsage' | 'preference'>,
  { ruleset, timeZone }: Pick<Context, 'ruleset' | 'timeZone'>,
): Placement | { readonly kind: 'refused'; readonly code: 'merged_nudge' } {
  const sending = withKeptFree(policyFor(ruleset.sending, preference), exceptDays, ruleset.calendar);
  const message = { from, until, timing, caps, priority: messagePriority(priority) };
  if (caps === null) return placeSend(message, [], sending, timeZone);
  if (!isNudge(trigger)) return placeAmongQueued(message, { gone, queued }, sending, timeZone);
  const first = placeSend({ ...message, caps: null }, [], sending, timeZone);
  if (
    first.kind === 'at' &&
    isMergedNudge(first.notBefore, { isNudge: true, priority: message.priority }, gone, sending)
  )
    return { kind: 'refused', code: 'merged_nudge' };
  // A queued nudge does not delay this one: the first to be sent is the only one, and the other is refused then.
  const others = queued.filter((send) => !send.isNudge);
  return placeAmongQueued(message, { gone, queued: others }, sending, timeZone);
}
