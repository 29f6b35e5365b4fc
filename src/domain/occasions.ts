import { assertNever } from './assert-never.js';
import { becauseOf, type Ruleset } from './ruleset.js';
import type { Because, BecauseValue } from './because.js';
import type { Decision, Subject } from './decide.js';
import { HOUR_MS } from './day.js';
import type { FactOf } from './fact.js';
import type { Campaign, TriggerKind } from './messages/index.js';
import type { MetricValue } from './metrics/index.js';
import { isOneStep, missingTo } from './tiers/next-step.js';

/** A reason to write to a member. `key` names the occasion: the same one is never answered twice. */
export interface Occasion {
  readonly campaign: Campaign;
  readonly key: string;
  readonly because: Because;
  /** The mark that was reached, for milestones. */
  readonly reached?: number;
  readonly welcome?: { readonly code: string; readonly factAt: number };
}

/** What was told about the member since the last look. */
export interface News {
  readonly added: readonly FactOf<'contact_added'>[];
  /** When the latest of it happened, epoch ms; null when nothing was told and only time has passed. */
  readonly latestAt: number | null;
}

const countsOnly: ReadonlySet<TriggerKind> = new Set(['reached', 'tier_up', 'one_step']);

/** Days a day-count milestone may come late (the service was down) and still be told. */
const LATE_DAYS = 2;

/** Everything that has just become worth saying to this member; whether it is said is for the plan. */
export function occasionsOf(
  subject: Subject,
  decision: Decision,
  news: News,
  ruleset: Ruleset,
  now: number,
): Occasion[] {
  const { added } = news;
  return ruleset.campaigns.flatMap((campaign) => {
    // Facts handed in long after they happened (an import, a catch-up) count, but nobody is congratulated on them.
    if (
      news.latestAt !== null &&
      now - news.latestAt > campaign.windowHours * HOUR_MS &&
      countsOnly.has(campaign.trigger.on)
    )
      return [];
    const found = occasionOf(campaign, subject, decision, added, ruleset, now);
    if (found.length === 0 || (campaign.audience && !campaign.audience.holds(decision.values, decision.tagNames)))
      return [];
    return found.map(({ suffix, values, ...rest }) => {
      const audience = campaign.audience
        ? becauseOf('', campaign.audience, campaign.version, decision.values, decision.tagNames).values
        : [];
      return {
        ...rest,
        campaign,
        key:
          campaign.once === 'ever' && suffix.startsWith('#')
            ? `${campaign.key}:${subject.member.id}`
            : `${campaign.key}:${subject.member.id}:${suffix.replace('#', '')}`,
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

interface Found {
  /** Tells one occasion of a campaign from the next; `#` before it where `once: ever` makes them one. */
  readonly suffix: string;
  readonly values: readonly BecauseValue[];
  readonly reached?: number;
  readonly welcome?: Occasion['welcome'];
}

function occasionOf(
  campaign: Campaign,
  subject: Subject,
  decision: Decision,
  added: readonly FactOf<'contact_added'>[],
  ruleset: Ruleset,
  now: number,
): Found[] {
  const { trigger } = campaign;
  const { verdict } = decision.tier;
  switch (trigger.on) {
    case 'contact_added':
      return added
        .filter((fact) => now - fact.at <= campaign.windowHours * HOUR_MS)
        .map((fact) => ({
          suffix: `#${fact.at}`,
          values: [],
          ...(fact.data.welcomeCode ? { welcome: { code: fact.data.welcomeCode, factAt: fact.at } } : {}),
        }));
    case 'days_since': {
      const have = decision.values[trigger.metric] ?? null;
      if (typeof have !== 'number' || have < trigger.at || have > trigger.at + LATE_DAYS) return [];
      return [
        {
          suffix: `#${trigger.at}`,
          reached: trigger.at,
          values: [{ metric: trigger.metric, have, need: `≥ ${trigger.at}` }],
        },
      ];
    }
    case 'reached': {
      const [was, is] = [count(subject.before?.[trigger.metric]), count(decision.values[trigger.metric])];
      // Marks passed in one step are told as the highest only.
      const mark = Math.max(0, ...trigger.at.filter((at) => was < at && at <= is));
      return mark === 0
        ? []
        : [{ suffix: String(mark), reached: mark, values: [{ metric: trigger.metric, have: is, need: `≥ ${mark}` }] }];
    }
    case 'tier_up':
      if (verdict.kind !== 'entered' || verdict.direction !== 'up' || (trigger.to && !trigger.to.includes(verdict.to)))
        return [];
      return [{ suffix: verdict.to, values: decision.tier.because.values }];
    case 'one_step': {
      const tiers = ruleset.tiers.map((tier) => tier.key);
      const target = ruleset.tiers.find((tier) => tier.key === trigger.to);
      if (!target?.enter || tiers.indexOf(trigger.to) !== tiers.indexOf(String(decision.values['tier'])) + 1) return [];
      if (!isOneStep(missingTo(target.enter, decision.values, decision.tagNames))) return [];
      return [
        {
          suffix: `#${trigger.to}`,
          values: becauseOf('', target.enter, ruleset.version, decision.values, decision.tagNames).values,
        },
      ];
    }
    case 'stage':
      if (
        decision.stage?.to !== trigger.enters ||
        decision.stage.from === null ||
        decision.stage.from === trigger.enters
      )
        return [];
      return [
        { suffix: `#${trigger.enters}:${subject.member.lastSeenAt ?? 0}`, values: decision.stage.because.values },
      ];
    case 'silent': {
      const have = decision.values['days_since_last_seen'] ?? null;
      if (typeof have !== 'number' || have < trigger.days || have > trigger.days + LATE_DAYS) return [];
      // Each silence is an occasion of its own: the day it began tells them apart.
      return [
        {
          suffix: `#${subject.member.lastSeenDay}`,
          reached: trigger.days,
          values: [{ metric: 'days_since_last_seen', have, need: `≥ ${trigger.days}` }],
        },
      ];
    }
    case 'tier_grace':
      return verdict.kind === 'warned' ? [{ suffix: `#${verdict.until}`, values: decision.tier.because.values }] : [];
    // Told by the move itself, when it is planned or due for a reminder.
    case 'move_invited':
    case 'move_reminder':
      return [];
    default:
      return assertNever(trigger);
  }
}

const count = (value: MetricValue | undefined): number => (typeof value === 'number' ? value : 0);
