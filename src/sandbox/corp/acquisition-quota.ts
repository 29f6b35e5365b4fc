import { startOfDay } from '../calendar.js';

interface Purchase {
  left: number;
  readonly expiresAt: number;
}

/** The first and the last use of what is left are reported; also when there are uses again. */
export type QuotaNews = 'balance_low' | 'balance_exhausted' | 'balance_increased';

/** Below this number of uses the platform warns (D-97299). */
const LOW = 20;

/** Uses of acquisition links that the corp has bought. One is used when a customer who was added speaks. */
export class AcquisitionQuota {
  /** All that was ever bought. */
  total = 0;
  private readonly purchases: Purchase[] = [];

  balance(at: number): number {
    return this.valid(at).reduce((sum, { left }) => sum + left, 0);
  }

  /** By the day on which they expire, the soonest first. */
  byDay(at: number): { readonly expiresOn: number; readonly balance: number }[] {
    const days = new Map<number, number>();
    for (const { left, expiresAt } of this.valid(at)) {
      const day = startOfDay(expiresAt);
      days.set(day, (days.get(day) ?? 0) + left);
    }
    return [...days].map(([expiresOn, balance]) => ({ expiresOn, balance }));
  }

  buy(count: number, expiresAt: number, at: number): QuotaNews | undefined {
    const before = this.balance(at);
    this.total += count;
    this.purchases.push({ left: count, expiresAt });
    return before === 0 && count > 0 ? 'balance_increased' : undefined;
  }

  /** Uses up one, of those that expire first. */
  use(at: number): QuotaNews | undefined {
    const purchase = this.valid(at)[0];
    if (!purchase) return undefined;
    purchase.left -= 1;
    return news(this.balance(at) + 1, this.balance(at));
  }

  /** Ends what expires by `at`. Purchases that expire at one moment are one piece of news. */
  expire(at: number): QuotaNews | undefined {
    let ended = 0;
    for (const purchase of this.purchases) {
      if (purchase.expiresAt > at) continue;
      ended += purchase.left;
      purchase.left = 0;
    }
    const left = this.balance(at);
    return news(left + ended, left);
  }

  private valid(at: number): Purchase[] {
    return this.purchases
      .filter(({ left, expiresAt }) => left > 0 && expiresAt > at)
      .sort((a, b) => a.expiresAt - b.expiresAt);
  }
}

function news(before: number, after: number): QuotaNews | undefined {
  if (before > 0 && after === 0) return 'balance_exhausted';
  return before >= LOW && after < LOW ? 'balance_low' : undefined;
}
