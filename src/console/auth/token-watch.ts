import { DAY_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import { networkOf } from '../../platform/http/client-address.js';
import { RefusalAudit, type CountedEvent } from './refusal-audit.js';

const WRONG_WINDOW_MS = 15 * 60_000;
/** A program with an old token asks a few times a minute; whoever asks more often is guessing. */
const WRONG_PER_NETWORK = 60;
const MOST_KEYS = 5_000;

interface Seen {
  readonly openedAt: number;
  times: number;
  noted: number;
}

/**
 * Counts wrong tokens by network, and who posts facts. In memory, so that a wrong token costs no write; the audit
 * hears of the first, the second, the fourth … of each. A right token is never refused because of wrong ones.
 */
export class TokenWatch {
  private readonly seen = new Map<string, Seen>();
  private readonly audit = new RefusalAudit();

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /** Null: say that it is wrong. Else how long whoever sent it has to wait before they are answered even that. */
  async wrong(address: string): Promise<number | null> {
    const now = this.clock.now();
    const event = { who: 'door', what: 'wrong_token', address, windowMs: WRONG_WINDOW_MS } as const;
    const seen = await this.count(`wrong ${networkOf(address)}`, event, now);
    return seen.times > WRONG_PER_NETWORK ? Math.max(1, seen.openedAt + WRONG_WINDOW_MS - now) : null;
  }

  /** A token was used to post facts; what else changes something is written down as an act of its own. */
  async postedFacts(name: string, address: string): Promise<void> {
    const event = { who: name, what: 'facts_posted', address, windowMs: DAY_MS } as const;
    await this.count(`facts ${name} ${networkOf(address)}`, event, this.clock.now());
  }

  private async count(key: string, event: CountedEvent, now: number): Promise<Seen> {
    let seen = this.seen.get(key);
    if (!seen || seen.openedAt <= now - event.windowMs) {
      this.forget(now);
      this.seen.set(key, (seen = { openedAt: now, times: 0, noted: 0 }));
    }
    seen.times += 1;
    if ((seen.times & (seen.times - 1)) === 0) {
      const more = seen.times - seen.noted;
      seen.noted = seen.times;
      await this.db.write((tx) => this.audit.note(tx, event, more, now));
    }
    return seen;
  }

  private forget(now: number): void {
    if (this.seen.size < MOST_KEYS) return;
    for (const [key, { openedAt }] of this.seen) if (openedAt <= now - WRONG_WINDOW_MS) this.seen.delete(key);
    // Still full: of the oldest a tenth, so that nobody makes it grow.
    for (const key of [...this.seen.keys()].slice(0, this.seen.size < MOST_KEYS ? 0 : MOST_KEYS / 10))
      this.seen.delete(key);
  }
}
