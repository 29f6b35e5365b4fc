import type { Cooldown } from './call-ledger.js';
import { restAfter } from './published-quotas.js';
import type { Quotas } from '../../quotas.js';

/** Endpoints that WeCom has answered with 45009, as far as this process knows. */
export class Cooldowns {
  private readonly rests = new Map<string, Cooldown>();
  /** These answered after their rest; the ledger is told with the next question. */
  private readonly lifted = new Set<string>();

  constructor(private readonly quotas: Quotas) {}

  /** 0: nothing is known against calling it. */
  waitMs(endpoint: string, now: number): number {
    const rest = this.rests.get(endpoint);
    if (!rest) return 0;
    const waitMs = rest.until - now;
    // Longer than ever: the clock was put back since, and the ledger is asked.
    return waitMs > restAfter(this.quotas, endpoint, rest.strikes) ? 0 : Math.max(0, waitMs);
  }

  /** WeCom does not say which window was full: the shortest, then the next. Undefined: it rests already. */
  begin(endpoint: string, now: number): Cooldown | undefined {
    const known = this.rests.get(endpoint);
    // Calls that were already under way come back with the same refusal: that is one strike, not many.
    if (known && known.until > now) return undefined;
    const strikes = (known?.strikes ?? 0) + 1;
    const rest = { until: now + restAfter(this.quotas, endpoint, strikes), strikes };
    this.rests.set(endpoint, rest);
    return rest;
  }

  answered(endpoint: string, now: number): void {
    const known = this.rests.get(endpoint);
    if (!known || known.until > now) return;
    this.rests.delete(endpoint);
    this.lifted.add(endpoint);
  }

  /**
   * What another process, or this one in a former life, was told. Answers what is to be on record instead: undefined when
   * that is right as it is, null when it is over.
   */
  record(endpoint: string, recorded: Cooldown | undefined, now: number): Cooldown | null | undefined {
    const wasLifted = this.lifted.delete(endpoint);
    const theirs = wasLifted && recorded && recorded.until <= now ? undefined : recorded;
    const own = this.rests.get(endpoint);
    // Over, and on nobody's record: another process has seen it answer.
    const known = later(theirs, own && (theirs || own.until > now) ? own : undefined);
    if (!known) {
      this.rests.delete(endpoint);
      return recorded ? null : undefined;
    }
    // Told by a clock that has been put back since: it ends no later than if it were told now.
    const until = Math.min(known.until, now + restAfter(this.quotas, endpoint, known.strikes));
    const rest = { until, strikes: known.strikes };
    this.rests.set(endpoint, rest);
    return recorded?.until === until && recorded.strikes === rest.strikes ? undefined : rest;
  }
}

const later = (one: Cooldown | undefined, other: Cooldown | undefined): Cooldown | undefined =>
  one && other ? (other.until > one.until ? other : one) : (one ?? other);
