import { messagePriority, priorities } from '../../domain/priorities.js';
import type { Action, Rendered } from '../../domain/action.js';
import { isMeasuredGlobally } from '../../domain/experiments/draw.js';
import type { PlacedLink } from '../../domain/links/link.js';
import type { Campaign, CampaignChannel } from '../../domain/messages/index.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import type { Run } from '../run.js';
import type { MessageOccasion } from './candidates.js';
import type { ContactRoutes } from './contact-routes.js';
import {
  armFor,
  decideDelivery,
  refusalBeforeWords,
  variantFor,
  type Delivery,
  type DeliveryDecision,
} from './decide-delivery.js';
import { loadFigures, noFigures } from './template-values.js';

type PlannedDelivery = Delivery & { readonly occasion: MessageOccasion };

export interface PlannedMessage {
  readonly row: NewOutboxRow;
  /** The links that its text prints; to be stored with the row. */
  readonly links: readonly PlacedLink[];
}

/** One message as an outbox row: its channel, time and text; or a suppressed row with the reason. */
export async function planDelivery(run: Run, delivery: PlannedDelivery): Promise<PlannedMessage> {
  const decision = await decideWithFigures(run, delivery);
  const drawn = { arm: armFor(delivery, run) ?? undefined, isMeasuredGlobally: isInGlobalDraw(delivery) };
  const row = { ...outboxRowOf(delivery, decision, run.now), ...drawn };
  return { row, links: decision.kind === 'send' ? decision.words.links : [] };
}

/** Loads the figures that the text names, and decides. */
export async function decideWithFigures(run: Run, delivery: Delivery): Promise<DeliveryDecision> {
  const { evaluation, occasion, invitation } = delivery;
  const about = { campaign: occasion.campaign, group: invitation?.group ?? null, move: invitation?.move };
  const isRefused = refusalBeforeWords(delivery, run) !== null;
  return decideDelivery(delivery, isRefused ? noFigures : await loadFigures(run.tx, evaluation, about), run);
}

const isInGlobalDraw = ({ occasion: { campaign, welcome } }: PlannedDelivery): boolean =>
  !welcome && isMeasuredGlobally(campaign);

const stageOf = ({ decision: { values } }: Delivery['evaluation']): string | null =>
  typeof values['stage'] === 'string' ? values['stage'] : null;

/** A refused message becomes a suppressed row, so that the same occasion is not planned again. */
function outboxRowOf(delivery: PlannedDelivery, decision: DeliveryDecision, now: number): NewOutboxRow {
  const { evaluation, occasion, invitation } = delivery;
  const { campaign } = occasion;
  const base = {
    key: occasion.key,
    member: evaluation.id,
    move: invitation?.move,
    campaign: campaign.key,
    stage: stageOf(evaluation),
    templateVersion: campaign.version,
    variant: variantFor(delivery).name,
    occasion: occasion.id ?? undefined,
    ground: occasion.ground,
    because: occasion.because,
    proactive: true,
    group: invitation?.group.id,
  };
  const { kind } = decision;
  if (kind === 'refused')
    return {
      ...base,
      ...{ notBefore: now, suppressed: decision.code },
      because: { ...occasion.because, reasons: [decision.code] },
      action: { kind: 'mass_send', sender: '', externalUserIds: [], message: { text: '', attachments: [] } },
    };
  const row = {
    ...base,
    action: actionOf(delivery, decision),
    notBefore: decision.notBefore,
    expiresAt: decision.expiresAt,
  };
  if (decision.channel === 'welcome') return { ...row, proactive: false, priority: priorities.welcome };
  const proactive = { ...row, priority: messagePriority(campaign.priority), stopWhen: campaign.stopWhen?.text };
  if (kind === 'send') return { ...proactive, caps: campaign.caps ?? undefined };
  return { ...proactive, suppressed: decision.code, because: { ...occasion.because, reasons: [decision.code] } };
}

function actionOf(
  { occasion: { campaign, welcome }, routes }: Delivery,
  { channel, words: { message, params } }: Exclude<DeliveryDecision, { kind: 'refused' }>,
): Action {
  if (channel === 'welcome') return { kind: 'send_welcome', welcomeCode: welcome!.code, message };
  return channel === 'sms' ? smsFor(campaign, message, params, routes) : actionFor(channel, message, routes);
}

/** The provider sends its approved template with `params`; `text` is our own text, kept for those who read the record. */
export const smsFor = (
  { sms }: Campaign,
  { text }: Rendered,
  params: readonly string[],
  routes: ContactRoutes,
): Action => ({
  kind: 'sms',
  phone: routes.phone!,
  template: sms!.template,
  params,
  text,
});

export function actionFor(
  channel: Exclude<CampaignChannel, 'sms' | 'welcome'>,
  message: Rendered,
  routes: ContactRoutes,
): Action {
  switch (channel) {
    case 'chat_dm':
      return { kind: 'chat_dm', chatContactId: routes.chatContactId!, message };
    case 'group_mention':
      return { kind: 'group_say', chatId: routes.room!.roomId, mention: routes.chatContactId!, text: message.text };
    case 'kf': {
      const { account, externalUserId } = routes.service!;
      return { kind: 'kf_say', account, externalUserId, message };
    }
    case 'mass_send':
      return { kind: 'mass_send', sender: routes.staff!, externalUserIds: [routes.externalUserId!], message };
  }
}
