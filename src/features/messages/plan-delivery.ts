import { messagePriority, priorities } from '../../domain/priorities.js';
import type { Action, Rendered } from '../../domain/action.js';
import type { Campaign, CampaignChannel } from '../../domain/messages/index.js';
import type { NewOutboxRow } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { ToldOccasion } from './candidates.js';
import type { ContactRoutes } from './contact-routes.js';
import {
  decideDelivery,
  refusalBeforeWords,
  variantFor,
  type Delivery,
  type DeliveryDecision,
  type Moment,
} from './decide-delivery.js';
import { askFigures, noFigures } from './template-values.js';

type PlannedDelivery = Delivery & { readonly occasion: ToldOccasion };

/** One occasion as an outbox row: by which channel, when and in which words; or why not. */
export const planDelivery = async (tx: Sql, delivery: PlannedDelivery, moment: Moment): Promise<NewOutboxRow> =>
  plannedRow(delivery, await decidedWithFigures(tx, delivery, moment), moment.now);

/** Decides on a message, with the figures that its words name. */
export async function decidedWithFigures(sql: Sql, delivery: Delivery, moment: Moment): Promise<DeliveryDecision> {
  const { evaluation, occasion, invitation } = delivery;
  const about = { campaign: occasion.campaign, group: invitation?.group ?? null, move: invitation?.move };
  const isRefused = refusalBeforeWords(delivery, moment) !== null;
  return decideDelivery(delivery, isRefused ? noFigures : await askFigures(sql, evaluation, about), moment);
}

/** What is not to be sent is a row too, so that it is not thought of again. */
export function plannedRow(delivery: PlannedDelivery, decision: DeliveryDecision, now: number): NewOutboxRow {
  const { evaluation, occasion, invitation } = delivery;
  const { campaign } = occasion;
  const base = {
    key: occasion.key,
    member: evaluation.id,
    move: invitation?.move,
    campaign: campaign.key,
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
  const waiting = { ...row, priority: messagePriority(campaign.priority), stopWhen: campaign.stopWhen?.text };
  if (kind === 'send') return { ...waiting, caps: campaign.caps ?? undefined };
  return { ...waiting, suppressed: decision.code, because: { ...occasion.because, reasons: [decision.code] } };
}

function actionOf(
  { occasion: { campaign, welcome }, routes }: Delivery,
  { channel, words: { message, params } }: Exclude<DeliveryDecision, { kind: 'refused' }>,
): Action {
  if (channel === 'welcome') return { kind: 'send_welcome', welcomeCode: welcome!.code, message };
  return channel === 'sms' ? smsFor(campaign, message, params, routes) : actionFor(channel, message, routes);
}

/** The words are the body's, for whoever reads of it; what goes out is the approved template's. */
export const smsFor = (
  { sms }: Campaign,
  { text }: Rendered,
  params: readonly string[],
  reach: ContactRoutes,
): Action => ({
  kind: 'sms',
  phone: reach.phone!,
  template: sms!.template,
  params,
  text,
});

export function actionFor(
  channel: Exclude<CampaignChannel, 'sms' | 'welcome'>,
  message: Rendered,
  reach: ContactRoutes,
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
