import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToBytes, cutToCharacters, cutToCodePoints } from './cut-text.js';

const family = '👨‍👩‍👧‍👦';
const flag = '🇨🇳';
const waving = '👋🏽';
const accented = 'e\u0301';

const charactersOf = (text: string): string[] =>
  Array.from(new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment);

describe('cutting a text', () => {
  it('never splits an emoji, a flag or an accented letter', () => {
    expect(cutToCodePoints(`A${'🌸'.repeat(40)}`, 30)).toBe(`A${'🌸'.repeat(29)}`);
    expect(cutToCodePoints(`${'小'.repeat(29)}${family}`, 30)).toBe('小'.repeat(29));
    expect(cutToCodePoints(`${'小'.repeat(29)}${flag}`, 30)).toBe('小'.repeat(29));
    expect(cutToCodePoints(`${'小'.repeat(29)}${waving}`, 30)).toBe('小'.repeat(29));
    expect(cutToCodePoints(`${'小'.repeat(29)}${accented}`, 30)).toBe('小'.repeat(29));
    expect(cutToBytes(`小${family}小`, 10)).toBe('小');
    expect(cutToBytes(`${flag}${flag}`, 15, '…')).toBe(`${flag}…`);
    expect(cutToCharacters(`${family}${flag}${waving}好`, 3, '…')).toBe(`${family}${flag}${waving}…`);
  });

  it('leaves a text that fits unchanged', () => {
    expect(cutToCodePoints(`A${'🌸'.repeat(15)}`, 30)).toBe(`A${'🌸'.repeat(15)}`);
    expect(cutToBytes('小鹿', 6)).toBe('小鹿');
    expect(cutToCharacters(family, 1, '…')).toBe(family);
  });

  it('cuts a single character that is longer than the limit between code points', () => {
    const zalgo = `z${'\u0335'.repeat(500)}`;
    expect(cutToCodePoints(zalgo, 30)).toBe(zalgo.slice(0, 30));
    expect(Buffer.byteLength(cutToBytes(zalgo, 30))).toBeLessThanOrEqual(30);
  });

  it('cuts before a web address that does not fit, unless nothing would be left', () => {
    const address = 'https://club.example.com/m?t=1';
    expect(cutToCodePoints(`看这里 ${address}，谢谢`, 20, '…')).toBe('看这里 …');
    expect(cutToBytes(`看这里 ${address}`, 39)).toBe('看这里 ');
    expect(cutToBytes(`看这里 ${address}，谢谢`, 40)).toBe(`看这里 ${address}`);
    expect(cutToCharacters(`${address} ${address}`, 40, '…')).toBe(`${address} …`);
    expect(cutToCodePoints(address, 10)).toBe('https://cl');
  });

  it('keeps the limit and whole characters for any text', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom(family, flag, waving, accented, '小', 'a'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 90 }), (said, most) => {
        const whole = charactersOf(said);
        for (const kept of [cutToCodePoints(said, most), cutToBytes(said, most), cutToCharacters(said, most)])
          expect(whole.slice(0, charactersOf(kept).length).join('')).toBe(kept);
        expect([...cutToCodePoints(said, most, '…')].length).toBeLessThanOrEqual(most);
        expect(Buffer.byteLength(cutToBytes(said, most, '…'))).toBeLessThanOrEqual(most);
        expect(charactersOf(cutToCharacters(said, most)).length).toBeLessThanOrEqual(most);
      }),
    );
  });
});
