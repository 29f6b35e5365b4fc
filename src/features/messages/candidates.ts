import { type ActionKey, invitationKey } from '../../domain/action-keys.js';
import type { Context } from '../../domain/context.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { Occasion } from '../../domain/occasions.js';
import type { Invitation } from '../moves/invitation.js';

/** What a message is about. An invitation is told by its move and has no id of its own. */
export type ToldOccasion = Omit<Occasion, 'id' | 'onceOf'> & { readonly id: string | null };

export interface Told {
  readonly evaluation: Evaluation;
  readonly occasion: ToldOccasion;
  readonly invitation: Invitation | null;
  /** The end of its window, where that began before now. */
  readonly until?: number;
}

/**
 * A promotion that comes with a move is told once: the congratulation carries the invitation. Any other move is told by
 * the invitation's own template.
 */
export function toldTo(
  evaluation: Evaluation,
  invitations: readonly Invitation[],
  known: ReadonlySet<string>,
  context: Context,
): Told[] {
  const invited = invitations.find((invitation) => invitation.kind === 'move_invited');
  const told: Told[] = [];
  let carried = false;
  for (const occasion of evaluation.occasions) {
    const carries = occasion.campaign.attach.includes('join_qr');
    if (carries && !invited) continue; // Without a group to go to there is no code to show.
    told.push({ evaluation, occasion, invitation: carries ? invited! : null });
    carried ||= carries;
  }
  for (const invitation of invitations) {
    if (invitation === invited && carried) continue;
    const campaign = context.ruleset.campaigns.find(
      ({ trigger, audience }) =>
        trigger.on === invitation.kind &&
        (trigger.on !== 'move_invited' || trigger.direction === 'any' || trigger.direction === invitation.direction) &&
        (audience === null || audience.holds(evaluation.decision.values, evaluation.decision.tagNames)),
    );
    if (campaign && !known.has(invitationKey(campaign.key, invitation.move)))
      told.push({
        evaluation,
        invitation,
        occasion: {
          campaign,
          key: invitationKey(campaign.key, invitation.move),
          id: null,
          ground: { on: invitation.kind },
          because: { ...invitation.because, rule: `campaign:${campaign.key}`, version: campaign.version },
        },
      });
  }
  return told;
}

export const keysOf = (invitation: Invitation, context: Context): ActionKey[] =>
  context.ruleset.campaigns
    .filter((campaign) => campaign.trigger.on === invitation.kind)
    .map((campaign) => invitationKey(campaign.key, invitation.move));
