import type { Context } from '../domain/context.js';
import type { Sql } from '../platform/database/sql.js';

/** What planning works in: one transaction, what the product knows beside the members, and the moment. */
export interface Run {
  readonly tx: Sql;
  readonly context: Context;
  /** Epoch ms. */
  readonly now: number;
}

/** What deciding without queries works in. */
export type Moment = Pick<Run, 'context' | 'now'>;
