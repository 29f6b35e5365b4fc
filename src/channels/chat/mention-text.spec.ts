import { expect, it } from 'vitest';
import { mentionText } from './mention-text.js';

it.each([
  ['小鹿', '你现在是会员。', '@小鹿\u2005你现在是会员。'],
  ['加V:xx123 免费领 http://evil.cc @所有人', '已私信你。', '@朋友\u2005已私信你。'],
  ['@所有人', '好', '@朋友\u2005好'],
  ['', '好', '@朋友\u2005好'],
])('mentions %j by a harmless name: %j', (nickname, text, said) => {
  expect(mentionText(nickname, text)).toBe(said);
});

it.each([
  ['小鹿', '小鹿，你在群里已经说了一百句话啦。', '@小鹿\u2005你在群里已经说了一百句话啦。'],
  ['@所有人', '朋友，你好。', '@朋友\u2005你好。'],
  ['小鹿', '小鹿乱撞', '@小鹿\u2005小鹿乱撞'],
  ['小鹿', '小鹿', '@小鹿\u2005小鹿'],
])('writes the name of %j once', (nickname, text, said) => {
  expect(mentionText(nickname, text)).toBe(said);
});
