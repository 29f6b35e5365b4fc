import { type ActionKey, invitationKey } from '../../domain/action-keys.js';
import type { Context } from '../../domain/context.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { Campaign } from '../../domain/messages/index.js';
import type { Occasion } from '../../domain/occasions.js';
import type { Invitation } from '../moves/invitation.js';

/** The occasion of a message. An invitation has none of its own: it belongs to its move, and `id` is null. */
export type MessageOccasion = Omit<Occasion, 'id' | 'onceOf'> & { readonly id: string | null };

/** A message that may be sent: to whom, on which occasion, and with which invitation. */
export interface MessageCandidate {
  readonly evaluation: Evaluation;
  readonly occasion: MessageOccasion;
  readonly invitation: Invitation | null;
  /** The end of its window in epoch ms, if the window began before now. */
  readonly until?: number;
}

/**
 * A member who is promoted and invited gets one message: the congratulation carries the invitation. Every other invitation
 * goes with its own template, unless `existingKeys` has its key already.
 */
export function messageCandidates(
  evaluation: Evaluation,
  invitations: readonly Invitation[],
  existingKeys: ReadonlySet<string>,
  context: Context,
): MessageCandidate[] {
  const invited = invitations.find((invitation) => invitation.kind === 'move_invited');
  const candidates: MessageCandidate[] = [];
  let isCarried = false;
  for (const occasion of evaluation.occasions) {
    const carries = occasion.campaign.attach.includes('join_qr');
    if (occasion.refusal !== undefined) {
      // It does not carry the invitation, which then goes with its own template.
      candidates.push({ evaluation, occasion, invitation: null });
      continue;
    }
    if (carries && !invited) continue; // Without a group there is no join code to attach.
    candidates.push({ evaluation, occasion, invitation: carries ? invited! : null });
    isCarried ||= carries;
  }
  for (const invitation of invitations) {
    if (invitation === invited && isCarried) continue;
    const campaign = invitationCampaign(context.ruleset.campaigns, invitation, evaluation);
    if (campaign && !existingKeys.has(invitationKey(campaign.key, invitation.move)))
      candidates.push({
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
  return candidates;
}

/** The template of an invitation or its reminder: one for its turn before one for all turns. */
export function invitationCampaign(
  campaigns: readonly Campaign[],
  { kind, direction, turn }: Pick<Invitation, 'kind' | 'direction' | 'turn'>,
  { decision }: Pick<Evaluation, 'decision'>,
): Campaign | undefined {
  const fitting = campaigns.filter(
    ({ trigger, audience }) =>
      trigger.on === kind &&
      (trigger.on !== 'move_invited' ||
        ((trigger.direction === 'any' || trigger.direction === direction) &&
          (trigger.turn === undefined || trigger.turn === turn))) &&
      (audience === null || audience.holds(decision.values, decision.tagNames)),
  );
  return fitting.find(({ trigger }) => trigger.on === 'move_invited' && trigger.turn !== undefined) ?? fitting[0];
}

/** The outbox keys that this invitation may have, one for each campaign of its trigger. */
export const invitationKeysOf = (invitation: Invitation, context: Context): ActionKey[] =>
  context.ruleset.campaigns
    .filter((campaign) => campaign.trigger.on === invitation.kind)
    .map((campaign) => invitationKey(campaign.key, invitation.move));
