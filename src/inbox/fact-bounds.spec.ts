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
  ])('reports %s nested 100,000 levels deep without overflowing the stack', (_what, wrap) => {
    expect(boundsProblem(nested(100_000, wrap))).toContain('levels deep');
    expect(boundsProblem(nested(8, wrap))).toBeNull();
  });

  it('reports too many values in one list, one object or nested lists', () => {
    expect(boundsProblem(Array.from({ length: 3_000 }, () => 1))).toContain('at most 2000 values');
    expect(boundsProblem(Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`k${i}`, i])))).toContain('2000');
    expect(boundsProblem(Array.from({ length: 90 }, () => Array.from({ length: 90 }, () => 1)))).toContain('2000');
  });

  it('reports a text or a field name that is too long', () => {
    expect(boundsProblem({ note: '长'.repeat(8_001) })).toContain('at most 8000 characters');
    expect(boundsProblem({ ['n'.repeat(129)]: 1 })).toContain('the name of a field');
  });

  it.each(['a\u0000b', '\ud83d', 'x\ude00y'])('reports a text that PostgreSQL cannot store: %j', (odd) => {
    expect(boundsProblem({ note: odd })).toContain('well-formed');
    expect(boundsProblem({ [odd]: 1 })).toContain('well-formed');
  });

  it('reports a field called __proto__ at any depth', () => {
    expect(boundsProblem(JSON.parse('{"data":{"a":[{"__proto__":{"isAdmin":true}}]}}'))).toContain('__proto__');
  });

  it('accepts text that spells an escape sequence: it is six ordinary characters', () => {
    expect(boundsProblem({ name: '\\u0000', other: '\\ud83d' })).toBeNull();
  });

  it('returns null or a problem for any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) =>
        [null, 'string'].includes(boundsProblem(value) === null ? null : 'string'),
      ),
    );
  });
});
