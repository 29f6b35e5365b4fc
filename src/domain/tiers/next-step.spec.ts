import { describe, expect, it } from 'vitest';
import { compileRule, type CompiledRule } from '../rules/index.js';
import { isOneStep, easiestWay, figuresOf, nextStepWords, stayStepWords, waysTo } from './next-step.js';

function rule(text: string): CompiledRule {
  const compiled = compileRule(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.rule;
}
const kol = [
  { messages: 10, activeDays: 3, mentions: 0 },
  { messages: 30, activeDays: 8, mentions: 3 },
];
const ways = (text: string, values: Record<string, number | boolean | null>) =>
  waysTo(rule(text), { values, tags: new Set(), kol });
const said = (text: string, values: Record<string, number | boolean | null>) =>
  nextStepWords(ways(text, values), '铁杆');

describe('waysTo', () => {
  it('gives how much is missing to a count', () => {
    expect(ways('orders_total >= 3', { orders_total: 1 })).toEqual([[{ metric: 'orders_total', shortfall: 2 }]]);
    expect(ways('orders_total > 3', { orders_total: 3 })).toEqual([[{ metric: 'orders_total', shortfall: 1 }]]);
  });

  it('is empty when the rule holds', () => {
    expect(ways('orders_total >= 1', { orders_total: 1 })).toEqual([]);
  });

  it('lists everything that is missing, and nothing else', () => {
    expect(
      ways('orders_90d >= 3 && messages_30d >= 10 && checkins_30d >= 5', {
        orders_90d: 2,
        messages_30d: 12,
        checkins_30d: 1,
      }),
    ).toEqual([
      [
        { metric: 'orders_90d', shortfall: 1 },
        { metric: 'checkins_30d', shortfall: 4 },
      ],
    ]);
  });

  it('takes the limit from another metric', () => {
    const top = 'spend_90d_cents >= spend_90d_top_fifth_cents';
    expect(ways(top, { spend_90d_cents: 500, spend_90d_top_fifth_cents: 1_250 })).toEqual([
      [{ metric: 'spend_90d_cents', shortfall: 750 }],
    ]);
    expect(ways(top, { spend_90d_cents: 500, spend_90d_top_fifth_cents: null })).toEqual([]);
  });

  it('is empty when the member cannot meet the rule', () => {
    expect(ways('is_contact', { is_contact: false })).toEqual([]);
    expect(ways('orders_total >= 1 && is_contact', { orders_total: 0, is_contact: false })).toEqual([]);
    expect(ways('kol_level >= 3', { kol_level: 0 })).toEqual([]);
    expect(ways('days_since_joined <= 30', { days_since_joined: 40 })).toEqual([]);
  });

  it('asks nobody to talk where no talk is heard', () => {
    const values = { orders_90d: 2, messages_30d: 0, talk_days_30d: 0, mentions_30d: 0, ads_30d: 0, kol_level: 0 };
    const text = 'orders_90d >= 3 || messages_30d >= 1 || kol_level >= 1';
    expect(ways(text, { ...values, corp_messages_30d: 0 })).toEqual([[{ metric: 'orders_90d', shortfall: 1 }]]);
    expect(ways(text, { ...values, corp_messages_30d: 1 })).toHaveLength(3);
    expect(ways('messages_30d >= 1 && orders_90d >= 3', { ...values, corp_messages_30d: 0 })).toEqual([]);
  });

  it('is limited in number for any rule', () => {
    const either = '(orders_total >= 9 || messages_total >= 9 || checkins_total >= 9)';
    const many = ways([either, either, either, either, either, either].join(' && '), {
      orders_total: 0,
      messages_total: 0,
      checkins_total: 0,
    });
    expect(many.length).toBeLessThanOrEqual(16);
  });
});

describe('nextStepWords', () => {
  it('words the step like an operator', () => {
    expect(said('orders_total >= 1', { orders_total: 0 })).toBe('再下 1 单，就是铁杆');
    expect(
      said('orders_90d >= 3 && spend_90d_cents >= 100000', { orders_90d: 1, spend_90d_cents: 36_050 }),
      'cents are rounded up: less would not do',
    ).toBe('再下 2 单、近 90 天消费再满 ¥640，就是铁杆');
    expect(said('spend_total_cents >= 200000', { spend_total_cents: 1 })).toBe('消费再满 ¥2,000，就是铁杆');
  });

  it('splits a KOL level into its parts, ads not counted', () => {
    const values = { kol_level: 1, messages_30d: 10, ads_30d: 2, talk_days_30d: 8, mentions_30d: 0 };
    expect(said('kol_level >= 2', values)).toBe('近 30 天再发言 22 条、再被提及 3 次，就是铁杆');
  });

  it('names a second way too, and no way without words', () => {
    const values = { orders_90d: 1, messages_30d: 5, talk_days_30d: 8, mentions_30d: 3, ads_30d: 0, kol_level: 0 };
    expect(said('orders_90d >= 3 || kol_level >= 2', values)).toBe('再下 2 单，就是铁杆；或者近 30 天再发言 25 条');
    expect(said('orders_90d >= 3 || groups_count >= 1', { orders_90d: 1, groups_count: 0 })).toBe(
      '再下 2 单，就是铁杆',
    );
  });

  it('leaves out the heaviest of three ways', () => {
    expect(
      said('orders_90d >= 3 || checkins_30d >= 2 || messages_30d >= 4', {
        orders_90d: 0,
        checkins_30d: 1,
        messages_30d: 0,
      }),
    ).toBe('近 30 天再打卡 1 次，就是铁杆；或者近 30 天再发言 4 条');
  });

  it('merges steps of one act, and drops showing up beside another act', () => {
    const unseen = { orders_total: 0, orders_90d: 0, days_since_last_seen: 70 };
    expect(said('orders_total >= 1 && orders_90d >= 2 && days_since_last_seen <= 30', unseen)).toBe(
      '再下 2 单，就是铁杆',
    );
    expect(said('orders_total >= 0 && days_since_last_seen <= 30', unseen)).toBe('回来看看，就是铁杆');
  });

  it('is null without a way', () => {
    expect(nextStepWords([], '会员')).toBeNull();
  });
});

describe('easiestWay', () => {
  it('is worded in both languages, singular for one', () => {
    const values = { orders_90d: 2, messages_30d: 5, talk_days_30d: 7, mentions_30d: 3, ads_30d: 0, kol_level: 0 };
    expect(easiestWay(ways('orders_90d >= 3 || kol_level >= 2', values))).toEqual({
      zh: '近 30 天再发言 25 条、再有 1 天发言',
      en: '25 more messages, 1 more day with a message',
    });
    expect(easiestWay(ways('orders_90d >= 3', values))).toEqual({ zh: '再下 1 单', en: '1 more order' });
    expect(easiestWay([])).toBeNull();
  });
});

describe('stayStepWords', () => {
  it('names what keeps the tier', () => {
    const stay = '(orders_90d >= 2 || kol_level >= 1) && days_since_last_seen <= 60';
    const values = {
      orders_90d: 1,
      kol_level: 0,
      messages_30d: 4,
      ads_30d: 0,
      talk_days_30d: 3,
      mentions_30d: 0,
      days_since_last_seen: 3,
    };
    expect(stayStepWords(ways(stay, values), '铁杆')).toBe('再下 1 单，或者近 30 天再发言 6 条，就能留在铁杆');
  });
});

describe('isOneStep', () => {
  it('is true for one unit of one figure', () => {
    expect(isOneStep(ways('orders_total >= 1', { orders_total: 0 }))).toBe(true);
    expect(isOneStep(ways('orders_total >= 2', { orders_total: 0 }))).toBe(false);
    expect(isOneStep(ways('orders_total >= 1 && checkins_total >= 1', { orders_total: 0, checkins_total: 0 }))).toBe(
      false,
    );
    expect(isOneStep(ways('orders_total >= 3 || messages_total >= 9', { orders_total: 2, messages_total: 0 }))).toBe(
      true,
    );
    expect(isOneStep([])).toBe(false);
  });

  it('is false for a level and for money', () => {
    const values = { kol_level: 1, messages_30d: 10, ads_30d: 0, talk_days_30d: 8, mentions_30d: 3 };
    expect(isOneStep(ways('kol_level >= 2', values))).toBe(false);
    expect(isOneStep(ways('spend_total_cents >= 1', { spend_total_cents: 0 }))).toBe(false);
  });
});

describe('figuresOf', () => {
  const figures = (text: string, values: Record<string, number | boolean | null>) =>
    figuresOf(rule(text), { values, tags: new Set() });

  it('gives what a member has of each figure, reached or not, with the most that is needed', () => {
    expect(
      figures('orders_total >= 3 && messages_30d > 9 || orders_total >= 5', { orders_total: 4, messages_30d: 2 }),
    ).toEqual([
      { metric: 'orders_total', have: 4, need: 5 },
      { metric: 'messages_30d', have: 2, need: 10 },
    ]);
  });

  it('leaves out what a member cannot raise', () => {
    expect(
      figures('is_contact && days_since_last_seen <= 30 && kol_level >= 2 && ads_30d < 1', {
        is_contact: true,
        days_since_last_seen: 3,
        kol_level: 0,
        ads_30d: 0,
      }),
    ).toEqual([]);
  });
});

describe('the way to a KOL level', () => {
  const spread = [{ messages: 10, activeDays: 0, mentions: 5, posts: 12, mentionPeople: 3, mentionDays: 2 }];
  const wayOf = (values: Record<string, number>) =>
    waysTo(rule('kol_level >= 1'), { values: { kol_level: 0, ...values }, tags: new Set(), kol: spread });

  it('names people and days, and posts as messages', () => {
    const words = nextStepWords(
      wayOf({ messages_30d: 9, posts_30d: 9, mentions_30d: 50, mention_people_30d: 1, mention_days_30d: 1 }),
      '铁杆',
    );
    expect(words).toBe('近 30 天再发言 3 条、再有 2 位群友提及或回复、再有 1 天被提及或回复，就是铁杆');
  });

  it('is none where only the quality is missing: nobody can be asked for answers of others', () => {
    const quality = [{ messages: 0, activeDays: 0, mentions: 0, qualityPercent: 50 }];
    const values = { kol_level: 0, posts_30d: 10, mentions_30d: 1, replies_30d: 3 };
    expect(waysTo(rule('kol_level >= 1'), { values, tags: new Set(), kol: quality })).toEqual([]);
  });
});
