import { OperatorMistake } from '../../platform/errors.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import { BoundedQueue } from '../../platform/bounded-queue.js';

/** Queries whose cost depends on what the client asks for. A new kind is one more entry. */
export const questionKinds = ['dry_run', 'members'] as const;
export type QuestionKind = (typeof questionKinds)[number];

export interface QuestionLimits {
  readonly limitMs: number;
  readonly maxWaiting: number;
}

const defaultLimits: Readonly<Record<QuestionKind, QuestionLimits>> = {
  dry_run: { limitMs: 30_000, maxWaiting: 2 },
  // Most lists are fast, and several programs may read them at once.
  members: { limitMs: 10_000, maxWaiting: 16 },
};

/**
 * Runs expensive queries, one of each kind at a time. A query has a time limit (422) and is stopped when its client
 * disconnects. When too many wait, further ones are refused with 429.
 */
export class Questions {
  private readonly queues: Readonly<Record<QuestionKind, BoundedQueue>>;

  constructor(
    private readonly db: Database,
    private readonly limits: Readonly<Record<QuestionKind, QuestionLimits>> = defaultLimits,
  ) {
    const queueOf = ({ maxWaiting, limitMs }: QuestionLimits) => new BoundedQueue(maxWaiting, limitMs / 2);
    this.queues = { dry_run: queueOf(limits.dry_run), members: queueOf(limits.members) };
  }

  ask<T>(kind: QuestionKind, left: AbortSignal, work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.queues[kind].run(() => this.answer(this.limits[kind].limitMs, left, work), left);
  }

  private async answer<T>(limitMs: number, left: AbortSignal, work: (sql: Sql) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(tooExpensive(limitMs)), limitMs);
    try {
      return await this.db.readStoppable(AbortSignal.any([left, late.signal]), work);
    } finally {
      clearTimeout(timer);
    }
  }
}

const tooExpensive = (limitMs: number): OperatorMistake =>
  new OperatorMistake(
    'too_expensive',
    `not answered within ${limitMs / 1_000} s and stopped: ask for less, or use a simpler condition`,
    undefined,
    { status: 422 },
  );
