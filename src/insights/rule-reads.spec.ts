import { expect, it } from 'vitest';
import { readsIn, rulesInTemplate } from './rule-reads.js';

const segments = {
  segments: [
    { key: 'quiet', when: 'orders_total >= 1 && in_segment("older")' },
    { key: 'older', when: 'days_since_joined >= 90' },
    { key: 'other', when: 'orders_total >= 9' },
  ],
};
const metrics = { metrics: [{ name: 'lessons', take: 'count', of: 'custom.lesson_done' }] };

const readBy = (...settings: readonly string[]): readonly string[] =>
  readsIn(rulesInTemplate(['---', 'key: c', ...settings, '---', '你好'].join('\n')), segments, metrics)
    .map(({ document, key }) => `${document} ${key}`)
    .sort();

it.each([
  [
    'its audience',
    ["audience: in_segment('quiet') && lessons >= 3"],
    ['metrics lessons', 'segments older', 'segments quiet'],
  ],
  [
    'the segment that its trigger watches',
    ['trigger: {on: segment, key: quiet}'],
    ['segments older', 'segments quiet'],
  ],
  ['the rule that its trigger watches', ['trigger: {on: becomes, when: lessons >= 3}'], ['metrics lessons']],
  ['the metric that its trigger watches', ['trigger: {on: reached, metric: lessons, at: [3]}'], ['metrics lessons']],
  ['nothing by a trigger of the calendar', ['trigger: {on: birthday}'], []],
  ['nothing by settings that cannot be read', ['trigger: {on: moon_full}'], []],
])('a template reads %s', (_what, settings, expected) => {
  expect(readBy(...settings)).toEqual(expected);
});
