import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readYaml } from './config-files.js';

const tiers = z.strictObject({
  tiers: z.array(z.strictObject({ key: z.string(), capacity: z.number().int('must be a whole number') })),
});

describe('a YAML file', () => {
  it('is read into its value and the place of each part', () => {
    const read = readYaml('tiers.yaml', 'tiers:\n  - key: regular\n    capacity: 200\n', tiers);
    if (!read.ok) throw new Error('refused');
    expect(read.value).toEqual({ tiers: [{ key: 'regular', capacity: 200 }] });
    expect(read.placeOf(['tiers', 0, 'capacity'])).toEqual({ line: 3, column: 15 });
  });

  it('reports the place of every wrong value', () => {
    expect(readYaml('tiers.yaml', 'tiers:\n  - key: 7\n    capacity: 1.5\n', tiers)).toEqual({
      ok: false,
      problems: [
        {
          file: 'tiers.yaml',
          line: 2,
          column: 10,
          message: 'tiers.0.key: must be a text; a text that looks like a number needs quotes',
          messageZh: 'tiers.0.key：要写文字；像数字的文字要加引号',
          messageEn: 'tiers.0.key: must be a text; a text that looks like a number needs quotes',
        },
        {
          file: 'tiers.yaml',
          line: 3,
          column: 15,
          message: 'tiers.0.capacity: must be a whole number',
          messageZh: 'tiers.0.capacity：要写整数',
          messageEn: 'tiers.0.capacity: must be a whole number',
        },
      ],
    });
  });

  it('reports the place of the parent of a missing value', () => {
    expect(readYaml('tiers.yaml', 'tiers:\n  - key: regular\n', tiers)).toMatchObject({
      problems: [{ line: 2, column: 5, message: expect.stringContaining('tiers.0.capacity: is missing') }],
    });
  });

  it('reports in plain words that lists nest too deep', () => {
    for (const nested of ['['.repeat(19_000), '- '.repeat(19_000), '{a: '.repeat(9_000)])
      expect(readYaml('tiers.yaml', nested, tiers)).toMatchObject({
        problems: [{ line: 1, message: 'YAML: lists or settings lie too deep in one another' }],
      });
  });

  it('reports the place of an unknown name', () => {
    expect(readYaml('tiers.yaml', 'tiers:\n  - key: regular\n    capacity: 1\n    capcity: 2\n', tiers)).toMatchObject({
      problems: [
        { line: 4, column: 5, message: 'tiers.0: "capcity" is not known here; correct the spelling or remove it' },
      ],
    });
  });

  it('reports the place of a YAML syntax error', () => {
    const read = readYaml('tiers.yaml', 'tiers:\n  - key: "regular\n', tiers);
    expect(read).toMatchObject({
      ok: false,
      problems: [{ line: expect.any(Number), message: expect.stringMatching(/^YAML: .*quote/) }],
    });
  });

  it('refuses a duplicate name', () => {
    expect(readYaml('tiers.yaml', 'tiers: []\ntiers: []\n', tiers)).toMatchObject({
      problems: [{ line: 2, column: 1, message: 'YAML: Map keys must be unique' }],
    });
  });

  it('refuses aliases that expand without end', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]',
      'c: [*b,*b,*b,*b,*b,*b,*b,*b,*b]',
    ].join('\n');
    expect(readYaml('bomb.yaml', bomb, z.unknown())).toMatchObject({ ok: false });
  });

  it('counts lines from the given first line, for front matter', () => {
    expect(readYaml('welcome.md', 'tiers: 1', tiers, 2)).toMatchObject({ problems: [{ line: 2, column: 8 }] });
  });
});
