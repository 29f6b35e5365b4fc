import { expect, it } from 'vitest';
import { en } from '../i18n/en.js';
import type { Texts } from '../i18n/i18n.js';
import type { TextKey } from '../i18n/zh.js';
import { readNeed } from './figures.js';

const english: Texts = {
  language: 'en',
  locale: 'en-GB',
  setLanguage: () => undefined,
  t: (key: TextKey) => en[key],
  name: (family, code) => `${family} ${code}`,
  say: (label) => (typeof label === 'string' ? label : (label?.en ?? '')),
};

it.each([
  ['spend_90d_cents', '>= 300000', '≥ ¥3,000'],
  ['orders_90d', '≥ 3 或为空', '≥ 3, or unknown'],
  ['tags', '有 高活跃', 'has 高活跃'],
  ['tags', '有 是', 'has 是'],
  ['tags', '没有 高活跃', 'has not 高活跃'],
  ['segment', '= 是', '= yes'],
  ['birthday_month', '不为空', 'known'],
  ['region', '开头不是 杭州 西湖', 'does not start with 杭州 西湖'],
  ['tier', '∈ member、loyal', '∈ tier member、tier loyal'],
])('says what is required of %s (%s) in English: %s', (metric, need, said) => {
  expect(readNeed(metric, need, english)).toBe(said);
});
