import { expect, it } from 'vitest';
import { adSigns, looksLikeAd } from './ad-signs.js';

it.each([
  '需要的加我微信 abc12345，量大从优',
  '加V：xiaomei888 看货',
  '＋vx xiaomei_888',
  '日结300，在家做单，私聊我',
  '刷单兼职，一单一结',
  '特价包邮 https://t.cn/xyz 抢完为止',
  '免费领取资料，点击链接 www.lingqu.top',
  '【淘宝】复制这段话打开手机淘宝',
  '招代理，一件代发',
  '原价199现价19.9，联系 138 1234 5678',
])('recognises an advertisement: %s', (text) => {
  expect(looksLikeAd(text)).toBe(true);
});

it.each([
  '今天的面包好好吃',
  '我昨天买的那款 59元，你们呢？',
  '看看这个 https://example.com/recipe 做法很详细',
  '群主，优惠券怎么用？',
  '我微信收不到通知了',
  '大家周末见！+1',
  '你加他了吗',
  '有人一起拼单吗',
  '我的等级',
  '包邮吗？',
  '我家微波炉坏了',
  '',
])('accepts everyday talk: %s', (text) => {
  expect(looksLikeAd(text)).toBe(false);
});

it('names the signs it found', () => {
  expect(adSigns('特价 https://t.cn/xyz')).toEqual(['link', 'price']);
});
