import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../../../domain/messages/index.js';
import { setIn, type Plain } from '../rules/yaml-edit.js';
import { moreFields, templateFields } from './template-fields.js';
import { partsOf, withFront, withMassText, withText } from './template-parts.js';

const sources = readdirSync('templates', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .map((path) => [path, readFileSync(join('templates', path), 'utf8')] as const);

describe.each(sources)('the form of %s', (_path, source) => {
  const parts = partsOf(source)!;

  it('opens, and gives the same source back while nothing is changed', () => {
    expect(withFront(source, parts, parts.front)).toBe(source);
    for (const part of parts.texts) expect(withText(source, part, part.text)).toBe(source);
  });

  it('changes one setting and leaves every other value, every comment and every text', () => {
    const changes: readonly (readonly [string, Plain])[] = [
      ['timing', { at: '10:30' }],
      ['except_days', ['spring_festival']],
      ['once', 'per_occasion'],
      ['name', '新名字'],
      ['audience', 'is_contact && orders_total >= 3'],
    ];
    for (const [key, value] of changes) {
      const edited = withFront(source, parts, setIn(parts.front, [key], value));
      const after = partsOf(edited)!;
      expect(after.values).toEqual({ ...parts.values, [key]: value });
      expect(after.texts.map(({ text }) => text)).toEqual(parts.texts.map(({ text }) => text));
      const comments = source.match(/^\s*#.*$/gm) ?? [];
      expect(comments.filter((comment) => !edited.includes(comment.trim()))).toEqual([]);
      expect(checkTemplate(edited).ok, `${key} of a valid template`).toBe(true);
    }
  });

  it('takes any text without touching what stands around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (written, index) => {
        const text = written.replace(/[\r\n-]/g, ' ');
        const part = parts.texts[index % parts.texts.length]!;
        const edited = withText(source, part, text);
        expect(edited.startsWith(source.slice(0, part.from))).toBe(true);
        expect(edited.endsWith(source.slice(part.to))).toBe(true);
        expect(edited.length).toBe(source.length - part.text.length + text.length);
      }),
    );
  });
});

describe('a source that the form cannot show', () => {
  it.each([
    ['without settings', '你好'],
    ['with settings that are no YAML', '---\nkey: [\n---\n你好'],
    ['with an unknown mark', '---\nkey: a\n---\n你好\n--- huh ---\n'],
    ['with settings in one pair of braces', '---\n{key: a}\n---\n你好'],
    ['with line ends of Windows', '---\r\nkey: a\r\n---\r\n你好'],
  ])('%s is left to the source', (_what, source) => {
    expect(partsOf(source)).toBeNull();
  });
});

it('adds a text for mass sends at the end', () => {
  const edited = withMassText('---\nkey: a\n---\n\n你好\n\n', '大家好');
  expect(partsOf(edited)!.texts.map(({ isMass, text }) => [isMass, text.trim()])).toEqual([
    [false, '你好'],
    [true, '大家好'],
  ]);
});

it('has a field for every setting but the key, the switch and the variants, and asks for each once', async () => {
  const { fieldHints } = await import('../../../../domain/messages/front-matter-schema.js');
  const keys = [...templateFields, moreFields].flatMap(({ fields }) => fields.map(({ key }) => key.split('.')[0]!));
  expect([...new Set(keys)].sort()).toEqual(
    Object.keys(fieldHints)
      .filter((key) => !['key', 'enabled', 'variants'].includes(key))
      .sort(),
  );
});
