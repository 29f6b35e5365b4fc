import type { Context } from '../../domain/context.js';
import { dayOf, daysAgo, type Day } from '../../domain/day.js';
import type { CompiledRule, PredicateContext, SqlDialect } from '../../domain/rules/index.js';

/** The moment and the corp figures with which rules are evaluated. */
export type RuleMoment = Pick<Context, 'corp' | 'timeZone'> & { readonly now: number };

/** Members with ids above `after`, up to `upTo`. */
export interface IdRange {
  readonly after: number;
  readonly upTo: number;
}

type Bound = string | number | null;

/** A statement that is written from left to right, because SQLite numbers placeholders by first appearance. */
export class StatementText {
  readonly params: Bound[] = [];
  readonly today: Day;

  constructor(
    readonly dialect: SqlDialect,
    private readonly moment: RuleMoment,
  ) {
    this.today = dayOf(moment.now, moment.timeZone);
  }

  /** The last moment that is at least so many days ago. */
  daysAgo(days: number): number {
    return daysAgo(days, this.moment);
  }

  text(value: string): string {
    return `CAST($${this.params.push(value)} AS text)`;
  }

  /** True or false, never NULL. `m` is the alias of the `member_metrics` row. */
  condition(rule: Pick<CompiledRule, 'toSql'>, more: Pick<PredicateContext, 'tierColumn' | 'tagTest'> = {}): string {
    const made = rule.toSql(this.dialect, {
      today: this.today,
      corp: this.moment.corp,
      alias: 'm',
      firstPlaceholder: this.params.length + 1,
      ...more,
    });
    this.params.push(...made.params);
    return `(${made.sql})`;
  }
}
