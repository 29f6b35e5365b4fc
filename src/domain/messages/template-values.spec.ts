import { describe, expect, it } from 'vitest';
import { nameToCall, templateValues, templateVariables } from './index.js';
import { dayOf } from '../day.js';
import { metrics } from '../metrics/index.js';

describe('nameToCall', () => {
  it.each([
    ['小林', '小林'],
    ['  A  B ', 'A B'],
    ['👩‍👧 林妈妈', '👩‍👧 林妈妈'],
    ['', '朋友'],
    [null, '朋友'],
    ['🌸🌸', '朋友'],
    ['…', '朋友'],
    ['一二三四五六七八九十一二三', '一二三四五六七八九十一二…'],
    ['小\n林\u202e', '小 林'],
    ['加V：abc123', '朋友'],
    ['点 https://x.cn', '朋友'],
    ['@所有人', '朋友'],
    ['王姐13800138000', '朋友'],
    ['shop.com', '朋友'],
    ['点 evil.cc 领奖', '朋友'],
    ['ｅｖｉｌ．ｔｏｐ', '朋友'],
    ['evil。com', '朋友'],
    ['e v i l . c o m', '朋友'],
    ['w\u200bw\u200bw.x', '朋友'],
    ['＠所有人', '朋友'],
    ['@ 所 有 人', '朋友'],
    ['@all', '朋友'],
    ['a@b.c', '朋友'],
    ['<a href=x>点我</a>', '朋友'],
    ['王姐138 0013-8000', '朋友'],
    ['王姐①③⑧⓪⓪①③', '朋友'],
    ['王姐１３８００１３８', '朋友'],
    ['加 我 领红包', '朋友'],
    ['+V：abc', '朋友'],
    ['薇信abc', '朋友'],
    ['QQ群 1234', '朋友'],
    ['兼职日结小王', '朋友'],
    ['小红书代购', '朋友'],
    ['Mr.Lee', 'Mr.Lee'],
    ['J.K.罗琳', 'J.K.罗琳'],
    ['桃夭er', '桃夭er'],
    ['北岛_杭州', '北岛_杭州'],
    ['2024届小陈', '2024届小陈'],
    ['团子2号', '团子2号'],
    ['加菲猫', '加菲猫'],
    ['Vivian', 'Vivian'],
    ['Max Qian', 'Max Qian'],
    ["O'Neil", "O'Neil"],
  ])('calls %j %j', (nickname, name) => {
    expect(nameToCall(nickname)).toBe(name);
  });
});

describe('templateValues', () => {
  const values = templateValues(
    { messages_total: 120, spend_total_cents: 129_950, days_since_joined: 30, days_since_contact: 365, tier: 'member' },
    { nickname: '小林', tier_label: '会员', corp_name: '' },
    dayOf(Date.parse('2026-03-05T09:00+08:00'), 'Asia/Shanghai'),
  );

  it('fills words and figures', () => {
    expect(values).toMatchObject({
      name: '小林',
      messages_total: 120,
      spend_yuan: 1299.5,
      days_together: 365,
      tier_label: '会员',
      today: '3月5日',
    });
  });

  it('has every variable, and null for what is not known or empty', () => {
    expect(Object.keys(values).sort()).toEqual(templateVariables.map((variable) => variable.name).sort());
    expect(values).toMatchObject({ group_name: null, corp_name: null, days_since_last_seen: null });
  });
});

describe('templateVariables', () => {
  it('has every metric and no name twice', () => {
    const names = templateVariables.map((variable) => variable.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(metrics.map((metric) => metric.name)));
  });

  it('keeps money and profile for the member alone', () => {
    const privateNames = templateVariables
      .filter((variable) => variable.visibility === 'private')
      .map((variable) => variable.name);
    expect(privateNames).toEqual(
      expect.arrayContaining([
        'spend_yuan',
        'spend_total_cents',
        'orders_total',
        'region',
        'opted_out',
        'ads_30d',
        'days_since_last_seen',
      ]),
    );
  });
});
