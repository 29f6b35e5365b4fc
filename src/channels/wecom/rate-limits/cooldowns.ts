import type { Cooldown } from './call-ledger.js';
import { cooldownAfter } from './published-quotas.js';
import type { Quotas } from '../../quotas.js';

/** The cooldowns of endpoints after 45009, as this process knows them. */
export class Cooldowns {
  private readonly byEndpoint = new Map<string, Cooldown>();
  /** Endpoints that answered after their cooldown. The ledger is updated with the next request. */
  private readonly lifted = new Set<string>();

  constructor(private readonly quotas: Quotas) {}

  /** Remaining time; 0 without a cooldown. */
  waitMs(endpoint: string, now: number): number {
    const cooldown = this.byEndpoint.get(endpoint);
    if (!cooldown) return 0;
    const waitMs = cooldown.until - now;
    // Longer than any cooldown: the clock was set back, so the ledger decides.
    return waitMs > cooldownAfter(this.quotas, endpoint, cooldown.strikes) ? 0 : Math.max(0, waitMs);
  }

  /** Starts a cooldown: the shortest window first, then the next, because WeCom does not name the full one. Undefined during a cooldown. */
  begin(endpoint: string, now: number): Cooldown | undefined {
    const known = this.byEndpoint.get(endpoint);
    // Concurrent calls get the same refusal, which counts as one strike.
    if (known && known.until > now) return undefined;
    const strikes = (known?.strikes ?? 0) + 1;
    const cooldown = { until: now + cooldownAfter(this.quotas, endpoint, strikes), strikes };
    this.byEndpoint.set(endpoint, cooldown);
    return cooldown;
  }

  lift(endpoint: string, now: number): void {
    const known = this.byEndpoint.get(endpoint);
    if (!known || known.until > now) return;
    this.byEndpoint.delete(endpoint);
    this.lifted.add(endpoint);
  }

  /**
   * Merges the cooldown that is stored in the ledger. Returns its replacement: undefined when it is unchanged, null when it
   * has ended.
   */
  record(endpoint: string, recorded: Cooldown | undefined, now: number): Cooldown | null | undefined {
    const wasLifted = this.lifted.delete(endpoint);
    const theirs = wasLifted && recorded && recorded.until <= now ? undefined : recorded;
    const own = this.byEndpoint.get(endpoint);
    // An ended cooldown that is not in the ledger: another process has seen the endpoint answer.
    const known = later(theirs, own && (theirs || own.until > now) ? own : undefined);
    if (!known) {
      this.byEndpoint.delete(endpoint);
      return recorded ? null : undefined;
    }
    // Stored by a clock that was set back since: limit the cooldown to one that starts now.
    const until = Math.min(known.until, now + cooldownAfter(this.quotas, endpoint, known.strikes));
    const cooldown = { until, strikes: known.strikes };
    this.byEndpoint.set(endpoint, cooldown);
    return recorded?.until === until && recorded.strikes === cooldown.strikes ? undefined : cooldown;
  }
}

const later = (one: Cooldown | undefined, other: Cooldown | undefined): Cooldown | undefined =>
  one && other ? (other.until > one.until ? other : one) : (one ?? other);
