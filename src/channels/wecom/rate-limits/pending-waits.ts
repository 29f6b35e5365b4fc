import type { Connection } from '../../connection.js';

type Waiting = Connection['waiting'][number];

/** Calls that were handed back because of a full quota, so that the console can show why nothing is sent. */
export class PendingWaits {
  private readonly waits = new Map<string, Waiting>();

  add(endpoint: string, until: number, why: Waiting['why'], now: number): void {
    const known = this.waits.get(endpoint);
    const calls = known && known.until > now ? known.calls : 0;
    this.waits.set(endpoint, { endpoint, calls: calls + 1, until, why });
  }

  current(now: number): readonly Waiting[] {
    for (const [endpoint, { until }] of this.waits) if (until <= now) this.waits.delete(endpoint);
    return [...this.waits.values()];
  }
}
