import type { ActionKind } from '../domain/action.js';
import type { RetryLater } from '../platform/errors.js';

/** Kinds of which thousands may be due at once, and whose actions all wait for the same quota. */
const throttleable: ReadonlySet<ActionKind> = new Set(['mark_tags', 'read_contact', 'set_remark', 'read_group']);
/** The kind is tried again after this, because an admin may have removed the cause. */
const MAX_THROTTLE_MS = 5 * 60_000;

/**
 * Kinds whose quota is used up. Their rows are skipped when due rows are read: they are not postponed one by one, and
 * nothing else waits behind them. In memory, as a new process finds out with its first attempt.
 */
export class ThrottledKinds {
  private readonly until = new Map<ActionKind, number>();

  record(kind: ActionKind, { throttlesKind, retryAfterMs = 0 }: RetryLater, now: number): void {
    if (throttleable.has(kind) && throttlesKind) this.until.set(kind, now + Math.min(retryAfterMs, MAX_THROTTLE_MS));
  }

  at(now: number): ActionKind[] {
    return [...this.until].flatMap(([kind, until]) => (until > now ? [kind] : []));
  }
}
