import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  defaultVocabulary,
  blocksOf,
  blocksText,
  compileRule,
  type BlockGroup,
} from '../../../src/domain/rules/index.js';
import { isSame } from '../../../src/domain/rules/blocks.js';

import { print } from './reference-interpreter.js';
import { someRule, vocabulary } from './random-rules.js';

function blocks(text: string): BlockGroup | string {
  const compilation = compileRule(text, defaultVocabulary);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
  const answer = blocksOf(compilation.rule, defaultVocabulary);
  return 'blocks' in answer ? answer.blocks : answer.textOnly.zh;
}
const again = (text: string): string => {
  const found = blocks(text);
  return typeof found === 'string' ? found : blocksText(found);
};

it('opens a rule as blocks only if its blocks are the same condition, and says why of every other', () => {
  let opened = 0;
  let asText = 0;
  fc.assert(
    fc.property(someRule, (random) => {
      const compilation = compileRule(print(random), vocabulary);
      if (!compilation.ok) return;
      const answer = blocksOf(compilation.rule, vocabulary);
      if ('textOnly' in answer) {
        asText += 1;
        expect(answer.textOnly.zh).not.toBe('');
        return;
      }
      opened += 1;
      const back = compileRule(blocksText(answer.blocks), vocabulary);
      expect(back.ok && isSame(back.rule.condition, compilation.rule.condition)).toBe(true);
      // Opening what was saved shows the same blocks again, so nothing drifts from edit to edit.
      expect(back.ok && blocksOf(back.rule, vocabulary)).toEqual(answer);
    }),
    { numRuns: 3_000 },
  );
  expect(opened).toBeGreaterThan(500);
  expect(asText).toBeGreaterThan(500);
});

it.each([
  'orders_90d >= 3',
  'is_contact || messages_total > 0 || checkins_total > 0',
  '(orders_90d >= 3 && spend_90d_cents >= spend_90d_top_fifth_cents || kol_level >= 3) && days_since_last_seen <= 30',
  '!is_contact && !opted_out',
  "'复购客' in tags && !('流失' in tags)",
  "stage in ['new', 'active'] && !(stage in ['lost'])",
  "region.contains('深圳') || !(region.startsWith('广东'))",
  'days_since_last_order != null && days_since_last_seen == null',
  '!(orders_90d >= 3)',
  '!(orders_90d >= 3 || orders_total >= 9)',
  '!(!(orders_90d >= 3))',
  'orders_90d >= 1 && !(orders_30d >= 1 && (kol_level >= 1 || !is_contact))',
  'orders_90d > (-1)',
])('keeps `%s` as it is', (text) => {
  const before = compileRule(text, defaultVocabulary);
  const after = compileRule(again(text), defaultVocabulary);
  expect(before.ok && after.ok && isSame(before.rule.condition, after.rule.condition)).toBe(true);
});

it('opens as text what calculates, chooses or is the same for everybody', () => {
  expect(blocks('orders_90d * 2 >= 6')).toContain('算式');
  expect(blocks('(is_contact ? 1 : 2) <= orders_90d')).toContain('如果');
  expect(blocks('is_contact ? orders_90d >= 1 : orders_90d >= 2')).toContain('如果');
  expect(blocks('true')).toContain('所有人');
  expect(blocks('orders_90d >= 1 && true')).toContain('所有人');
  expect(blocks('is_contact == true')).toContain('积木');
});
