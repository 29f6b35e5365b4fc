import { describe, expect, it } from 'vitest';
import { compileRule, vocabularyOf } from '../../domain/rules/index.js';
import { conditionWords } from './condition-words.js';

const labels: Readonly<Record<string, { zh: string; en: string }>> = {
  regular: { zh: '普通', en: 'regular' },
  loyal: { zh: '铁杆', en: 'loyal' },
};
const vocabulary = vocabularyOf(Object.entries(labels).map(([key, label]) => ({ key, label })));

function wordsOf(text: string) {
  const compilation = compileRule(text, vocabulary);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
  return conditionWords(compilation.rule.condition, (key) => labels[key]!);
}

describe('conditionWords', () => {
  it.each([
    ['orders_90d >= 3', '近90天订单至少 3 笔', 'orders in 90 days at least 3'],
    ['spend_90d_cents > 50000', '近90天消费超过 ¥500', 'spend in 90 days more than ¥500'],
    ['is_contact && !opted_out', '是好友，并且未退订', 'is a contact and not opted out'],
    ['!is_contact', '不是好友', 'is not a contact'],
    ["tier == 'loyal'", '层级是铁杆', 'tier is loyal'],
    ["stage in ['new', 'lost']", '生命周期是 新成员、流失 之一', 'lifecycle stage one of new, lost'],
    ["'VIP' in tags", '有标签「VIP」', 'with the tag “VIP”'],
    ["!('VIP' in tags)", '没有标签「VIP」', 'without the tag “VIP”'],
    ["source.startsWith('直播')", '来源渠道以「直播」开头', 'channel of origin starts with “直播”'],
    ['days_since_last_order == null', '距上次下单天数没有记录', 'days since last order unknown'],
    [
      '!(days_since_last_order <= 30)',
      '距上次下单天数超过 30 天（或没有记录）',
      'days since last order more than 30 (or unknown)',
    ],
    [
      'spend_90d_cents >= spend_90d_top_fifth_cents',
      '近90天消费不低于消费前20%的门槛',
      'spend in 90 days at least spend that makes the top fifth',
    ],
    ['true', '所有人', 'everybody'],
  ])('%s', (text, zh, en) => {
    expect(wordsOf(text)).toEqual({ zh, en });
  });

  it('puts a group within a group into parentheses, and turns a negation into its parts', () => {
    expect(wordsOf('(orders_90d >= 3 || messages_30d >= 60) && !(is_contact || opted_out)').zh).toBe(
      '（近90天订单至少 3 笔，或者近30天发言至少 60 条），并且（不是好友，并且未退订）',
    );
  });

  it('puts a space between Chinese and a Latin word', () => {
    expect(wordsOf('orders_90d >= 3 || kol_level >= 3').zh).toBe('近90天订单至少 3 笔，或者 KOL 等级至少 3 级');
  });

  it('says which of two conditions counts', () => {
    expect(wordsOf('is_contact ? orders_total >= 1 : messages_total >= 10').zh).toBe(
      '（如果是好友，就要累计订单至少 1 笔，否则要累计发言至少 10 条）',
    );
  });
});
