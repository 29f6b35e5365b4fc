import type { Sql } from '../../platform/database/sql.js';

/** How often channels reported an event that this version does not know, by the event's name. */
export class EventCountStore {
  async count(tx: Sql, events: readonly { readonly name: string; readonly at: number }[]): Promise<void> {
    const byName = new Map<string, { times: number; lastAt: number }>();
    for (const { name, at } of events) {
      const known = byName.get(name) ?? { times: 0, lastAt: at };
      byName.set(name, { times: known.times + 1, lastAt: Math.max(known.lastAt, at) });
    }
    await tx.insert(
      'event_count',
      [...byName].map(([name, { times, lastAt }]) => ({ name, times, last_at: lastAt })),
      `(name) DO UPDATE SET times = event_count.times + excluded.times,
      last_at = CASE WHEN excluded.last_at > event_count.last_at THEN excluded.last_at ELSE event_count.last_at END`,
    );
  }
}

export const eventCountStore = new EventCountStore();
