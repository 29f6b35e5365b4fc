import type { ActionKind } from '../domain/action.js';
import type { RetryLater } from '../platform/errors.js';

/** Kinds of which very many may wait, and each for nothing but what all of its kind wait for. */
const bulk: ReadonlySet<ActionKind> = new Set(['mark_tags', 'read_contact', 'set_remark', 'read_group']);
/** An admin may have put it right meanwhile. */
const LONGEST_MS = 5 * 60_000;

/**
 * Where one has met a quota that is used up, the rest of its kind would meet the same: they stay where they are, and
 * neither are they put off one by one nor does anything else wait behind them.
 */
export class ThrottledKinds {
  private readonly until = new Map<ActionKind, number>();

  record(kind: ActionKind, { throttlesKind, retryAfterMs = 0 }: RetryLater, now: number): void {
    if (bulk.has(kind) && throttlesKind) this.until.set(kind, now + Math.min(retryAfterMs, LONGEST_MS));
  }

  at(now: number): ActionKind[] {
    return [...this.until].flatMap(([kind, until]) => (until > now ? [kind] : []));
  }
}
