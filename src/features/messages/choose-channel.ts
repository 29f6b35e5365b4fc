import type { ActionKind } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import type { MemberId } from '../../domain/ids.js';
import type { Occasion } from '../../domain/occasions.js';
import { stableShare } from '../../domain/stable-share.js';
import type { Invitation } from '../moves/invitation.js';
import type { ContactRoutes } from './contact-routes.js';
import { type Campaign, type Variant, type CampaignChannel, bodyFor } from '../../domain/messages/index.js';

/** WeCom lets a welcome code live this long, once (contract §7.1). */
export const WELCOME_MS = 20_000;

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
  reach: ContactRoutes,
  variant: Variant,
  context: Context,
  now: number,
): boolean {
  if (!context.abilities.has(abilityOf[channel])) return false;
  switch (channel) {
    case 'welcome':
      return occasion.welcome !== undefined && now - occasion.welcome.factAt < WELCOME_MS;
    case 'chat_dm':
      return reach.chatContactId !== null && reach.isContact;
    case 'group_mention':
      // Before the whole group only what anybody may hear, and no code meant for one.
      return (
        reach.room !== null &&
        reach.chatContactId !== null &&
        invitation === null &&
        !bodyFor(variant, channel).isKeptFromGroups
      );
    case 'mass_send':
      return reach.externalUserId !== null && reach.staff !== null;
    case 'sms':
      // A picture does not go in a text message.
      return reach.phone !== null && invitation === null;
  }
}
