import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addTo, dataOf, setIn, valueAt, type Path, type Plain } from './yaml-edit.js';

const file = (name: string): string => readFileSync(`config/${name}.yaml`, 'utf8');

/** Lines that one text has and the other has not. */
function changed(before: string, after: string): { readonly gone: string[]; readonly come: string[] } {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return { gone: old.filter((line) => !now.includes(line)), come: now.filter((line) => !old.includes(line)) };
}

describe('an edit of a field', () => {
  it.each<[string, Path, Plain, string, string]>([
    [
      'tiers',
      ['tiers', 2, 'enter'],
      'orders_total >= 2',
      '    enter: orders_total >= 1',
      '    enter: orders_total >= 2',
    ],
    ['tiers', ['tiers', 3, 'color'], '#112233', "    color: '#c8453b'", "    color: '#112233'"],
    [
      'tiers',
      ['tiers', 3, 'label', 'zh'],
      '老友',
      '    label: { zh: 铁杆, en: loyal }',
      '    label: { zh: 老友, en: loyal }',
    ],
    ['tiers', ['tiers', 0, 'groups'], ['潜在*', '新人*'], "    groups: ['潜在*']", '    groups: [潜在*, 新人*]'],
    [
      'sending',
      ['quiet', 'to'],
      '08:00',
      "quiet: { from: '21:30', to: '07:30' }",
      "quiet: { from: '21:30', to: '08:00' }",
    ],
    [
      'sending',
      ['mass_send', 'remind_after_hours', 1],
      12,
      '  remind_after_hours: [3, 24, 48]',
      '  remind_after_hours: [3, 12, 48]',
    ],
    [
      'stages',
      ['kol', 0, 'messages'],
      12,
      '  - { messages: 10, active_days: 3, mentions: 0 }',
      '  - { messages: 12, active_days: 3, mentions: 0 }',
    ],
    [
      'tags',
      ['groups', 2, 'tags', 1, 'when'],
      'orders_total >= 3',
      '      - { name: 复购客, when: orders_total >= 2 }',
      '      - { name: 复购客, when: orders_total >= 3 }',
    ],
  ])('in %s at %j changes one line', (...[name, path, value, gone, come]) => {
    const before = file(name);
    const after = setIn(before, path, value);
    expect(changed(before, after).gone).toEqual([gone]);
    expect(changed(before, after).come.map((line) => line.replaceAll("'", ''))).toEqual([come.replaceAll("'", '')]);
    expect(valueAt(parse(after), path)).toEqual(value);
  });

  it('quotes what YAML would read as something else', () => {
    for (const value of [
      'yes: no',
      '# none',
      '[x',
      "it's",
      '12',
      'true',
      '',
      ' padded ',
      "'a' in tags",
      '!is_contact',
      '*x',
    ]) {
      expect(valueAt(parse(setIn(file('tiers'), ['tiers', 1, 'enter'], value)), ['tiers', 1, 'enter'])).toBe(value);
      expect(
        valueAt(parse(setIn(file('tags'), ['groups', 3, 'tags', 2, 'when'], value)), ['groups', 3, 'tags', 2, 'when']),
      ).toBe(value);
    }
  });

  it('adds and removes a field by one line', () => {
    const before = file('tiers');
    const added = setIn(before, ['tiers', 2, 'stay'], '90%');
    expect(changed(before, added)).toEqual({ gone: [], come: ['    stay: 90%'] });
    expect(setIn(added, ['tiers', 2, 'stay'], undefined)).toBe(before);
  });

  it('adds and removes entries of lists, and keeps every comment', () => {
    const before = file('tags');
    const added = addTo(before, ['groups', 2, 'tags'], { name: '大户', when: 'spend_90d_cents >= 100000' });
    expect(changed(before, added)).toEqual({
      gone: [],
      come: ['      - { name: 大户, when: spend_90d_cents >= 100000 }'],
    });
    expect(setIn(added, ['groups', 2, 'tags', 4], undefined)).toBe(before);

    const ways = addTo(file('contact-ways'), ['ways'], { key: 'expo', name: '展会', staff: ['LinXia'] });
    expect(changed(file('contact-ways'), ways).gone).toEqual(['ways: []']);
    expect(dataOf(ways)).toMatchObject({ ways: [{ key: 'expo', name: '展会', staff: ['LinXia'] }] });
    expect(changed(ways, addTo(ways, ['ways'], { key: 'fair', name: '集市', staff: ['A'] })).gone).toEqual([]);
    expect(dataOf(addTo(file('operators'), ['operators'], 'LinXia'))).toEqual({ operators: ['LinXia'] });

    const tier = addTo(file('tiers'), ['tiers'], { key: 'gold', label: { zh: '金', en: 'gold' }, color: '#c0a000' });
    expect(changed(file('tiers'), tier).gone).toEqual([]);
    expect(parse(tier)).toMatchObject({
      tiers: [{}, {}, {}, {}, { key: 'gold', label: { zh: '金', en: 'gold' } }],
      moves: {},
    });
  });

  it('leaves a text alone that is not YAML', () => {
    expect(setIn('a: [1', ['a', 0], 2)).toBe('a: [1');
    expect(dataOf('a: [1')).toBeNull();
  });

  it('changes every single value of the shipped files, and nothing else', () => {
    for (const name of ['tiers', 'tags', 'stages', 'sending', 'calendar', 'words', 'operators', 'contact-ways']) {
      const before = file(name);
      const comments = before.match(/#.*$/gm) ?? [];
      for (const path of leaves(parse(before))) {
        const value = typeof valueAt(parse(before), path) === 'string' ? '另一个, [值]' : 7;
        const after = setIn(before, path, value);
        expect(valueAt(parse(after), path)).toBe(value);
        expect(parse(setIn(after, path, valueAt(parse(before), path) as Plain))).toEqual(parse(before));
        expect(changed(before, after).gone.length, `${name} ${path.join('.')}`).toBeLessThanOrEqual(1);
        if (!comments.some((comment) => comment.includes("'"))) expect(after.match(/#.*$/gm) ?? []).toEqual(comments);
      }
    }
  });
});

const leaves = (value: unknown, at: Path = []): Path[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, part]) => leaves(part, [...at, Array.isArray(value) ? Number(key) : key]))
    : [at];
