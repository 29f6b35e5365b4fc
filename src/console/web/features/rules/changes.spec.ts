import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changesBetween, differenceOf } from './changes.js';
import { conditionsIn } from './document-form.js';
import { addTo, dataOf, setIn, type Path, type Plain } from './yaml-edit.js';

const file = (name: string): string => readFileSync(`config/${name}.yaml`, 'utf8');
const changes = (name: string, text: string) => changesBetween(name, dataOf(file(name)), dataOf(text));
const said = (name: string, text: string) =>
  changes(name, text).map(
    ({ where, kind }) => `${where.map((part) => (typeof part === 'string' ? part : part.zh)).join(' · ')} ${kind}`,
  );

describe('the differences between two versions', () => {
  it.each<[string, Path, Plain, string]>([
    ['tiers', ['tiers', 3, 'enter'], 'orders_90d >= 2', '铁杆 · 进入条件 changed'],
    ['tiers', ['moves', 'max_tries'], 5, '换群 · 最多邀请 changed'],
    ['tags', ['groups', 2, 'tags', 1, 'when'], 'orders_total >= 3', '价值 · 复购客 · 打上的条件 changed'],
    ['stages', ['lost_days'], 120, '生命周期 · 多久没来算“流失” changed'],
    ['stages', ['kol', 1, 'messages'], 31, '2 · 发言 changed'],
    ['sending', ['quiet', 'to'], '08:00', '主动触达 · 免打扰 changed'],
  ])('in %s at %j are said by the name of the entry and of the field', (name, path, value, words) => {
    expect(said(name, setIn(file(name), path, value))).toEqual([words]);
  });

  it('name an entry that came or went', () => {
    expect(said('tags', addTo(file('tags'), ['groups', 2, 'tags'], { name: '大户', when: 'true' }))).toEqual([
      '价值 · 大户 added',
    ]);
    expect(said('tags', setIn(file('tags'), ['groups', 2, 'tags', 0], undefined))).toEqual(['价值 · 首单客 removed']);
  });

  it('do not count comments, or a default that was written out', () => {
    expect(said('tiers', `# a comment\n${setIn(file('tiers'), ['tiers', 3, 'path'], 'official')}`)).toEqual([]);
  });

  it('show a document that has no form of its own, field by field', () => {
    const before = 'segments:\n  - key: fans\n    name: 粉丝\n    when: orders_90d >= 3\n';
    expect(changesBetween('unheard-of', dataOf(before), dataOf(before.replace('3', '2')))).toMatchObject([
      {
        where: ['粉丝', { zh: 'when' }],
        field: { kind: 'condition' },
        before: 'orders_90d >= 3',
        after: 'orders_90d >= 2',
      },
    ]);
    expect(conditionsIn('unheard-of', dataOf(before))).toEqual(['orders_90d >= 3']);
  });
});

it('keeps numbers whole where two texts differ, and shows every place', () => {
  const said = (before: string, after: string): string =>
    differenceOf(before, after)
      .map(({ kind, text }) => ({ same: text, gone: `-${text}-`, come: `+${text}+` })[kind])
      .join('');
  expect(said('近90天订单至少 13 笔，并且是好友', '近90天订单至少 12 笔，并且是好友')).toBe(
    '近90天订单至少 -13-+12+ 笔，并且是好友',
  );
  expect(said('订单至少 3 笔，或者等级至少 3 级', '订单至少 2 笔，或者等级至少 2 级')).toBe(
    '订单至少 -3-+2+ 笔，或者等级至少 -3-+2+ 级',
  );
  expect(said('a', 'a b')).toBe('a+ b+');
  expect(said('x', '')).toBe('-x-');
});
