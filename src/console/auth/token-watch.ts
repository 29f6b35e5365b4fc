import { DAY_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import { networkOf } from '../../platform/http/client-address.js';
import { RefusalAudit, type CountedEvent } from './refusal-audit.js';

const WRONG_WINDOW_MS = 15 * 60_000;
/** A program with an old token retries a few times a minute; more than this is guessing. */
const WRONG_PER_NETWORK = 60;
const MAX_KEYS = 5_000;

interface TokenCount {
  readonly openedAt: number;
  times: number;
  /** How many of them the audit has. */
  audited: number;
}

/**
 * Counts wrong tokens by network, and posts of facts by name and network. In memory, so that a wrong token costs no write:
 * the audit gets the 1st, 2nd, 4th, 8th … event. A valid token is never refused because of wrong ones.
 */
export class TokenWatch {
  private readonly counts = new Map<string, TokenCount>();
  private readonly audit = new RefusalAudit();

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /** Null: answer 401. Otherwise the ms that the client must wait (429). */
  async countWrong(address: string): Promise<number | null> {
    const now = this.clock.now();
    const event = { who: 'door', what: 'wrong_token', address, windowMs: WRONG_WINDOW_MS } as const;
    const count = await this.increment(`wrong ${networkOf(address)}`, event, now);
    return count.times > WRONG_PER_NETWORK ? Math.max(1, count.openedAt + WRONG_WINDOW_MS - now) : null;
  }

  /** Records that a token posted facts. Other changes have audit actions of their own. */
  async countPostedFacts(name: string, address: string): Promise<void> {
    const event = { who: name, what: 'facts_posted', address, windowMs: DAY_MS } as const;
    await this.increment(`facts ${name} ${networkOf(address)}`, event, this.clock.now());
  }

  private async increment(key: string, event: CountedEvent, now: number): Promise<TokenCount> {
    let count = this.counts.get(key);
    if (!count || count.openedAt <= now - event.windowMs) {
      this.prune(now);
      this.counts.set(key, (count = { openedAt: now, times: 0, audited: 0 }));
    }
    count.times += 1;
    if ((count.times & (count.times - 1)) === 0) {
      const more = count.times - count.audited;
      count.audited = count.times;
      await this.db.write((tx) => this.audit.record(tx, event, more, now));
    }
    return count;
  }

  private prune(now: number): void {
    if (this.counts.size < MAX_KEYS) return;
    for (const [key, { openedAt }] of this.counts) if (openedAt <= now - WRONG_WINDOW_MS) this.counts.delete(key);
    // If it is still full, the oldest tenth goes, so that an attacker cannot make it grow.
    for (const key of [...this.counts.keys()].slice(0, this.counts.size < MAX_KEYS ? 0 : MAX_KEYS / 10))
      this.counts.delete(key);
  }
}
