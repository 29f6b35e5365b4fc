import { auditStore } from '../../features/audit/audit.store.js';
import { networkOf } from '../../platform/http/client-address.js';
import type { Sql } from '../../platform/database/sql.js';
import { doorCountStore } from './door-count.store.js';

/** Rows of one kind within a window; what comes from still more places shares one row. */
const MOST_ROWS = 200;

export interface CountedEvent {
  readonly who: string;
  readonly what: 'login_failed' | 'login_locked' | 'wrong_token' | 'facts_posted';
  readonly address: string;
  /** The name that was given, 64 characters at most. */
  readonly name?: string;
  readonly windowMs: number;
}

/**
 * Writes down what happens at the doors so that whoever causes it cannot fill the table: one row by kind, network and
 * name in each window, that says how often.
 */
export class RefusalAudit {
  /** `times` more since it was last noted. */
  async note(tx: Sql, event: CountedEvent, times: number, now: number): Promise<void> {
    const { who, what, address, name, windowMs } = event;
    const window = { since: now - windowMs, now };
    const door = `audit ${what}`;
    let key = [networkOf(address), who, name ?? ''].join(' ');
    let detail: Readonly<Record<string, unknown>> = { address, ...(name === undefined ? {} : { name }) };
    let count = await doorCountStore.read(tx, door, key, window.since);
    if (count.auditId === null) {
      await doorCountStore.prune(tx, door, window.since, 10 * MOST_ROWS);
      if ((await doorCountStore.size(tx, door, window.since)) >= MOST_ROWS) {
        key = 'others';
        detail = {};
        count = await doorCountStore.read(tx, door, key, window.since);
      }
    }
    const total = count.times + times;
    await doorCountStore.add(tx, door, key, times, window);
    if (count.auditId !== null) return auditStore.updateTimes(tx, count.auditId, total);
    const id = await auditStore.appendCounted(tx, { who, what, detail: { ...detail, times: total } }, now);
    await doorCountStore.writtenDownAs(tx, door, key, id);
  }
}
