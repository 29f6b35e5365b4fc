import { expect, it } from 'vitest';
import { commandText } from './command-text.js';

it.each([
  ['我的等级', '我的等级'],
  ['@群小助\u2005我的等级', '我的等级'],
  ['@群小助 我的等级', '我的等级'],
  ['＠群小助\u3000我的等级 ', '我的等级'],
  ['@群小助我的等级', '我的等级'],
  ['我的等级 @群小助\u2005', '我的等级'],
  ['退订 @群小助 谢谢', '退订 谢谢'],
  ['  我的\u00a0等级\n', '我的 等级'],
  ['我的等级\u200b', '我的等级'],
  ['@小鹿\u2005我的等级', '@小鹿 我的等级'],
  ['你好 @群小助手 在吗', '你好 @群小助手 在吗'],
  ['@群小助', ''],
])('reads %j as %j', (text, meant) => {
  expect(commandText(text, { botName: '群小助', mentioned: false })).toBe(meant);
});

it('finds a bot whose name contains a space', () => {
  expect(commandText('@群 助手\u2005退订', { botName: '群 助手', mentioned: false })).toBe('退订');
});

it('removes a mention by a nickname of the room', () => {
  expect(commandText('@会员小管家\u2005我的等级', { botName: '群小助', mentioned: true })).toBe('我的等级');
  expect(commandText('@小鹿\u2005我的等级', { botName: '群小助', mentioned: false })).toBe('@小鹿 我的等级');
});
