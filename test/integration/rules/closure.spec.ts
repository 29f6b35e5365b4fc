import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readMetrics } from '../../../src/domain/metrics/index.js';
import { celText } from '../../../src/domain/rules/cel-text.js';
import {
  compileRule,
  conditionsOf,
  type CompiledRule,
  type Condition,
  type TracePart,
} from '../../../src/domain/rules/index.js';
import { interpret, print, type Cond } from './reference-interpreter.js';
import { OWN, someCorp, someMember, someRule, TODAY, vocabulary } from './random-rules.js';

function compiled(rule: Cond): CompiledRule {
  const compilation = compileRule(print(rule), vocabulary);
  // A random rule may divide by 0, grow too big or compare two constants. The compiler refuses those, as it should.
  if (!compilation.ok) {
    for (const problem of compilation.problems)
      expect(['number_range', 'unsupported', 'too_complex']).toContain(problem.code);
    return fc.pre(false) as never;
  }
  return compilation.rule;
}

const verdict = (part: TracePart): boolean =>
  !('join' in part) ? part.holds : part.join === 'all' ? part.parts.every(verdict) : part.parts.some(verdict);

it('gives a member the same verdict as the reference interpreter, and explains that verdict', () => {
  const members = fc.sample(someMember, { numRuns: 60, seed: 7 });
  fc.assert(
    fc.property(someRule, someCorp, (rule, corp) => {
      const { holds, explain } = compiled(rule);
      for (const { row, tags: names } of members) {
        const values = readMetrics(row, TODAY, corp, OWN);
        const tags = new Set(names);
        const expected = interpret(rule, values, tags);
        expect(holds(values, tags)).toBe(expected);
        const trace = explain(values, tags);
        expect(trace.holds).toBe(expected);
        expect(verdict(trace.root)).toBe(expected);
      }
    }),
    { numRuns: 1_000 },
  );
});

/** A condition without the places of its parts in the text. */
const withoutPlaces = (condition: Condition): unknown =>
  JSON.parse(JSON.stringify(condition, (key, value: unknown) => (key === 'range' ? undefined : value)));

it('writes a condition as a text that compiles to the same condition', () => {
  fc.assert(
    fc.property(someRule, (rule) => {
      const { condition } = compiled(rule);
      const again = compileRule(celText(condition), vocabulary);
      expect(again.ok ? withoutPlaces(again.rule.condition) : again.problems).toEqual(withoutPlaces(condition));
    }),
    { numRuns: 1_000 },
  );
});

it('traces conditions that are valid rules of their own, with the same result', () => {
  fc.assert(
    fc.property(someRule, someMember, someCorp, (rule, { row, tags: names }, corp) => {
      const values = readMetrics(row, TODAY, corp, OWN);
      const tags = new Set(names);
      for (const condition of conditionsOf(compiled(rule).explain(values, tags).root)) {
        const alone = compileRule(condition.text, vocabulary);
        expect(alone.ok && alone.rule.holds(values, tags)).toBe(condition.holds);
      }
    }),
    { numRuns: 1_000 },
  );
});
