import type { ActionKind } from '../../domain/action.js';
import type { MemberId } from '../../domain/ids.js';
import type { Occasion } from '../../domain/occasions.js';
import { stableShare } from '../../domain/stable-share.js';
import type { CarriedInvitation } from '../moves/invitation.js';
import type { Moment } from '../run.js';
import { JOIN_CODE_MESSAGES, windowRefusal } from '../../domain/service/service-window.js';
import type { CountedWindow } from '../service/service-window.store.js';
import type { ContactRoutes } from './contact-routes.js';
import { WELCOME_CODE_MS } from '../../domain/welcome-code.js';
import { type Campaign, type Variant, type CampaignChannel, bodyFor } from '../../domain/messages/index.js';

/** The variant of this campaign that this member always gets. */
export function variantOf(campaign: Campaign, member: MemberId): Variant {
  const total = campaign.variants.reduce((sum, variant) => sum + variant.weight, 0);
  let rest = stableShare(member, campaign.key, 'variant') * total;
  for (const variant of campaign.variants) {
    rest -= variant.weight;
    if (rest < 0) return variant;
  }
  return campaign.variants.at(-1)!;
}

/** The kind of action by which a channel sends. */
export const actionKindOf: Readonly<Record<CampaignChannel, ActionKind>> = {
  welcome: 'send_welcome',
  chat_dm: 'chat_dm',
  group_mention: 'group_say',
  kf: 'kf_say',
  mass_send: 'mass_send',
  sms: 'sms',
};

/** What decides whether a channel can carry a message to a member. */
export interface ChannelQuestion {
  readonly welcome: Occasion['welcome'];
  readonly invitation: CarriedInvitation | null;
  readonly routes: ContactRoutes;
  readonly variant: Variant;
}

/** Whether the channel is configured, leads to the member and may carry this message. */
export function canReach(
  channel: CampaignChannel,
  { welcome, invitation, routes, variant }: ChannelQuestion,
  { context, now }: Moment,
): boolean {
  if (!context.abilities.has(actionKindOf[channel])) return false;
  switch (channel) {
    case 'welcome':
      return welcome !== undefined && now - welcome.factAt < WELCOME_CODE_MS;
    case 'chat_dm':
      return routes.chatContactId !== null && routes.isContact;
    case 'group_mention':
      // The whole group reads it: no private values, and no join code that is meant for one member.
      return (
        routes.room !== null &&
        routes.chatContactId !== null &&
        invitation === null &&
        !bodyFor(variant, channel).isKeptFromGroups
      );
    case 'kf':
      return routes.service !== null && isOpen(routes.service, invitation === null ? 1 : JOIN_CODE_MESSAGES, now);
    case 'mass_send':
      return routes.externalUserId !== null && routes.staff !== null;
    case 'sms':
      // A text message cannot carry the picture of the join code.
      return routes.phone !== null && invitation === null;
  }
}

const isOpen = (window: CountedWindow, messages: number, now: number): boolean =>
  windowRefusal(window, window.sends, messages, now) === null;
