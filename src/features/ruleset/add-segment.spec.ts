import { expect, it } from 'vitest';
import { withSegment } from './add-segment.js';

const added = { key: 'buyers', label: { zh: '下过单', en: 'buyers' }, when: "orders_total >= 1 && !('x' in tags)" };
const written =
  "  - key: buyers\n    label:\n      zh: 下过单\n      en: buyers\n    when: orders_total >= 1 && !('x' in tags)\n";

it('adds a segment at the end and keeps what is there, with its comments', () => {
  const text = '# 分群\nsegments:\n  - key: a # 甲\n    label: { zh: 甲, en: a }\n    when: is_contact\n';
  expect(withSegment(text, added)).toBe(text + written);
});

it.each(['segments: []\n', 'segments:\n', ''])('begins the list where there is none: %j', (text) => {
  expect(withSegment(text, added)).toBe(`segments:\n${written}`);
});
