import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from './day.js';
import type { Decision, Subject } from './decide.js';
import type { FactOf } from './fact.js';
import { asMemberId } from './ids.js';
import type { Campaign } from './messages/index.js';
import type { Trigger } from './triggers/index.js';
import { occasionsOf, type OccasionInput } from './occasions.js';
import { compileRule, type CompiledRule } from './rules/index.js';
import type { RulesetWithCampaigns } from './ruleset-with-campaigns.js';
import type { TierVerdict } from './tiers/tier-policy.js';

const now = 400 * DAY_MS;

function rule(text: string): CompiledRule {
  const compiled = compileRule(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.rule;
}
const aCampaign = (trigger: Trigger, given: Partial<Campaign> = {}): Campaign => ({
  key: 'c',
  name: 'c',
  kind: 'milestone',
  enabled: true,
  trigger,
  rule: null,
  audience: null,
  stopWhen: null,
  channels: ['mass_send'],
  identify: false,
  needsReview: false,
  watched: null,
  timing: 'slot',
  exceptDays: [],
  windowHours: 72,
  once: 'ever',
  caps: 'counted',
  priority: 50,
  holdoutPercent: 0,
  measure: { goal: 'return', withinDays: 7 },
  attach: [],
  sms: null,
  variants: [],
  variables: [],
  version: 2,
  ...given,
});
const member = { id: asMemberId(7), lastSeenAt: now - DAY_MS, lastSeenDay: 370 } as Subject['member'];
const kept = { verdict: { kind: 'kept' } as TierVerdict, because: { rule: 'tier:regular:stay', values: [] } };

interface Given {
  readonly before?: Record<string, number> | null;
  readonly values?: Record<string, number | string | boolean>;
  readonly tier?: Decision['tier'];
  readonly stage?: Decision['stage'];
  readonly news?: Partial<Pick<OccasionInput, 'added' | 'latestAt'>>;
}
function occasions(campaign: Campaign, { before = null, values = {}, tier = kept, stage = null, news = {} }: Given) {
  const subject = { member, before, tier: { since: 5 } } as Subject;
  const decision: Decision = {
    kolLevel: 0,
    stage,
    tier,
    tags: [],
    values: { tier: 'regular', orders_total: 0, ...values },
    tagNames: new Set(),
  };
  const tiers = ['potential', 'regular', 'member'].map((key) => ({
    key,
    enter: key === 'member' ? rule('orders_total >= 1') : null,
  }));
  const ruleset = { tiers, campaigns: [campaign], version: 1 } as unknown as RulesetWithCampaigns;
  return occasionsOf({ subject, decision, ruleset, added: [], facts: [], latestAt: null, ...news }, now);
}
const keys = (campaign: Campaign, given: Given) => occasions(campaign, given).map(({ key }) => key);
const added = (at: number, welcomeCode?: string) =>
  ({
    kind: 'contact_added',
    key: `a${at}`,
    at,
    member: {},
    data: { mutual: true, ...(welcomeCode ? { welcomeCode } : {}) },
  }) satisfies FactOf<'contact_added'>;

describe('occasionsOf', () => {
  it('fires when a count reaches a mark, and only then', () => {
    const hundred = aCampaign({ on: 'reached', metric: 'messages_total', at: [100] });
    expect(keys(hundred, { before: { messages_total: 99 }, values: { messages_total: 100 } })).toEqual(['c:7:100']);
    expect(keys(hundred, { before: { messages_total: 100 }, values: { messages_total: 101 } })).toEqual([]);
    expect(keys(hundred, { before: { messages_total: 98 }, values: { messages_total: 99 } })).toEqual([]);
  });

  it('fires for the highest of several marks passed at once', () => {
    const marks = aCampaign({ on: 'reached', metric: 'messages_total', at: [100, 500, 1_000] });
    expect(occasions(marks, { before: null, values: { messages_total: 700 } })).toMatchObject([
      {
        key: 'c:7:500',
        reached: 500,
        because: { rule: 'campaign:c', version: 2, values: [{ metric: 'messages_total', have: 700, need: '≥ 500' }] },
      },
    ]);
  });

  it('does not fire on facts that arrive long after they happened', () => {
    const hundred = aCampaign({ on: 'reached', metric: 'messages_total', at: [100] }, { windowHours: 48 });
    const given = { before: null, values: { messages_total: 100 } };
    expect(keys(hundred, { ...given, news: { latestAt: now - 49 * HOUR_MS } })).toEqual([]);
    expect(keys(hundred, { ...given, news: { latestAt: now - 47 * HOUR_MS } })).toEqual(['c:7:100']);
  });

  it('fires on the day itself and up to two days late, under one key', () => {
    const week = aCampaign({ on: 'days_since', metric: 'days_since_joined', at: 7 });
    expect([6, 7, 8, 9, 10].map((days) => keys(week, { values: { days_since_joined: days } }))).toEqual([
      [],
      ['c:7'],
      ['c:7'],
      ['c:7'],
      [],
    ]);
  });

  it('fires once per silence, identified by the day it began', () => {
    const silent = aCampaign({ on: 'silent', days: 30 }, { once: 'per_occasion' });
    expect(keys(silent, { values: { days_since_last_seen: 30 } })).toEqual(['c:7:370']);
    expect(keys(silent, { values: { days_since_last_seen: 33 } })).toEqual([]);
    expect(keys({ ...silent, once: 'ever' }, { values: { days_since_last_seen: 31 } })).toEqual(['c:7']);
  });

  it('fires on a rise into one of the given tiers, never on a fall or a lock', () => {
    const entered = (to: string, direction: 'up' | 'down' | 'first' | 'locked') => ({
      tier: { verdict: { kind: 'entered' as const, to, from: 'regular', direction }, because: kept.because },
    });
    const up = aCampaign({ on: 'tier_up', to: ['member'] }, { once: 'per_occasion' });
    expect(keys(up, entered('member', 'up'))).toEqual(['c:7:member:5']);
    expect(keys(up, entered('regular', 'up'))).toEqual([]);
    for (const direction of ['down', 'first', 'locked'] as const)
      expect(keys(up, entered('member', direction))).toEqual([]);
  });

  it('fires when one step is missing to the next tier', () => {
    const step = aCampaign({ on: 'one_step', to: 'member' });
    expect(keys(step, {})).toEqual(['c:7']);
    expect(keys(step, { values: { tier: 'potential' } })).toEqual([]);
    expect(keys(step, { values: { tier: 'member', orders_total: 1 } })).toEqual([]);
  });

  it('fires when a stage is entered, not for the first stage of a member', () => {
    const lost = aCampaign({ on: 'stage', enters: 'lost' }, { once: 'per_occasion' });
    const into = (from: 'asleep' | null) => ({
      stage: { to: 'lost' as const, from, probationUntil: null, because: kept.because },
    });
    expect(keys(lost, into('asleep'))).toEqual([`c:7:lost:${now - DAY_MS}`]);
    expect(keys(lost, into(null))).toEqual([]);
    expect(keys(lost, {})).toEqual([]);
  });

  it('warns once per grace period', () => {
    const grace = aCampaign({ on: 'tier_grace' }, { once: 'per_occasion' });
    expect(
      keys(grace, { tier: { verdict: { kind: 'warned', to: 'regular', until: 123 }, because: kept.because } }),
    ).toEqual(['c:7:123']);
    expect(keys(grace, {})).toEqual([]);
  });

  it('welcomes a new contact with their welcome code, within the window', () => {
    const welcome = aCampaign({ on: 'contact_added' }, { windowHours: 1 });
    expect(occasions(welcome, { news: { added: [added(now - 5_000, 'code')], latestAt: now } })).toMatchObject([
      { key: 'c:7', welcome: { code: 'code', factAt: now - 5_000 } },
    ]);
    expect(occasions(welcome, { news: { added: [added(now)], latestAt: now } })[0]).not.toHaveProperty('welcome');
    expect(keys(welcome, { news: { added: [added(now - 61 * 60_000, 'code')], latestAt: now } })).toEqual([]);
  });

  it('fires only for the audience, and gives its figures as the reason', () => {
    const week = aCampaign(
      { on: 'days_since', metric: 'days_since_joined', at: 7 },
      { audience: rule('messages_total >= 3') },
    );
    expect(keys(week, { values: { days_since_joined: 7, messages_total: 2 } })).toEqual([]);
    expect(occasions(week, { values: { days_since_joined: 7, messages_total: 4 } })[0]?.because.values).toEqual([
      { metric: 'days_since_joined', have: 7, need: '≥ 7' },
      { metric: 'messages_total', have: 4, need: '≥ 3' },
    ]);
  });

  it('never fires for invitations and reminders, which the move sends', () => {
    expect(keys(aCampaign({ on: 'move_invited', direction: 'any' }), {})).toEqual([]);
    expect(keys(aCampaign({ on: 'move_reminder' }), {})).toEqual([]);
  });
});
