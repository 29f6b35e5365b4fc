import fc from 'fast-check';
import { expect, it } from 'vitest';
import { metricsByName, readMetrics } from '../../../src/domain/metrics/index.js';
import { compileRule, conditionsOf, type CompiledRule, type TracePart } from '../../../src/domain/rules/index.js';
import { meant, print, type Cond } from './plain-reading.js';
import { someCorp, someMember, someRule, TODAY } from './random-rules.js';

const vocabulary = { metrics: metricsByName };

function compiled(rule: Cond): CompiledRule {
  const compilation = compileRule(print(rule), vocabulary);
  // A random rule may divide by 0, grow too big or compare two constants; the compiler is right to refuse those.
  if (!compilation.ok) {
    for (const problem of compilation.problems)
      expect(['number_range', 'unsupported', 'too_complex']).toContain(problem.code);
    return fc.pre(false) as never;
  }
  return compilation.rule;
}

const verdict = (part: TracePart): boolean =>
  !('join' in part) ? part.holds : part.join === 'all' ? part.parts.every(verdict) : part.parts.some(verdict);

it('decides a member as a plain reading of the rule does, and explains the same verdict', () => {
  const members = fc.sample(someMember, { numRuns: 60, seed: 7 });
  fc.assert(
    fc.property(someRule, someCorp, (rule, corp) => {
      const { holds, explain } = compiled(rule);
      for (const { row, tags: names } of members) {
        const values = readMetrics(row, TODAY, corp);
        const tags = new Set(names);
        const right = meant(rule, values, tags);
        expect(holds(values, tags)).toBe(right);
        const trace = explain(values, tags);
        expect(trace.holds).toBe(right);
        expect(verdict(trace.root)).toBe(right);
      }
    }),
    { numRuns: 1_000 },
  );
});

it('shows conditions that are rules themselves, and hold by themselves as the trace says', () => {
  fc.assert(
    fc.property(someRule, someMember, someCorp, (rule, { row, tags: names }, corp) => {
      const values = readMetrics(row, TODAY, corp);
      const tags = new Set(names);
      for (const condition of conditionsOf(compiled(rule).explain(values, tags).root)) {
        const alone = compileRule(condition.text, vocabulary);
        expect(alone.ok && alone.rule.holds(values, tags)).toBe(condition.holds);
      }
    }),
    { numRuns: 1_000 },
  );
});
