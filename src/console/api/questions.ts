import { OperatorMistake } from '../../platform/errors.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import { BoundedQueue } from '../../platform/bounded-queue.js';

/** Questions whose cost whoever asks decides. A new kind is one more entry. */
export const questionKinds = ['dry_run', 'members'] as const;
export type QuestionKind = (typeof questionKinds)[number];

export interface QuestionLimits {
  readonly limitMs: number;
  readonly mostWaiting: number;
}

const shipped: Readonly<Record<QuestionKind, QuestionLimits>> = {
  dry_run: { limitMs: 30_000, mostWaiting: 2 },
  // Lists are short mostly, and several programs may read them at once.
  members: { limitMs: 10_000, mostWaiting: 16 },
};

/**
 * Expensive questions, one of a kind at a time. Each has a time limit and ends when whoever asked it has left; the ones
 * after those who wait are told to come back (429).
 */
export class Questions {
  private readonly lines: Readonly<Record<QuestionKind, BoundedQueue>>;

  constructor(
    private readonly db: Database,
    private readonly limits: Readonly<Record<QuestionKind, QuestionLimits>> = shipped,
  ) {
    const lineOf = ({ mostWaiting, limitMs }: QuestionLimits) => new BoundedQueue(mostWaiting, limitMs / 2);
    this.lines = { dry_run: lineOf(limits.dry_run), members: lineOf(limits.members) };
  }

  ask<T>(kind: QuestionKind, left: AbortSignal, work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.lines[kind].run(() => this.answer(this.limits[kind].limitMs, left, work), left);
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
