import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { wordingOf } from '../../domain/messages/wording.js';
import { readRuleset } from './compile-rules.js';

const read = await readRuleset('config');
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { words } = read.value;

it.each(readdirSync('templates', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md')))(
  'the shipped text %s has no listed word in it',
  (path) => {
    expect(wordingOf(readFileSync(join('templates', path), 'utf8'), words)).toEqual({ refused: [], warned: [] });
  },
);

it.each([
  ['最佳', 'refuse'],
  ['国 家 级', 'refuse'],
  ['销量第一', 'refuse'],
  ['最好的茶', 'warn'],
  ['唯一', 'warn'],
  ['第一次下单、最近、最后一天', null],
  ['第一时间告诉你，最晚周五', null],
  ['最多 3 件', null],
])('the shipped list judges 「%s」: %s', (text, severity) => {
  expect(words.find(text)[0]?.group.severity ?? null).toBe(severity);
});
