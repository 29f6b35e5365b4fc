import { expect, it } from 'vitest';
import { languageOf } from './words.js';

it.each([
  [undefined, 'zh'],
  ['', 'zh'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-US,en;q=0.9', 'en'],
  ['en;q=0.5, zh-TW;q=0.7', 'zh'],
  ['fr-FR, en;q=0.2', 'en'],
  ['de', 'zh'],
  ['en;q=0', 'zh'],
  ['en;q=banana', 'en'],
])('answers a browser that asks for %s in %s', (asked, language) => {
  expect(languageOf(asked)).toBe(language);
});
