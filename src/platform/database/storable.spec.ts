import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storableJson, storableText } from './storable.js';

/** Any text, including lone surrogates, NUL, and texts that only look like an escape. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc
    .array(
      fc.constantFrom('\\', '\\u0000', '\\ud83d', '\\ud83d\\ude0a', '"', 'u0000', '\u0000', '\ud800', '😀', '小鹿'),
    )
    .map((parts) => parts.join('')),
);
const { tree: anyValue } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    anyText,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(anyText, tie('tree'), { maxKeys: 4 }),
  ),
}));

const cleaned = (value: unknown): unknown => {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), cleaned(inner)]));
};

describe('a stored text', () => {
  it('is unchanged if both databases accept it, even if it looks like an escape', () => {
    for (const text of ['\\u0000', '\\ud83d', '\\ud83d\\ude0a', '\\\\u0000', 'a\\', '小鹿😀', '']) {
      expect(storableText(text)).toBe(text);
      expect(JSON.parse(storableJson({ [text]: text }))).toEqual({ [text]: text });
    }
  });

  it('has U+FFFD in place of a NUL and of a lone surrogate', () => {
    expect(storableText('a\u0000b')).toBe('a\ufffdb');
    expect(storableText('\ud83d')).toBe('\ufffd');
    expect(JSON.parse(storableJson({ 'k\u0000': ['\udc00', { deep: '\ud800x' }] }))).toEqual({
      'k\ufffd': ['\ufffd', { deep: '\ufffdx' }],
    });
  });

  it('is valid JSON for any value, and reads back as the value with only those characters replaced', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const read: unknown = JSON.parse(storableJson(value));
        expect(read).toEqual(cleaned(value));
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps a key named __proto__ as an own key', () => {
    const value = JSON.parse('{"__proto__": {"a\\u0000": 1}, "b\\u0000": 2}') as unknown;
    expect(storableJson(value)).toBe('{"__proto__":{"a\ufffd":1},"b\ufffd":2}');
  });

  it('is null for a value that JSON cannot express', () => {
    expect(storableJson(undefined)).toBe('null');
  });
});
