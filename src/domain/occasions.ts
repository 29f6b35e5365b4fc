import { type ActionKey, messageKey } from './action-keys.js';
import { becauseOf } from './ruleset.js';
import type { RulesetWithCampaigns } from './ruleset-with-campaigns.js';
import type { Because } from './because.js';
import type { Decision, Subject } from './decide.js';
import { HOUR_MS } from './day.js';
import type { FactOf } from './fact.js';
import type { Campaign } from './messages/index.js';
import type { Ground } from './triggers/index.js';
import { definitionOf, findOccasions } from './triggers/read-triggers.js';
import type { WayPolicy } from './ways/contact-way.js';

/** A reason to write to a member. */
export interface Occasion {
  readonly campaign: Campaign;
  /** What the message is kept under. With `once: ever` all occasions of a campaign have the same. */
  readonly key: ActionKey;
  /** Tells the real occasion from every other, whatever `once` says: the same one is never answered twice. */
  readonly id: string;
  /** What `once: ever` allows once, as the beginning of an id. */
  readonly onceOf: string;
  readonly ground: Ground;
  readonly because: Because;
  /** The mark that was reached, for milestones. */
  readonly reached?: number;
  readonly welcome?: { readonly code: string; readonly factAt: number };
}

/** What was told about the member since the last look. */
export interface NewFacts {
  readonly added: readonly FactOf<'contact_added'>[];
  /**
   * When the latest of it happened, epoch ms; null when nothing was told and only time has passed; `recalculated` where older
   * figures were put together anew (two records that are one). The facts of one look are of like age (`groupByAge`).
   */
  readonly latestAt: number | null | 'recalculated';
}

const reactsToActivity = ({ trigger }: Campaign): boolean => definitionOf(trigger).reactsToActivity ?? false;

/** How old what somebody did may be, in hours, by each campaign that is said because of it. */
export const activityWindows = (campaigns: readonly Campaign[]): number[] =>
  campaigns.filter(reactsToActivity).map(({ windowHours }) => windowHours);

/** Everything that has just become worth saying to this member; whether it is said is for the plan. */
export function occasionsOf(
  subject: Subject,
  decision: Decision,
  news: NewFacts,
  ruleset: RulesetWithCampaigns,
  now: number,
): Occasion[] {
  const { added } = news;
  return ruleset.campaigns.flatMap((campaign) => {
    // Facts handed in long after they happened (an import, a catch-up) count, but nobody is congratulated on them.
    const isOld =
      news.latestAt === 'recalculated' ||
      (news.latestAt !== null && now - news.latestAt > campaign.windowHours * HOUR_MS);
    if (isOld && reactsToActivity(campaign)) return [];
    const found = findOccasions(
      campaign.trigger,
      { subject, decision, ruleset, added, windowHours: campaign.windowHours },
      now,
    );
    if (found.length === 0 || (campaign.audience && !campaign.audience.holds(decision.values, decision.tagNames)))
      return [];
    return found.map(({ id, once, values, ...rest }) => {
      const audience = campaign.audience
        ? becauseOf('', campaign.audience, campaign.version, decision.values, decision.tagNames).values
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
 * Of several greetings only one can go out, as the code works once: the one of the way the newcomer took, if it has its
 * own, and nobody else gets that one.
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
