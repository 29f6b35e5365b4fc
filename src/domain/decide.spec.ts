import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Decision, type Subject } from './decide.js';
import { DAY_MS } from './day.js';
import { asMemberId } from './ids.js';
import { noProfileTimes, type MemberState } from './member.js';
import { eightSegments, rfmDefaults } from './layers/rfm.js';
import { compileRule, compileScore, defaultVocabulary, type CompiledRule } from './rules/index.js';
import type { Ruleset, TierRules } from './ruleset.js';
import type { MemberTag } from './tags.js';

const now = 400 * DAY_MS;
const timeZone = 'UTC';
const when = { now, timeZone };

function rule(text: string): CompiledRule {
  const compiled = compileRule(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.rule;
}
function aScore(text: string) {
  const compiled = compileScore(text, defaultVocabulary);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.score;
}
const aTier = (key: string, enter: string | null, stay: string | null = null): TierRules => ({
  key,
  label: { zh: key, en: key },
  color: '#000000',
  enter: enter === null ? null : rule(enter),
  stay: stay === null ? null : rule(stay),
  minDwellDays: 0,
  graceDays: 7,
  groups: [],
  capacity: 200,
  path: 'official',
});
const aRuleset = (given: Partial<Ruleset> = {}): Ruleset => ({
  version: 3,
  tiers: [
    aTier('potential', null),
    aTier('regular', 'is_contact || messages_total > 0'),
    aTier('member', 'orders_total >= 2', 'orders_total >= 1'),
    aTier('loyal', 'kol_level >= 1'),
  ],
  tags: [
    { name: '会员', group: '层级', when: rule(`tier == 'member'`) },
    { name: '新人', group: '阶段', when: rule(`stage == 'new'`) },
    { name: '重点', group: '价值', when: rule(`'会员' in tags && messages_total >= 5`) },
  ],
  stages: {
    newDays: 30,
    activeDays: 4,
    activeInteractions: 6,
    dozingDays: 30,
    asleepDays: 60,
    lostDays: 90,
    probationDays: 30,
  },
  kol: [{ messages: 10, activeDays: 3, mentions: 0 }],
  layers: {
    rfm: { form: 'orders', levels: 2, ...rfmDefaults.orders, segments: eightSegments('orders', 2) },
    argo: [],
    keyMembers: { share: 10, score: aScore('messages_30d') },
  },
  product: {
    phase: 'introduction',
    since: null,
    effort: { new: 10, active: 35, paying: 30, lost: 5, system: 20 },
    goals: { potentialToRegular: 1, regularToActive: 50 },
  },
  sending: {
    perDay: 1,
    perMonth: 4,
    minGapDays: 3,
    quietFromMinute: 1_290,
    quietToMinute: 480,
    slotMinutes: [690],
    wecomCap: 'days_in_month',
  },
  massSends: {
    remindAfterHours: [],
    remindFromMinute: 540,
    remindToMinute: 1_230,
    handOnAfterHours: 30,
    giveUpAfterHours: 96,
  },
  moves: {
    inviteDays: 7,
    remindAfterDays: 3,
    leaveDays: 3,
    retryAfterDays: 30,
    maxTries: 3,
    restAfterUndoDays: 30,
    approve: 'none',
  },
  ...given,
});
const aMember: MemberState = {
  id: asMemberId(1),
  name: '小鹿',
  externalUserId: 'wm1',
  phone: null,
  birthday: null,
  gender: 0,
  region: null,
  profileAt: noProfileTimes,
  source: null,
  sourceAt: 0,
  isContact: true,
  contactChangedAt: 1,
  contactDay: 390,
  optedOut: false,
  optChangedAt: 0,
  firstSeenAt: now - 10 * DAY_MS,
  lastSeenAt: now,
  lastSeenDay: 400,
  lastMessageDay: 400,
  lastOrderDay: null,
  joinedAt: now - 10 * DAY_MS,
  joinedDay: 390,
  tierLock: null,
  heldReleasedAt: 0,
};
const aSubject = (
  values: Record<string, number | string | boolean | null> = {},
  given: Partial<Subject> = {},
): Subject => ({
  member: aMember,
  before: null,
  values: {
    is_contact: true,
    messages_total: 0,
    messages_30d: 0,
    active_days_30d: 1,
    mentions_30d: 0,
    ads_30d: 0,
    views_30d: 0,
    checkins_30d: 0,
    orders_total: 0,
    kol_level: 0,
    days_since_last_seen: 0,
    days_since_joined: 10,
    tier: null,
    stage: null,
    ...values,
  },
  tier: { tier: null, since: null, lock: null, graceUntil: null, graceTo: null },
  stage: { stage: null, probationUntil: null },
  returnActivity: { today: 400, returnedOn: null, activeDays: [] },
  tags: new Map(),
  ...given,
});
const aTag = (origin: MemberTag['origin'], want = true): MemberTag => ({ group: '层级', origin, want });

describe('decide', () => {
  it('evaluates tag rules with the tier, the stage and the tags just decided', () => {
    const decision = decide(aSubject({ orders_total: 2, messages_total: 5 }), aRuleset(), when);
    expect(decision.values).toMatchObject({ tier: 'member', stage: 'paying' });
    // The rule of 重点 reads the tag 会员 that the rule before it added.
    expect([...decision.tagNames].sort()).toEqual(['会员', '重点']);
    expect(decide(aSubject(), aRuleset(), when)).toMatchObject({
      values: { tier: 'regular', stage: 'new' },
      tags: [{ name: '新人', add: true }],
    });
  });

  it('computes the KOL level before the tier rules read it', () => {
    const decision = decide(aSubject({ messages_30d: 10, talk_days_30d: 3, messages_total: 10 }), aRuleset(), when);
    expect(decision).toMatchObject({ kolLevel: 1, tier: { verdict: { kind: 'entered', to: 'loyal' } } });
  });

  it('gives the rule that let a member in as the reason, with its figures and its version', () => {
    expect(decide(aSubject({ orders_total: 2 }), aRuleset(), when).tier.because).toEqual({
      rule: 'tier:member:enter',
      text: 'orders_total >= 2',
      version: 3,
      holds: true,
      values: [{ metric: 'orders_total', have: 2, need: '≥ 2' }],
    });
  });

  it('gives the rule that no longer holds as the reason for a warning', () => {
    const member = { tier: 'member', since: 0, lock: null, graceUntil: null, graceTo: null };
    const decision = decide(aSubject({ orders_total: 0, tier: 'member' }, { tier: member }), aRuleset(), when);
    expect(decision.tier).toMatchObject({
      verdict: { kind: 'warned', to: 'regular', until: now + 7 * DAY_MS },
      because: { rule: 'tier:member:stay', holds: false, values: [{ metric: 'orders_total', have: 0, need: '≥ 1' }] },
    });
    expect(decision.values['tier']).toBe('member');
  });

  it('names the person who locked the tier', () => {
    const locked = { ...aMember, tierLock: { tier: 'loyal', by: 'LinXia' } };
    const decision = decide(
      aSubject(
        {},
        { member: locked, tier: { tier: 'regular', since: 0, lock: 'loyal', graceUntil: null, graceTo: null } },
      ),
      aRuleset(),
      when,
    );
    expect(decision.tier).toMatchObject({
      verdict: { to: 'loyal', direction: 'locked' },
      because: { rule: 'tier:lock', reasons: ['locked_by:LinXia'] },
    });
  });

  it('does not change tags that staff added or removed', () => {
    const tags = new Map([
      ['会员', aTag('staff')],
      ['新人', aTag('staff', false)],
    ]);
    expect(decide(aSubject({}, { tags }), aRuleset(), when).tags).toEqual([]);
  });

  it('removes a rule tag when the rule no longer holds or no longer exists', () => {
    const tags = new Map([
      ['会员', aTag('rule')],
      ['旧标签', aTag('rule')],
      ['新人', { ...aTag('rule'), group: '阶段' }],
    ]);
    const { tags: changes } = decide(aSubject({}, { tags }), aRuleset(), when);
    expect(changes.map(({ name, add }) => ({ name, add }))).toEqual([
      { name: '会员', add: false },
      { name: '旧标签', add: false },
    ]);
    expect(changes[1]!.because.reasons).toEqual(['rule_removed']);
  });

  it('leaves the tag of a rule that is switched off as it is: on who has it, off who has not', () => {
    const off = aRuleset({ tags: aRuleset().tags.map((each) => ({ ...each, enabled: each.name !== '新人' })) });
    const having = new Map([['新人', { ...aTag('rule'), group: '阶段' }]]);
    const old = { days_since_joined: 90 };
    expect(decide(aSubject(old, { tags: having }), aRuleset(), when).tags).toMatchObject([
      { name: '新人', add: false },
    ]);
    expect(decide(aSubject(old, { tags: having }), off, when).tags).toEqual([]);
    expect(decide(aSubject(), aRuleset(), when).tags).toMatchObject([{ name: '新人', add: true }]);
    expect(decide(aSubject(), off, when).tags).toEqual([]);
  });

  it('lets nobody into a tier that is switched off, and nobody out of it downwards', () => {
    const tiers = aRuleset().tiers.map((tier) => (tier.key === 'member' ? { ...tier, enabled: false } : tier));
    const off = aRuleset({ tiers });
    const inTier = (tier: string): Partial<Subject> => ({
      tier: { tier, since: 0, lock: null, graceUntil: null, graceTo: null },
    });
    const verdict = (values: Parameters<typeof aSubject>[0], tier: string) =>
      decide(aSubject(values, inTier(tier)), off, when).tier.verdict;
    expect(verdict({ orders_total: 5 }, 'regular')).toEqual({ kind: 'kept' });
    expect(verdict({ orders_total: 0 }, 'member')).toEqual({ kind: 'kept' });
    const loud = { messages_30d: 50, messages_total: 50, posts_30d: 50, talk_days_30d: 9 };
    expect(verdict({ orders_total: 0, ...loud }, 'member')).toMatchObject({ kind: 'entered', to: 'loyal' });
  });

  it('moves a rule tag to its new group, but no tag of staff', () => {
    const moved = (tag: MemberTag) => {
      const tags = new Map([['新人', tag]]);
      return decide(aSubject({}, { tags }), aRuleset(), when).tags.filter(({ name }) => name.endsWith('新人'));
    };
    expect(moved({ ...aTag('rule'), group: '旧组' })).toMatchObject([
      { name: '旧组/新人', group: '旧组', add: false, because: { reasons: ['tag_group_changed'] } },
      { name: '新人', group: '阶段', add: true },
    ]);
    expect(moved({ ...aTag('staff'), group: '旧组' })).toEqual([]);
    expect(moved({ ...aTag('rule', false), group: '旧组' })).toMatchObject([{ name: '新人', add: true }]);
  });

  it('is idempotent', () => {
    const first = decide(aSubject({ orders_total: 2, messages_total: 9 }), aRuleset(), when);
    const tags = new Map(
      first.tags
        .filter(({ add }) => add)
        .map(({ name, group }) => [name, { group, origin: 'rule' as const, want: true }]),
    );
    const again = decide(
      aSubject(
        { ...first.values },
        {
          tags,
          tier: { tier: 'member', since: now, lock: null, graceUntil: null, graceTo: null },
          stage: { stage: first.stage!.to, probationUntil: null },
        },
      ),
      aRuleset(),
      when,
    );
    expect(again).toMatchObject({ stage: null, tier: { verdict: { kind: 'kept' } }, tags: [] });
  });

  it('lets a rule read a tag of the contact code, but not one that staff removed', () => {
    const ruleset = aRuleset({ tags: [{ name: '线下', group: '来源', when: rule(`'展会' in tags`) }] });
    const wayTags = [{ name: '展会', group: '渠道' }];
    const names = (tags: Subject['tags']) =>
      [...decide(aSubject({}, { wayTags, tags }), ruleset, when).tagNames].sort();
    expect(names(new Map())).toEqual(['展会', '线下']);
    expect(names(new Map([['展会', aTag('staff', false)]]))).toEqual([]);
  });

  it('lets no rule read a tag whose own rule was removed', () => {
    const ruleset = aRuleset({ tags: [{ name: '线下', group: '来源', when: rule(`'展会' in tags`) }] });
    const tags = new Map([['展会', aTag('rule')]]);
    expect(decide(aSubject({}, { tags }), ruleset, when).tags).toMatchObject([{ name: '展会', add: false }]);
  });

  it('keeps a tag by its looser rule, and for its least time in any case', () => {
    const ruleset = aRuleset({
      tags: [
        {
          name: '话多',
          group: '行为',
          when: rule('messages_30d >= 60'),
          keep: rule('messages_30d >= 30'),
          minDays: 30,
        },
      ],
    });
    const changes = (messages: number, since: number | undefined) => {
      const tag: MemberTag = { group: '行为', origin: 'rule', want: true, ...(since === undefined ? {} : { since }) };
      return decide(aSubject({ messages_30d: messages }, { tags: new Map([['话多', tag]]) }), ruleset, when).tags;
    };
    expect(changes(30, undefined)).toEqual([]);
    expect(changes(0, now - 29 * DAY_MS)).toEqual([]);
    expect(changes(29, now - 30 * DAY_MS)).toMatchObject([
      { name: '话多', add: false, because: { text: 'messages_30d >= 30', reasons: ['no_longer_kept'] } },
    ]);
    // Whatever second of the night the review comes.
    expect(changes(0, now - 29 * DAY_MS + 70_000)).toEqual([]);
    expect(changes(0, now - 30 * DAY_MS + 70_000)).toMatchObject([{ name: '话多', add: false }]);
    // Who does not have the tag gets it by the stricter rule alone.
    expect(decide(aSubject({ messages_30d: 30 }), ruleset, when).tags).toEqual([]);
  });

  it('reads a tag that does not depend on the tier as it is after this evaluation', () => {
    const [lowest, regular, member, loyal] = aRuleset().tiers;
    const tiers = [lowest!, regular!, member!, { ...loyal!, floor: { tags: ['大客户'], groups: [] } }];
    const tags = [{ name: '大客户', group: '价值', when: rule('orders_total >= 9') }];
    expect(decide(aSubject({ orders_total: 9 }), aRuleset({ tiers, tags }), when).tier).toMatchObject({
      verdict: { kind: 'entered', to: 'loyal' },
      because: { rule: 'tier:loyal:floor', reasons: ['floor_tag:大客户'] },
      floor: { tier: 'loyal', ground: { tag: '大客户' } },
    });
  });
});

/** A day of a member: what the rules read, the tag and the group of the floors, and a lock. */
const aDay = fc.record({
  orders: fc.nat(3),
  isContact: fc.boolean(),
  messages: fc.constantFrom(0, 10),
  vip: fc.boolean(),
  club: fc.boolean(),
  lock: fc.constantFrom(null, null, null, null, 'potential', 'loyal', 'gone'),
});
const order = ['potential', 'regular', 'member', 'loyal'];
const DWELL_DAYS = 14;
const GRACE_DAYS = 7;

const withFloors = aRuleset({
  tiers: aRuleset().tiers.map((tier, rank) => ({
    ...tier,
    ...(rank === 0 ? {} : { minDwellDays: DWELL_DAYS, graceDays: GRACE_DAYS }),
    ...(tier.key === 'member' ? { floor: { tags: ['VIP'], groups: [] } } : {}),
    ...(tier.key === 'loyal' ? { floor: { tags: [], groups: ['VIP*'] } } : {}),
  })),
  tags: [
    ...aRuleset().tags,
    { name: '话多', group: '行为', when: rule('messages_30d >= 10'), keep: rule('messages_30d >= 5'), minDays: 9 },
  ],
});

/** One member over these days, each decided on the outcome of the days before; `check` sees every decision. */
function live(
  days: readonly (typeof aDay extends fc.Arbitrary<infer D> ? D : never)[],
  check: (step: {
    readonly day: (typeof days)[number];
    readonly at: number;
    readonly subject: Subject;
    readonly decision: Decision;
  }) => void,
): void {
  let tier: Subject['tier'] = { tier: null, since: null, lock: null, graceUntil: null, graceTo: null };
  let stage: Subject['stage'] = { stage: null, probationUntil: null };
  let tags = new Map<string, MemberTag>();
  for (const [index, day] of days.entries()) {
    const at = now + index * DAY_MS;
    const staffTag: MemberTag = { group: '跟进', origin: 'staff', want: day.vip };
    const subjectAt = (state: Subject['tier'], own: typeof stage, having: typeof tags): Subject =>
      aSubject(
        {
          is_contact: day.isContact,
          orders_total: day.orders,
          messages_30d: day.messages,
          messages_total: day.messages,
          talk_days_30d: 3,
          tier: state.tier,
          stage: own.stage,
        },
        {
          tier: { ...state, lock: day.lock },
          stage: own,
          tags: new Map([...having, ['VIP', staffTag]]),
          groupNames: day.club ? ['VIP①'] : [],
        },
      );
    const subject = subjectAt(tier, stage, tags);
    const decision = decide(subject, withFloors, { now: at, timeZone });
    check({ day, at, subject, decision });

    const { verdict } = decision.tier;
    if (verdict.kind === 'entered') tier = { tier: verdict.to, since: at, lock: null, graceUntil: null, graceTo: null };
    else if (verdict.kind === 'warned') tier = { ...tier, graceUntil: verdict.until, graceTo: verdict.to };
    else if (verdict.kind === 'recovered') tier = { ...tier, graceUntil: null, graceTo: null };
    if (decision.stage) stage = { stage: decision.stage.to, probationUntil: decision.stage.probationUntil };
    tags = new Map(tags);
    for (const { name, group, add } of decision.tags) tags.set(name, { group, origin: 'rule', want: add, since: at });

    // Deciding again at once, on what was decided, changes nothing.
    const again = decide(subjectAt(tier, stage, tags), withFloors, { now: at, timeZone });
    expect({ verdict: again.tier.verdict, stage: again.stage, tags: again.tags }).toEqual({
      verdict: { kind: 'kept' },
      stage: null,
      tags: [],
    });
    // The same input gives the same decision.
    expect(decide(subject, withFloors, { now: at, timeZone })).toEqual(decision);
  }
}

describe('any history of a member', () => {
  const histories = fc.array(aDay, { minLength: 20, maxLength: 90 });
  const rankOf = (tier: string | null): number => order.indexOf(tier ?? '');
  const tierAfter = ({ subject, decision }: { subject: Subject; decision: Decision }): string | null =>
    decision.tier.verdict.kind === 'entered' ? decision.tier.verdict.to : subject.tier.tier;

  it('never puts a locked member anywhere else', () => {
    fc.assert(
      fc.property(histories, (days) =>
        live(days, (step) => {
          if (step.day.lock !== null && order.includes(step.day.lock)) expect(tierAfter(step)).toBe(step.day.lock);
        }),
      ),
    );
  });

  it('never leaves a member without a lock below a floor', () => {
    fc.assert(
      fc.property(histories, (days) =>
        live(days, (step) => {
          if (step.day.lock !== null && order.includes(step.day.lock)) return;
          const floor = step.day.club ? 'loyal' : step.day.vip ? 'member' : 'potential';
          expect(rankOf(tierAfter(step))).toBeGreaterThanOrEqual(rankOf(floor));
        }),
      ),
    );
  });

  it('never lowers a member before the dwell, nor without a warning at least the grace before', () => {
    fc.assert(
      fc.property(histories, (days) => {
        let warnedAt: number | null = null;
        live(days, ({ at, subject, decision }) => {
          const { verdict } = decision.tier;
          if (verdict.kind === 'entered' && verdict.direction === 'down') {
            expect(at - subject.tier.since!).toBeGreaterThanOrEqual(DWELL_DAYS * DAY_MS);
            expect(warnedAt).not.toBeNull();
            expect(at - warnedAt!).toBeGreaterThanOrEqual(GRACE_DAYS * DAY_MS);
          }
          if (verdict.kind === 'warned') warnedAt = at;
          else if (verdict.kind !== 'kept') warnedAt = null;
        });
      }),
    );
  });

  it('never takes a tag of a rule off within its least time', () => {
    fc.assert(
      fc.property(histories, (days) => {
        let putOn: number | null = null;
        live(days, ({ at, decision }) => {
          const change = decision.tags.find(({ name }) => name === '话多');
          if (change?.add === false) expect(at - putOn!).toBeGreaterThanOrEqual(9 * DAY_MS);
          if (change?.add === true) putOn = at;
        });
      }),
    );
  });
});
