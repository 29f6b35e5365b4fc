import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsProblem } from './fact-bounds.js';

const nested = (levels: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
};

describe('the bounds of a posted fact', () => {
  it.each([
    ['objects', (inner: unknown) => ({ a: inner })],
    ['lists', (inner: unknown) => [inner]],
  ])('finds %s nested a hundred thousand levels deep without running out of stack', (_what, wrap) => {
    expect(boundsProblem(nested(100_000, wrap))).toContain('levels deep');
    expect(boundsProblem(nested(8, wrap))).toBeNull();
  });

  it('finds too many values, wide or long', () => {
    expect(boundsProblem(Array.from({ length: 3_000 }, () => 1))).toContain('at most 2000 values');
    expect(boundsProblem(Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`k${i}`, i])))).toContain('2000');
    expect(boundsProblem(Array.from({ length: 90 }, () => Array.from({ length: 90 }, () => 1)))).toContain('2000');
  });

  it('finds a text or a name that is too long', () => {
    expect(boundsProblem({ note: '长'.repeat(8_001) })).toContain('at most 8000 characters');
    expect(boundsProblem({ ['n'.repeat(129)]: 1 })).toContain('the name of a field');
  });

  it.each(['a\u0000b', '\ud83d', 'x\ude00y'])('finds what no database stores: %j', (odd) => {
    expect(boundsProblem({ note: odd })).toContain('well-formed');
    expect(boundsProblem({ [odd]: 1 })).toContain('well-formed');
  });

  it('refuses a field that would be a prototype, however deep', () => {
    expect(boundsProblem(JSON.parse('{"data":{"a":[{"__proto__":{"isAdmin":true}}]}}'))).toContain('__proto__');
  });

  it('lets a name spelled like an escape through: it is six ordinary characters', () => {
    expect(boundsProblem({ name: '\\u0000', other: '\\ud83d' })).toBeNull();
  });

  it('answers for any JSON there is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) =>
        [null, 'string'].includes(boundsProblem(value) === null ? null : 'string'),
      ),
    );
  });
});
