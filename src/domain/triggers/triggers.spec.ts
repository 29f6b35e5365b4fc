import { describe, expect, it } from 'vitest';
import type { Decision, Subject } from '../decide.js';
import { dayOf, isoDay, momentOf, type Day } from '../day.js';
import { datesOf } from '../due-day.js';
import type { ProductTargets } from '../layers/product-phase.js';
import { emptyMemberState, type MemberState } from '../member.js';
import { asMemberId } from '../ids.js';
import { checkTemplate, type Campaign, type TemplateProblem } from '../messages/index.js';
import type { MemberFact } from '../member-fact.js';
import type { MetricValue } from '../metrics/index.js';
import { compileRule, defaultVocabulary, type Vocabulary } from '../rules/index.js';
import type { RulesetWithCampaigns } from '../ruleset-with-campaigns.js';
import type { MemberTag } from '../tags.js';
import { findOccasions, lapsedReason, triggerWords } from './read-triggers.js';
import type { Ground } from './index.js';

const zone = 'Asia/Shanghai';
const day = (date: string): Day => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
const quiet = compileRule('orders_total >= 1 && days_since_last_seen >= 30');
if (!quiet.ok) throw new Error('the rule of the segment does not compile');
const vocabulary: Vocabulary = {
  ...defaultVocabulary,
  segments: new Map([
    [
      'quiet_payers',
      {
        key: 'quiet_payers',
        label: { zh: '沉默的老客', en: 'quiet customers' },
        text: quiet.rule.text,
        condition: quiet.rule.condition,
      },
    ],
  ]),
  specialDays: new Map([['exam', { zh: '高考', en: 'exam' }]]),
};

const file = (trigger: string, more = ''): string =>
  `---\nkey: c\nname: 试\nkind: care\ntrigger: ${trigger}\nchannels: [mass_send]\nwindow_hours: 24\n${more}---\n你好\n`;

function campaign(trigger: string, more = ''): Campaign {
  const check = checkTemplate(file(trigger, more), vocabulary);
  if (!check.ok) throw new Error(JSON.stringify(check.problems));
  return { ...check.template, version: 1 };
}

function problems(trigger: string, more = ''): readonly Pick<TemplateProblem, 'code' | 'line' | 'column'>[] {
  const check = checkTemplate(file(trigger, more), vocabulary);
  return check.ok ? [] : check.problems.map(({ code, line, column }) => ({ code, line, column }));
}

interface Given {
  readonly before?: Record<string, MetricValue> | null;
  readonly values?: Record<string, MetricValue>;
  readonly state?: Partial<MemberState>;
  readonly tags?: Record<string, Partial<MemberTag>>;
  readonly owned?: readonly string[];
  readonly on?: string;
  readonly facts?: readonly MemberFact[];
  readonly links?: ReadonlyMap<string, string>;
  readonly product?: { readonly phase: ProductTargets['phase']; readonly since: Day | null };
}

const special = {
  key: 'exam',
  label: { zh: '高考', en: 'exam' },
  from: { year: null, month: 6, day: 7 },
  to: { year: null, month: 6, day: 9 },
};

function member({ before = {}, values = {}, state = {}, tags = {}, owned = [], on = '2026-11-30', product }: Given) {
  const subject = {
    member: {
      ...emptyMemberState,
      id: asMemberId(1),
      externalUserId: null,
      lastOrderDay: null,
      tierLock: null,
      ...state,
    },
    before,
    returnActivity: { today: day(on), returnedOn: null, activeDays: [] },
    tags: new Map(
      Object.entries(tags).map(([name, tag]) => [name, { group: '', origin: 'staff', want: true, ...tag }] as const),
    ),
  } as unknown as Subject;
  const decision = { values, tagNames: new Set(owned) } as unknown as Decision;
  const targets = product && ({ ...product, effort: {}, goals: {} } as unknown as ProductTargets);
  const ruleset = {
    ...{ tiers: [], version: 1, kol: [], calendar: { holidays: [], special: [special] } },
    ...(targets ? { product: targets } : {}),
  };
  return { subject, decision, ruleset };
}

const noon = (on: string): number => momentOf(day(on), 720, zone);

function found(of: Campaign, given: Given) {
  const { facts = [], links, on = '2026-11-30' } = given;
  return findOccasions(of, { ...member(given), added: [], facts, links }, noon(on));
}
const ids = (of: Campaign, given: Given): readonly string[] => found(of, given).map(({ id }) => id);
const lapsed = (of: Campaign, ground: Ground, given: Given): string | null => lapsedReason(of, ground, member(given));

describe('a figure that reaches a mark', () => {
  it.each([
    { what: 'a window', metric: 'active_days_30d', was: 3, is: 4, mark: 4 },
    { what: 'money', metric: 'spend_total_cents', was: 9_999, is: 10_000, mark: 10_000 },
    { what: 'a figure from nothing', metric: 'checkin_streak', was: null, is: 7, mark: 7 },
  ])('fires for $what', ({ metric, was, is, mark }) => {
    const of = campaign(`{on: reached, metric: ${metric}, at: [${mark}]}`);
    const occasions = found(of, { before: { [metric]: was }, values: { [metric]: is } });
    expect(occasions.map(({ reached }) => reached)).toEqual([mark]);
    expect(ids(of, { before: { [metric]: is }, values: { [metric]: is + 1 } })).toEqual([]);
  });

  it('is due when check-ins were missed for so long, with no fact at all', () => {
    const of = campaign('{on: reached, metric: checkins_missed, at: [3]}');
    expect(of.rule?.metrics).toEqual(['checkins_missed']);
    expect(ids(of, { before: { checkins_missed: 2 }, values: { checkins_missed: 3 } })).toEqual(['3']);
  });

  it.each([
    ['a metric that does not exist', '{on: reached, metric: orders_totl, at: [1]}', 'unknown_metric'],
    ['a text', '{on: reached, metric: region, at: [1]}', 'wrong_type'],
    ['a rank', '{on: reached, metric: messages_30d_rank, at: [100]}', 'rank_in_trigger'],
    ['a fall of a rank', '{on: dropped, metric: messages_30d_rank, below: [100]}', 'rank_in_trigger'],
    ['a rule with a rank', '{on: becomes, when: messages_30d_rank <= 100}', 'rank_in_trigger'],
  ])('refuses %s, and says where', (_what, trigger, code) => {
    const [first, ...rest] = problems(trigger);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ code, line: 5 });
    expect(first!.column).toBeGreaterThan('trigger: {on: '.length);
  });
});

describe('a figure that falls below a mark', () => {
  const of = campaign('{on: dropped, metric: active_days_30d, below: [8, 4]}');
  it('fires for the lowest mark that it has passed', () => {
    const given = { before: { active_days_30d: 9 }, values: { active_days_30d: 3 } };
    expect(found(of, given)).toMatchObject([{ reached: 4, values: [{ have: 3, need: '< 4' }] }]);
  });
  it('does not fire without a figure before, or when it rises', () => {
    expect(ids(of, { before: null, values: { active_days_30d: 3 } })).toEqual([]);
    expect(ids(of, { before: { active_days_30d: 2 }, values: { active_days_30d: 3 } })).toEqual([]);
  });
  it('lapses when the figure is up again', () => {
    const ground = { on: 'dropped', metric: 'active_days_30d', mark: 4 } as const;
    expect(lapsed(of, ground, { values: { active_days_30d: 3 } })).toBeNull();
    expect(lapsed(of, ground, { values: { active_days_30d: 4 } })).toBe('count_up_again');
  });
});

describe('a condition that begins to hold', () => {
  const of = campaign('{on: becomes, when: orders_90d >= 2 && messages_30d >= 10}');
  const [no, yes] = [
    { orders_90d: 2, messages_30d: 9 },
    { orders_90d: 2, messages_30d: 10 },
  ];
  it('fires when it did not hold before, also for a member who was never evaluated', () => {
    expect(ids(of, { before: no, values: yes })).toHaveLength(1);
    expect(ids(of, { before: null, values: yes })).toHaveLength(1);
    expect(ids(of, { before: yes, values: yes })).toEqual([]);
    expect(ids(of, { before: yes, values: no })).toEqual([]);
  });
  it('names the figures, and lapses when it no longer holds', () => {
    const [occasion] = found(of, { before: no, values: yes });
    expect(occasion?.values).toMatchObject([
      { metric: 'orders_90d', have: 2 },
      { metric: 'messages_30d', have: 10 },
    ]);
    expect(lapsed(of, occasion!.ground, { values: no })).toBe('condition_over');
    expect(lapsed(of, occasion!.ground, { values: yes })).toBeNull();
  });
  it('is refused at the place of its mistake', () => {
    expect(problems('{on: becomes, when: orders_90d >= 2 && nonsense > 1}')).toEqual([
      { code: 'unknown_metric', line: 5, column: 'trigger: {on: becomes, when: orders_90d >= 2 && '.length + 1 },
    ]);
  });
});

describe('a segment', () => {
  const [outside, inside] = [
    { orders_total: 1, days_since_last_seen: 29 },
    { orders_total: 1, days_since_last_seen: 30 },
  ];
  it('fires for who comes into it, or leaves it', () => {
    const enters = campaign('{on: segment, key: quiet_payers}');
    const leaves = campaign('{on: segment, key: quiet_payers, change: leaves}');
    expect(ids(enters, { before: outside, values: inside })).toHaveLength(1);
    expect(ids(enters, { before: inside, values: outside })).toEqual([]);
    expect(ids(leaves, { before: inside, values: outside })).toHaveLength(1);
    expect(ids(leaves, { before: null, values: outside })).toEqual([]);
  });
  it('refuses a segment that does not exist', () => {
    expect(problems('{on: segment, key: quiet_payer}')).toMatchObject([{ code: 'unknown_value', line: 5 }]);
  });
});

describe('a tag', () => {
  const put = campaign('{on: tag, name: 复购客}');
  const taken = campaign('{on: tag, name: 复购客, change: taken}');
  const now = noon('2026-11-30');
  it('fires when a rule puts it on, and not for who has it', () => {
    expect(ids(put, { tags: {}, owned: ['复购客'] })).toHaveLength(1);
    expect(ids(put, { tags: { 复购客: {} }, owned: ['复购客'] })).toEqual([]);
  });
  it('fires when staff have put it on or taken it off just now', () => {
    expect(ids(put, { tags: { 复购客: { since: now } }, owned: ['复购客'] })).toHaveLength(1);
    expect(ids(taken, { tags: { 复购客: { since: now, want: false } }, owned: [] })).toHaveLength(1);
    expect(ids(taken, { tags: { 复购客: { since: now - 1, want: false } }, owned: [] })).toEqual([]);
  });
});

describe('something that the member did', () => {
  const event = (id: number, data: object, kind = 'custom'): MemberFact =>
    ({ member: asMemberId(1), fact: { id, kind, key: `k${id}`, at: noon('2026-11-30'), member: {}, data } }) as never;
  it('fires for an event of that name, once for the last of several', () => {
    const of = campaign('{on: did, what: custom, name: lesson_done}');
    const facts = [event(4, { name: 'lesson_done' }), event(5, { name: 'lesson_done' }), event(6, { name: 'other' })];
    expect(ids(of, { facts })).toEqual(['5']);
    expect(ids(of, { facts: [event(6, { name: 'other' })] })).toEqual([]);
  });
  it('fires for a click on the link of that name', () => {
    const of = campaign('{on: did, what: link_clicked, name: menu}');
    const facts = [event(7, { code: 'abc' }, 'link_clicked')];
    expect(ids(of, { facts, links: new Map([['abc', 'menu']]) })).toEqual(['7']);
    expect(ids(of, { facts, links: new Map([['abc', 'shop']]) })).toEqual([]);
    expect(ids(of, { facts })).toEqual([]);
  });
});

describe('a rank', () => {
  const of = campaign('{on: rank, metric: messages_30d_group_rank, within: 100}');
  it('fires once a month while it holds', () => {
    expect(ids(of, { values: { messages_30d_group_rank: 100 } })).toEqual(['2026-11']);
    expect(ids(of, { values: { messages_30d_group_rank: 101 } })).toEqual([]);
    expect(ids(of, { values: { messages_30d_group_rank: null } })).toEqual([]);
  });
});

describe('a share', () => {
  const of = campaign('{on: share, metric: talked_group_percent, at: 20}');
  it('fires for its mark, always as the same occasion, while it is reached', () => {
    expect(ids(of, { values: { talked_group_percent: 20 } })).toEqual(['20']);
    expect(ids(of, { values: { talked_group_percent: 75 } })).toEqual(['20']);
    expect(ids(of, { values: { talked_group_percent: 19 } })).toEqual([]);
    expect(ids(of, { values: { talked_group_percent: null } })).toEqual([]);
  });
});

describe('the calendar', () => {
  const birthday = campaign('{on: birthday}');
  const ahead = campaign('{on: birthday, ahead: 3}');
  const anniversary = campaign('{on: anniversary}');
  const eve = campaign('{on: festival, name: mid_autumn, ahead: 1}');
  const exam = campaign('{on: special_day, key: exam, ahead: 2}');

  it.each([
    ['a birthday on its day', birthday, '2026-11-30', { birthday: '1990-11-30' }, ['2026']],
    ['a birthday on no other day', birthday, '2026-12-01', { birthday: '1990-11-30' }, []],
    ['a birthday three days before, past New Year', ahead, '2026-12-30', { birthday: '1990-01-02' }, ['2027']],
    ['a leap day in a year without one', birthday, '2027-02-28', { birthday: '1992-02-29' }, ['2027']],
    ['a leap day in a leap year', birthday, '2028-02-29', { birthday: '1992-02-29' }, ['2028']],
    ['no birthday that nobody knows', birthday, '2026-11-30', { birthday: null }, []],
    ['an anniversary on its date', anniversary, '2028-03-01', { joinedDay: day('2026-03-01') }, ['2']],
    ['no anniversary on the first day', anniversary, '2026-03-01', { joinedDay: day('2026-03-01') }, []],
    ['no anniversary a day late', anniversary, '2028-03-02', { joinedDay: day('2026-03-01') }, []],
    ['a lunar festival the day before it', eve, '2026-09-24', {}, ['2026']],
    ['a lunar festival in another year', eve, '2027-09-14', {}, ['2027']],
    ['no festival on its own day', eve, '2026-09-25', {}, []],
    ['special days before the first of them', exam, '2026-06-05', {}, ['2026']],
    ['no special days on another day', exam, '2026-06-06', {}, []],
  ] as const)('finds %s', (...[, of, on, state, expected]) => {
    expect(ids(of, { on, state })).toEqual(expected);
  });

  it('finds the first day of a phase of the community, for who was there before, and lets it lapse with the phase', () => {
    const growth = campaign('{on: phase, to: growth}');
    const old = { joinedDay: day('2026-01-05') };
    const product = { phase: 'growth' as const, since: day('2026-11-30') };
    expect(ids(growth, { on: '2026-11-30', state: old, product })).toEqual([`growth:${product.since}`]);
    expect(ids(growth, { on: '2026-12-01', state: old, product })).toEqual([]);
    expect(ids(growth, { on: '2026-11-30', state: { joinedDay: product.since }, product })).toEqual([]);
    expect(ids(growth, { on: '2026-11-30', state: { contactDay: day('2026-11-29') }, product })).toHaveLength(1);
    expect(ids(growth, { on: '2026-11-30', state: old, product: { ...product, phase: 'maturity' } })).toEqual([]);
    expect(ids(growth, { on: '2026-11-30', state: old, product: { ...product, since: null } })).toEqual([]);
    const [occasion] = found(growth, { on: '2026-11-30', state: old, product });
    expect(lapsed(growth, occasion!.ground, { on: '2026-12-02', state: old, product })).toBeNull();
    const later = { ...product, phase: 'maturity' as const };
    expect(lapsed(growth, occasion!.ground, { on: '2026-12-02', state: old, product: later })).toBe('phase_changed');
  });

  it('makes a member due on exactly the days on which it fires, over four years', () => {
    const state = {
      ...emptyMemberState,
      ...{ id: asMemberId(1), externalUserId: null, lastOrderDay: null, tierLock: null },
      ...{ birthday: '1992-02-29', joinedDay: day('2026-03-01') },
    };
    for (const of of [birthday, ahead, anniversary, eve, exam]) {
      const calendar = { holidays: [], special: [special] };
      const ruleset = { campaigns: [of], calendar } as unknown as RulesetWithCampaigns;
      const [first, last] = [day('2026-03-02'), day('2030-03-02')];
      const fires: Day[] = [];
      for (let today = first; today <= last; today += 1)
        if (ids(of, { on: isoDay(today), state }).length > 0) fires.push(today);
      const due: Day[] = [];
      for (let at = datesOf(ruleset, state, first - 1)[0]!; at <= last; at = datesOf(ruleset, state, at)[0]!)
        due.push(at);
      expect(fires.length).toBeGreaterThanOrEqual(3);
      expect(due).toEqual(fires);
    }
  });

  it('keeps a message until the day itself, and no longer', () => {
    const [occasion] = found(eve, { on: '2026-09-24' });
    expect(lapsed(eve, occasion!.ground, { on: '2026-09-25' })).toBeNull();
    expect(lapsed(eve, occasion!.ground, { on: '2026-09-26' })).toBe('festival_over');
    const [greeting] = found(birthday, { on: '2026-11-30', state: { birthday: '1990-11-30' } });
    expect(lapsed(birthday, greeting!.ground, { on: '2026-12-01', state: { birthday: '1990-11-30' } })).toBe(
      'birthday_over',
    );
    expect(lapsed(birthday, greeting!.ground, { on: '2026-11-30', state: { birthday: '1990-11-29' } })).toBe(
      'birthday_over',
    );
  });

  it('refuses special days that the calendar does not have', () => {
    expect(problems('{on: special_day, key: exm}')).toMatchObject([{ code: 'unknown_day', line: 5 }]);
    expect(problems('{on: birthday}', 'except_days: [weekends, spring_festivl]\n')).toEqual([
      { code: 'unknown_day', line: 8, column: 'except_days: [weekends, '.length + 1 },
    ]);
  });
});

it('says in words of the rules what a trigger watches', () => {
  const names = {
    segment: () => ({ zh: '沉默的老客', en: 'quiet customers' }),
    specialDay: () => ({ zh: '高考', en: 'the exam' }),
  };
  const words = (trigger: string) => triggerWords(campaign(trigger).trigger, names);
  expect(words('{on: reached, metric: active_days_30d, at: [4]}').zh).toMatch(/达到 4$/);
  expect(words('{on: segment, key: quiet_payers}').zh).toBe('进入分群「沉默的老客」');
  expect(words('{on: special_day, key: exam, ahead: 2}')).toEqual({ zh: '高考前 2 天', en: '2 days before the exam' });
  expect(words('{on: festival, name: mid_autumn}')).toEqual({ zh: '中秋节当天', en: 'on Mid-Autumn Festival' });
  expect(dayOf(noon('2026-11-30'), zone)).toBe(day('2026-11-30'));
});
