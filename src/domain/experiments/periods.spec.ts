import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../messages/index.js';
import { withoutVariant } from '../messages/stop-variant.js';
import { measureOf, windowsOf } from './outcomes.js';
import { periodsOf, type VersionOfTemplate } from './periods.js';

const file = (settings: string): string =>
  `---\nkey: back\nname: 回来 # 试\nkind: reactivation\ntrigger: {on: silent, days: 30}\nchannels: [mass_send]\n${settings}\n---\n好久不见\n--- variant B ---\n在吗\n`;

function version(number: number, settings: string): VersionOfTemplate {
  const check = checkTemplate(file(settings));
  return { version: number, savedAt: number * 100, template: check.ok ? check.template : null };
}

const half = 'variants: [{name: A, weight: 1}, {name: B, weight: 1}]';

describe('the times that may be compared', () => {
  it('end when the texts, their weights or the holdout change, and not when words do', () => {
    const versions = [
      version(5, `${half}\nholdout: 20`),
      version(4, `${half}\nholdout: 10\npriority: 60`),
      version(3, 'variants: [what]'),
      version(2, `${half}\nholdout: 10`),
      version(1, `${half.replace('B, weight: 1', 'B, weight: 3')}\nholdout: 10`),
    ];
    expect(periodsOf(versions).map(({ from, until, versions: own }) => [own, from, until])).toEqual([
      [[5], 500, null],
      [[4, 2], 200, 500],
      [[1], 100, 200],
    ]);
  });

  it('leave out a stopped text', () => {
    const stopped = withoutVariant(file(half), 'B')!;
    const check = checkTemplate(stopped);
    expect(check.ok && check.template.variants.map(({ name, weight }) => [name, weight])).toEqual([
      ['A', 1],
      ['B', 0],
    ]);
    const now = { version: 2, savedAt: 2, template: check.ok ? check.template : null };
    expect(periodsOf([now, version(1, half)]).map(({ variants }) => variants)).toEqual([['A'], ['A', 'B']]);
  });
});

describe('stopping a text', () => {
  it('changes its weight and not another character', () => {
    expect(withoutVariant(file(half), 'B')).toBe(file(half.replace('B, weight: 1', 'B, weight: 0')));
    const lines = 'variants:\n  - name: A # the old one\n    weight: 30\n  - {weight: 70, name: B}';
    expect(withoutVariant(file(lines), 'A')).toBe(file(lines.replace('30', '0')));
  });

  it('refuses one that is not there, and the last one', () => {
    expect(withoutVariant(file(half), 'C')).toBeNull();
    expect(withoutVariant(file(''), 'A')).toBeNull();
    expect(withoutVariant('no front matter', 'A')).toBeNull();
    const one = withoutVariant(withoutVariant(file(half), 'B')!, 'A')!;
    expect(checkTemplate(one).ok).toBe(false);
  });
});

describe('what a template is measured by', () => {
  it('is what its kind is for, unless it says otherwise', () => {
    expect(measureOf({ kind: 'reactivation' })).toEqual({ goal: 'return', withinDays: 7 });
    expect(measureOf({ kind: 'care' })).toEqual({ goal: 'reply', withinDays: 3 });
    const check = checkTemplate(file(`${half}\nmeasure: {goal: order, within_days: 14}`));
    expect(check.ok && check.template.measure).toEqual({ goal: 'order', withinDays: 14 });
    expect(windowsOf({ goal: 'order', withinDays: 14 })).toMatchObject({ order: 14, return: 7 });
    expect(checkTemplate(file(`${half}\nmeasure: {goal: joy}`)).ok).toBe(false);
  });
});
