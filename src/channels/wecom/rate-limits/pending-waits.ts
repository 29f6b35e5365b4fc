import type { Connection } from '../../connection.js';

type Waiting = Connection['waiting'][number];

/** What was handed back because a quota was full, until its time has come: nobody has to guess why nothing goes out. */
export class PendingWaits {
  private readonly waits = new Map<string, Waiting>();

  note(endpoint: string, until: number, why: Waiting['why'], now: number): void {
    const known = this.waits.get(endpoint);
    const calls = known && known.until > now ? known.calls : 0;
    this.waits.set(endpoint, { endpoint, calls: calls + 1, until, why });
  }

  now(now: number): readonly Waiting[] {
    for (const [endpoint, { until }] of this.waits) if (until <= now) this.waits.delete(endpoint);
    return [...this.waits.values()];
  }
}
