import { closureOf, type Holds } from './closure.js';
import { complaints } from './complaints.js';
import type { Condition } from './condition.js';
import { parseRule } from './parse-rule.js';
import { predicateOf, type Predicate, type PredicateContext, type SqlDialect } from './predicate.js';
import { problemAt, type RuleProblem } from './problem.js';
import { readsOf, type Reads } from './reads.js';
import { RuleResolver } from './resolve-rule.js';
import { explainerOf, type Explain, type RuleTrace } from './trace.js';
import { defaultVocabulary, type Vocabulary } from './vocabulary.js';
import type { MetricValues } from '../metrics/index.js';

/**
 * A condition over one member, ready for both backends. A test of a null is false; `!`, `&&`, `||` and `?:` are two-valued
 * logic on top of the tests (see `Condition`). Division truncates towards zero; division by zero, and a metric too large to
 * calculate with exactly, give null.
 */
export interface CompiledRule {
  readonly text: string;
  readonly condition: Condition;
  readonly reads: Reads;
  /** Names of the metrics read, in the order of the text. */
  readonly metrics: readonly string[];
  /** Tags named, in the order of the text. */
  readonly tags: readonly string[];
  readonly holds: Holds;
  explain(values: MetricValues, tags: ReadonlySet<string>): RuleTrace;
  /** The condition as SQL over `member_metrics`, to find members. The decision about a member always uses `holds`. */
  toSql(dialect: SqlDialect, context: PredicateContext): Predicate;
}

export type RuleCompilation =
  | { readonly ok: true; readonly rule: CompiledRule }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] };

export function compileRule(text: string, vocabulary: Vocabulary = defaultVocabulary): RuleCompilation {
  const parsed = parseRule(text, vocabulary);
  if (!('ast' in parsed)) return { ok: false, problems: [parsed] };
  const resolver = new RuleResolver(text, vocabulary);
  const condition = resolver.condition(parsed.ast);
  if (!condition || resolver.problems.length > 0) return { ok: false, problems: inOrder(resolver.problems) };
  // CEL's own checker must accept the rule as well, so that every rule is valid CEL.
  const checked = parsed.check();
  if (!checked.valid || checked.type !== 'bool') {
    return {
      ok: false,
      problems: [
        problemAt(
          text,
          checked.error?.range?.start ?? 0,
          complaints.refusedByChecker(checked.error?.summary ?? checked.type ?? ''),
        ),
      ],
    };
  }
  return { ok: true, rule: ruleFrom(text, condition) };
}

function ruleFrom(text: string, condition: Condition): CompiledRule {
  const reads = readsOf(condition);
  let explain: Explain | undefined;
  return {
    text,
    condition,
    reads,
    metrics: [...reads.metrics].map((metric) => metric.name),
    tags: [...reads.tags],
    holds: closureOf(condition),
    explain(values, tags) {
      explain ??= explainerOf(condition, text);
      const root = explain(values, tags);
      return { text, holds: root.holds, root };
    },
    toSql: (dialect, context) => predicateOf(condition, dialect, context),
  };
}

function inOrder(problems: readonly RuleProblem[]): readonly RuleProblem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}
