import { type ActionKey, messageKey } from './action-keys.js';
import { becauseOf } from './ruleset.js';
import type { RulesetWithCampaigns } from './ruleset-with-campaigns.js';
import type { Because } from './because.js';
import { HOUR_MS } from './day.js';
import type { FactOf } from './fact.js';
import type { Campaign } from './messages/index.js';
import type { Ground } from './triggers/index.js';
import type { TriggerInput } from './triggers/trigger.js';
import { definitionOf, findOccasions } from './triggers/read-triggers.js';
import type { WayPolicy } from './ways/contact-way.js';

/** A reason to write to a member. */
export interface Occasion {
  readonly campaign: Campaign;
  /** Key of the message. With `once: ever` all occasions of a campaign share one. */
  readonly key: ActionKey;
  /** Unique id of this occasion, whatever `once` says; no occasion is answered twice. */
  readonly id: string;
  /** Prefix of the ids that `once: ever` answers only once. */
  readonly onceOf: string;
  readonly ground: Ground;
  readonly because: Because;
  /** The mark that was reached, for milestones. */
  readonly reached?: number;
  readonly welcome?: { readonly code: string; readonly factAt: number };
  /** Why its message is not sent, known before it is planned. */
  readonly refusal?: string;
}

/** One evaluated member with what is new since the last evaluation. */
export interface OccasionInput extends TriggerInput {
  readonly ruleset: RulesetWithCampaigns;
  /**
   * Epoch ms of the latest new fact; null when only time has passed; `recalculated` when old figures were summed anew (a
   * recount, or two records merged). The facts of one evaluation have a similar age (`groupByAge`).
   */
  readonly latestAt: number | null | 'recalculated';
}

const reactsToActivity = ({ trigger }: Campaign): boolean => definitionOf(trigger).reactsToActivity ?? false;

/** The age limits, in hours, that campaigns set for the activity they react to. */
export const activityWindows = (campaigns: readonly Campaign[]): number[] =>
  campaigns.filter(reactsToActivity).map(({ windowHours }) => windowHours);

/** The occasions on which campaigns may write to this member now. Whether a message is sent is decided in planning. */
export function occasionsOf(input: OccasionInput, now: number): Occasion[] {
  const { subject, decision, ruleset, latestAt } = input;
  return ruleset.campaigns.flatMap((campaign) => {
    // Facts that arrive long after they happened (an import, a catch-up) count, but nobody is congratulated on them.
    const isOld = latestAt === 'recalculated' || (latestAt !== null && now - latestAt > campaign.windowHours * HOUR_MS);
    if (isOld && reactsToActivity(campaign)) return [];
    const found = findOccasions(campaign, input, now);
    if (found.length === 0 || (campaign.audience && !campaign.audience.holds(decision.values, decision.tagNames)))
      return [];
    return found.map(({ id, once, values, ...rest }) => {
      const audience = campaign.audience
        ? becauseOf('', campaign.version, campaign.audience.explain(decision.values, decision.tagNames)).values
        : [];
      const onceOf = messageKey(campaign.key, subject.member.id, once);
      const own = messageKey(campaign.key, subject.member.id, id);
      return {
        ...rest,
        campaign,
        key: campaign.once === 'ever' ? onceOf : own,
        id: own,
        onceOf,
        because: {
          rule: `campaign:${campaign.key}`,
          text: campaign.audience?.text ?? '',
          version: campaign.version,
          values: [...values, ...audience],
        },
      };
    });
  });
}

/**
 * Keeps one welcome per newcomer, because a welcome code works once. A contact code with a welcome of its own gets that one,
 * and nobody else does.
 */
export function chooseWelcomes(
  occasions: readonly Occasion[],
  added: readonly FactOf<'contact_added'>[],
  { channels }: WayPolicy,
): Occasion[] {
  const own = new Map(channels.flatMap(({ key, welcome }) => (welcome === null ? [] : [[key, welcome] as const])));
  if (own.size === 0) return [...occasions];
  const reserved = new Set(own.values());
  const wantedBy = new Map(added.map(({ data }) => [data.welcomeCode, own.get(data.state ?? '')]));
  return occasions.filter(({ campaign, welcome }) => {
    if (!welcome) return true;
    const wanted = wantedBy.get(welcome.code);
    const isThere = wanted !== undefined && occasions.some((other) => other.campaign.key === wanted);
    return isThere ? campaign.key === wanted : !reserved.has(campaign.key);
  });
}
