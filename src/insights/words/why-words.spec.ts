import { describe, expect, it } from 'vitest';
import type { Because } from '../../domain/because.js';
import { vocabularyOf } from '../../domain/rules/index.js';
import { whyWords } from './why-words.js';

const labels: Readonly<Record<string, { zh: string; en: string }>> = {
  regular: { zh: '普通', en: 'regular' },
  loyal: { zh: '铁杆', en: 'loyal' },
};
const names = {
  vocabulary: vocabularyOf(Object.entries(labels).map(([key, label]) => ({ key, label }))),
  tier: (key: string) => labels[key]!,
  template: (key: string) => (key === 'one-week' ? '加入一周' : key),
};
const words = (because: Because) => whyWords(because, names);

describe('a because in words', () => {
  it('tells the condition of the rule, and what the member had', () => {
    const because: Because = {
      rule: 'tier:loyal:enter',
      text: 'orders_90d >= 3 && is_contact && spend_90d_cents >= spend_90d_top_fifth_cents',
      holds: true,
      values: [
        { metric: 'orders_90d', have: 4, need: '≥ 3' },
        { metric: 'is_contact', have: true, need: '= 是' },
        { metric: 'spend_90d_cents', have: 121_237, need: '≥ 107925' },
        { metric: 'spend_90d_top_fifth_cents', have: 107_925 },
      ],
    };
    expect(words(because)).toEqual({
      zh: '「铁杆」的进入条件成立：近90天订单至少 3 笔，并且是好友，并且近90天消费不低于消费前20%的门槛。当时：近90天订单 4 笔，是好友，近90天消费 ¥1,212.37（至少 ¥1,079.25），消费前20%的门槛 ¥1,079.25。',
      en: 'The enter rule of loyal holds: orders in 90 days at least 3 and is a contact and spend in 90 days at least spend that makes the top fifth. At that time: orders in 90 days: 4; is a contact; spend in 90 days: ¥1,212.37 (at least ¥1,079.25); spend that makes the top fifth: ¥1,079.25.',
    });
  });

  it('says that a rule no longer holds', () => {
    const values = [{ metric: 'messages_30d', have: 12, need: '≥ 30' }];
    expect(
      words({ rule: 'tag:话多', text: 'messages_30d >= 30', holds: false, values, reasons: ['no_longer_kept'] }).zh,
    ).toBe('标签「话多」的规则不成立：近30天发言至少 30 条。当时：近30天发言 12 条。连保留标签的条件也不满足了。');
  });

  it('shows the figures alone when the rule names a metric that no longer exists', () => {
    const values = [{ metric: 'lessons_30d', label: { zh: '上课次数', en: 'lessons' }, have: 5, need: '≥ 3' }];
    expect(words({ rule: 'tag:爱上课', text: 'lessons_30d >= 3', holds: true, values })).toEqual({
      zh: '标签「爱上课」的规则成立：上课次数 5（至少 3）。',
      en: 'Rule of the tag “爱上课” holds: lessons: 5 (at least 3).',
    });
  });

  it.each<readonly [Because, string, string]>([
    [
      { rule: 'stage:asleep', values: [{ metric: 'days_since_last_seen', have: 61, need: '≥ 60' }] },
      '生命周期规则：61 天没来（满 60 天）。',
      'Life-cycle rule: not seen for 61 days (60 days or more).',
    ],
    [
      { rule: 'move:loyal', values: [{ metric: 'tier', have: 'loyal', need: 'regular' }] },
      '进「铁杆」分层群的规则。层级是「铁杆」，还在「普通」的群里。',
      'Rule of the groups of loyal. The tier is loyal, and the member is still in a group of regular.',
    ],
    [
      { rule: 'tier:lock', values: [], reasons: ['locked_by:LinXia'] },
      '人工锁定。由 LinXia 锁定。',
      'Locked by hand. Locked by LinXia.',
    ],
    [
      { rule: 'tier:regular:rest', values: [] },
      '更高层级的进入条件都不满足。',
      'No enter rule of a higher tier holds.',
    ],
    [
      { rule: 'campaign:one-week', text: 'is_contact', values: [], reasons: ['daily_cap'] },
      '模板「加入一周」：是好友。24 小时内的触达次数已用完。',
      'Template “加入一周”: is a contact. The messages of 24 hours are used up.',
    ],
    [{ rule: 'campaign:gone', values: [], reasons: ['code_of_a_later_version'] }, '模板「gone」。', 'Template “gone”.'],
  ])('tells %j', (because, zh, en) => {
    expect(words(because)).toEqual({ zh, en });
  });
});
