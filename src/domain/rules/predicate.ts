import { MOST_IN_ARITHMETIC } from './arithmetic.js';
import type { CompareOp, Condition, Value } from './condition.js';
import { assertNever } from '../assert-never.js';
import type { Day } from '../day.js';
import { metricSql, type CorpFigures, type MetricDefinition } from '../metrics/index.js';

export type SqlDialect = 'sqlite' | 'postgres';

export interface PredicateContext {
  readonly today: Day;
  readonly corp: CorpFigures;
  /** Alias of the `member_metrics` row. Default: `m`. */
  readonly alias?: string;
  /** Number of the first `$n` that this predicate may use. Default: 1. */
  readonly firstPlaceholder?: number;
}

export interface Predicate {
  /** Always true or false, never NULL, so it can be negated, selected or compared. */
  readonly sql: string;
  /** For `$firstPlaceholder`, `$firstPlaceholder + 1`, …: numbered in order of first appearance. */
  readonly params: readonly (string | number | null)[];
}

const operators: Readonly<Record<CompareOp, string>> = {
  '==': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

export function predicateOf(condition: Condition, dialect: SqlDialect, context: PredicateContext): Predicate {
  const writer = new PredicateWriter(dialect, context);
  return { sql: writer.condition(condition), params: writer.params };
}

/** The SQL of a value, NULL when it is unknown. */
export function valueSqlOf(value: Value, dialect: SqlDialect, context: PredicateContext): Predicate {
  const writer = new PredicateWriter(dialect, context);
  return { sql: writer.value(value), params: writer.params };
}

/** Writes from left to right, because SQLite numbers placeholders by first appearance. */
class PredicateWriter {
  readonly params: (string | number | null)[] = [];
  private readonly shared = new Map<string, string>();
  private readonly alias: string;

  constructor(
    private readonly dialect: SqlDialect,
    private readonly context: PredicateContext,
  ) {
    this.alias = context.alias ?? 'm';
  }

  condition(condition: Condition): string {
    switch (condition.kind) {
      case 'always':
        return condition.holds ? 'TRUE' : 'FALSE';
      case 'flag':
        return `(${this.metric(condition.metric)} = 1) IS TRUE`;
      case 'empty':
        return `${this.metric(condition.metric)} IS ${condition.empty ? '' : 'NOT '}NULL`;
      case 'tagged':
        return `EXISTS (SELECT 1 FROM member_tag own_tag WHERE own_tag.member_id = ${this.alias}.member_id AND own_tag.name = ${this.text(condition.tag)} AND own_tag.want = 1)`;
      case 'oneOf': {
        const value = this.value(condition.value);
        return `(${value} IN (${condition.list.map((item) => this.constant(item)).join(', ')})) IS TRUE`;
      }
      case 'text':
        return `(${this.textTest(condition.op, this.value(condition.value), condition.part)}) IS TRUE`;
      case 'compare':
        return `(${this.value(condition.left)} ${operators[condition.op]} ${this.value(condition.right)}) IS TRUE`;
      case 'not':
        return `NOT (${this.condition(condition.part)})`;
      case 'all':
        return condition.parts.map((part) => `(${this.condition(part)})`).join(' AND ');
      case 'any':
        return condition.parts.map((part) => `(${this.condition(part)})`).join(' OR ');
      case 'choose':
        return `CASE WHEN ${this.condition(condition.when)} THEN ${this.condition(condition.then)} ELSE ${this.condition(condition.otherwise)} END`;
      default:
        return assertNever(condition);
    }
  }

  value(value: Value, exact = false): string {
    switch (value.kind) {
      case 'constant':
        return this.constant(value.value);
      case 'metric':
        return exact ? this.withinBound(this.metric(value.metric)) : this.metric(value.metric);
      case 'arithmetic': {
        const left = this.value(value.left, true);
        const right = this.value(value.right, true);
        const divides = value.op === '/' || value.op === '%';
        return `(${left} ${value.op} ${divides ? `NULLIF(${right}, 0)` : right})`;
      }
      case 'choice':
        return `CASE WHEN ${this.condition(value.when)} THEN ${this.value(value.then, exact)} ELSE ${this.value(value.otherwise, exact)} END`;
      default:
        return assertNever(value);
    }
  }

  private metric(metric: MetricDefinition): string {
    return metricSql(metric, {
      alias: this.alias,
      today: () => this.once('today', this.context.today),
      corp: (name) => this.figure(name),
    });
  }

  private figure(name: string): string {
    const figure = this.context.corp[name] ?? null;
    if (figure !== null && !Number.isSafeInteger(figure))
      throw new Error(`corp figure ${name} is not a whole number: ${figure}`);
    return this.once(`corp ${name}`, figure);
  }

  private withinBound(read: string): string {
    return `CASE WHEN ${read} BETWEEN -${MOST_IN_ARITHMETIC} AND ${MOST_IN_ARITHMETIC} THEN CAST(${read} AS bigint) END`;
  }

  private textTest(op: 'contains' | 'startsWith', value: string, part: string): string {
    // Not LIKE: in SQLite it ignores case, and % and _ in the text would be wildcards.
    if (op === 'contains') return `${this.dialect === 'sqlite' ? 'instr' : 'strpos'}(${value}, ${this.text(part)}) > 0`;
    return `substr(${value}, 1, ${[...part].length}) = ${this.text(part)}`;
  }

  private constant(value: number | string | boolean): string {
    if (typeof value === 'boolean') return value ? '1' : '0';
    return typeof value === 'string' ? this.text(value) : this.whole(value);
  }

  private text(value: string): string {
    return `CAST(${this.place(value)} AS text)`;
  }

  /** Without the cast PostgreSQL assumes int4, and SQLite calculates with the double that its driver binds. */
  private whole(value: number | null): string {
    return `CAST(${this.place(value)} AS bigint)`;
  }

  private once(key: string, value: number | null): string {
    let placed = this.shared.get(key);
    if (!placed) this.shared.set(key, (placed = this.whole(value)));
    return placed;
  }

  private place(value: string | number | null): string {
    this.params.push(value);
    return `$${(this.context.firstPlaceholder ?? 1) + this.params.length - 1}`;
  }
}
