import type { MemberId } from '../ids.js';
import type { Campaign } from '../messages/index.js';
import { stableShare } from '../stable-share.js';
import { foretells, isInvitation } from '../triggers/read-triggers.js';

/**
 * What a member was drawn for when a message was due: the text of a variant, or nothing. Stored with the message and never
 * changed, so that a comparison counts everybody where the draw put them, whatever became of the message.
 */
export type Arm = 'global_holdout' | 'holdout' | `variant:${string}`;

/** The draw kept the message from the member: it is not tried again for this occasion. */
export const isHeldOut = (code: string | null): boolean => code === 'global_holdout' || code === 'holdout';

export const variantArm = (name: string): Arm => `variant:${name}`;

/** The variant of an arm; null for those that get nothing. */
export const variantOfArm = (arm: string): string | null =>
  arm.startsWith('variant:') ? arm.slice('variant:'.length) : null;

export type Measured = Pick<Campaign, 'key' | 'kind' | 'caps' | 'trigger' | 'holdoutPercent'>;

/**
 * Whether the messages of a campaign are kept from the global holdout. A welcome, an invitation and an answer to what the
 * member did are not: they are no campaign whose worth is measured, and who waits for one must get it. Nor is what tells a
 * member that their tier is about to be lowered: nobody is lowered unwarned.
 */
export const isMeasuredGlobally = ({ kind, caps, trigger }: Measured): boolean =>
  caps !== 'service' && kind !== 'welcome' && kind !== 'move' && !isInvitation(trigger) && !foretells(trigger);

/** Drawn by the member alone, so that it is the same members for every campaign and for ever. */
export const isInGlobalHoldout = (member: MemberId, percent: number): boolean =>
  percent > 0 && stableShare(member, 'global_holdout') * 100 < percent;

export const isInHoldout = (member: MemberId, { key, holdoutPercent }: Measured): boolean =>
  holdoutPercent > 0 && stableShare(member, key, 'holdout') * 100 < holdoutPercent;

/** Why the draw keeps a message from this member; null when it may go. */
export function heldOutBy(
  member: MemberId,
  campaign: Measured,
  globalPercent: number,
): 'global_holdout' | 'holdout' | null {
  if (isMeasuredGlobally(campaign) && isInGlobalHoldout(member, globalPercent)) return 'global_holdout';
  return isInHoldout(member, campaign) ? 'holdout' : null;
}
