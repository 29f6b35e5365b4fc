import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cardWords } from './card-words.js';

const lengthOf = (text: string): number => [...text].length;
const family = '👨‍👩‍👧‍👦';

it('puts a short text under the title and nothing below it', () => {
  expect(cardWords('待办：建新群', '「会员群①」快满了。')).toEqual({
    title: '待办：建新群',
    sentence: '「会员群①」快满了。',
    text: '',
    facts: [],
  });
});

it('puts the first sentence under the title and the rest below it', () => {
  const text = '请将「小鹿」移出「普通1群」：已进入「会员1群」。移出后系统会自动确认。';
  expect(cardWords('待办', text)).toMatchObject({
    sentence: '请将「小鹿」移出「普通1群」：已进入「会员1群」。',
    text: '移出后系统会自动确认。',
  });
});

it('shows the start of a long first sentence under the title, and all of it below', () => {
  const text = `${'很'.repeat(60)}长。`;
  expect(cardWords('待办', text)).toMatchObject({ sentence: `${'很'.repeat(43)}…`, text });
});

it('does not end a sentence at the question mark of a web address', () => {
  const text = '看 https://example.com/a?b=1 再说。然后回复。';
  expect(cardWords('待办', text)).toMatchObject({
    sentence: '看 https://example.com/a?b=1 再说。',
    text: '然后回复。',
  });
});

it('cuts between whole characters and says where to find the rest', () => {
  const { sentence, text } = cardWords('待办', family.repeat(100));
  expect(sentence).toBe(`${family.repeat(6)}…`);
  expect(text).toMatch(new RegExp(`^(?:${family})+…（全文见「待办」）$`, 'u'));
  expect(lengthOf(text)).toBeLessThanOrEqual(160);
});

it('limits facts to what clients show', () => {
  const facts = Array.from({ length: 8 }, () => ({ name: '负责的同事', value: '赵'.repeat(40) }));
  const shown = cardWords('待办', '一句。', facts).facts;
  expect(shown).toHaveLength(6);
  expect(shown[0]).toEqual({ keyname: '负责的同事', value: `${'赵'.repeat(29)}…` });
});

it('fits every field, and marks text that was cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const words = cardWords(text, text, [{ name: text, value: text }]);
      expect(lengthOf(words.title)).toBeLessThanOrEqual(36);
      expect(lengthOf(words.sentence)).toBeLessThanOrEqual(44);
      expect(lengthOf(words.text)).toBeLessThanOrEqual(160);
      for (const { keyname, value } of words.facts)
        expect([lengthOf(keyname) <= 5, lengthOf(value) <= 30]).toEqual([true, true]);
      const shown = `${words.sentence}${words.text}`;
      const isWhole = shown.replaceAll(/\s/gu, '') === text.replaceAll(/\s/gu, '') || words.text === text.trim();
      if (!isWhole) expect(words.text).toContain('全文');
    }),
  );
});
