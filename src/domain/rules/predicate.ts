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
  /** The column with the member's tier, with its table. Default: `tier` of `alias`; another one where the tier is about to change. */
  readonly tierColumn?: string;
  /** Whether a member will have a tag that a rule is about to give or take. Default: as it is stored. */
  readonly tagTest?: TagTest;
}

export type TagTest = (tag: string) => TagSource;

/** Rules never change a tag that staff added or removed: of those tags the stored row always counts. */
export type TagSource =
  | { readonly kind: 'stored' }
  /** No rule gives it any more. */
  | { readonly kind: 'taken' }
  | {
      readonly kind: 'rule';
      readonly condition: Condition;
      /** By which a member who has the tag keeps it. */
      readonly keep: Condition | null;
      /** A tag that was given after this moment (epoch ms) stays. */
      readonly keptAfter: number;
      readonly tagTest: TagTest;
    };

const stored: TagTest = () => ({ kind: 'stored' });

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
  private tagTest: TagTest;

  constructor(
    private readonly dialect: SqlDialect,
    private readonly context: PredicateContext,
  ) {
    this.alias = context.alias ?? 'm';
    this.tagTest = context.tagTest ?? stored;
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
        return this.tagged(condition.tag);
      case 'segment':
        return this.condition(condition.segment.condition);
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

  private tagged(tag: string): string {
    const source = this.tagTest(tag);
    const row = (which: string): string =>
      `EXISTS (SELECT 1 FROM member_tag own_tag WHERE own_tag.member_id = ${this.alias}.member_id AND own_tag.name = ${this.text(tag)} AND ${which})`;
    switch (source.kind) {
      case 'stored':
        return row('own_tag.want = 1');
      case 'taken':
        return row(`own_tag.want = 1 AND own_tag.origin = 'staff'`);
      case 'rule': {
        const [byStaff, had] = [row(`own_tag.origin = 'staff'`), row('own_tag.want = 1')];
        const recent = row(`own_tag.want = 1 AND own_tag.since > ${source.keptAfter}`);
        const holds = this.within(source.tagTest, source.condition);
        const kept = source.keep
          ? ` OR (${row('own_tag.want = 1')} AND ${this.within(source.tagTest, source.keep)})`
          : '';
        return `CASE WHEN ${byStaff} THEN ${had} ELSE ${recent} OR ${holds}${kept} END`;
      }
      default:
        return assertNever(source);
    }
  }

  /** The condition of another rule, which sees the tags as they are at its own place. */
  private within(tagTest: TagTest, condition: Condition): string {
    const before = this.tagTest;
    this.tagTest = tagTest;
    const written = `(${this.condition(condition)})`;
    this.tagTest = before;
    return written;
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
    const { tierColumn } = this.context;
    if (tierColumn !== undefined && metric.name === 'tier') return tierColumn;
    return metricSql(metric, {
      alias: this.alias,
      today: () => this.once('today', this.context.today),
      corp: (name) => this.figure(name),
      dialect: this.dialect,
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
