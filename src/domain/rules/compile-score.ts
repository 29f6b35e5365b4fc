import { readerOf } from './closure.js';
import { compileRule } from './compile-rule.js';
import { valueSqlOf, type Predicate, type PredicateContext, type SqlDialect } from './predicate.js';
import { problemAt, type RuleProblem } from './problem.js';
import { complaints } from './complaints.js';
import type { Vocabulary } from './vocabulary.js';
import type { MetricValues } from '../metrics/index.js';

/** A whole number calculated from metrics: null when one of them is unknown. */
export interface CompiledScore {
  readonly text: string;
  /** Names of the metrics read, in the order of the text. */
  readonly metrics: readonly string[];
  read(values: MetricValues): number | null;
  /** The number as SQL over `member_metrics`. */
  toSql(dialect: SqlDialect, context: PredicateContext): Predicate;
}

export type ScoreCompilation =
  | { readonly ok: true; readonly score: CompiledScore }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] };

const noTags: ReadonlySet<string> = new Set();

/** Compiles a calculation like `messages_30d + 20 * orders_90d`. */
export function compileScore(text: string, vocabulary: Vocabulary): ScoreCompilation {
  const compilation = compileRule(`(${text}) >= 0`, vocabulary);
  // The parenthesis moves the first line by one.
  if (!compilation.ok)
    return {
      ok: false,
      problems: compilation.problems.map((problem) =>
        problem.line === 1 ? { ...problem, column: Math.max(1, problem.column - 1) } : problem,
      ),
    };
  const { condition, metrics } = compilation.rule;
  if (condition.kind !== 'compare') return { ok: false, problems: [problemAt(text, 0, complaints.notAScore(text))] };
  const { left } = condition;
  const read = readerOf(left, true);
  return {
    ok: true,
    score: {
      text,
      metrics,
      read: (values) => read(values, noTags) as number | null,
      toSql: (dialect, context) => valueSqlOf(left, dialect, context),
    },
  };
}
