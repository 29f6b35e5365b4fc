import { auditStore } from '../../features/audit/audit.store.js';
import { networkOf } from '../../platform/http/client-address.js';
import type { Sql } from '../../platform/database/sql.js';
import { doorCountStore } from './door-count.store.js';

/** Audit rows of one kind within a window; events from further places share one row. */
const MAX_ROWS = 200;

export interface CountedEvent {
  readonly who: string;
  readonly what: 'login_failed' | 'login_locked' | 'wrong_token' | 'facts_posted';
  readonly address: string;
  /** The name that the client sent, 64 characters at most. */
  readonly name?: string;
  readonly windowMs: number;
}

/**
 * Writes refusals to the audit so that an attacker cannot fill the table: one row with a count for each kind, network and
 * name in a window.
 */
export class RefusalAudit {
  /** `times`: number of events since the last call. */
  async record(tx: Sql, event: CountedEvent, times: number, now: number): Promise<void> {
    const { who, what, address, name, windowMs } = event;
    const window = { since: now - windowMs, now };
    const door = `audit ${what}`;
    let key = [networkOf(address), who, name ?? ''].join(' ');
    let detail: Readonly<Record<string, unknown>> = { address, ...(name === undefined ? {} : { name }) };
    let count = await doorCountStore.read(tx, door, key, window.since);
    if (count.auditId === null) {
      await doorCountStore.prune(tx, door, window.since, 10 * MAX_ROWS);
      if ((await doorCountStore.size(tx, door, window.since)) >= MAX_ROWS) {
        key = 'others';
        detail = {};
        count = await doorCountStore.read(tx, door, key, window.since);
      }
    }
    const total = count.times + times;
    await doorCountStore.add(tx, { door, key, times }, window);
    if (count.auditId !== null) return auditStore.updateTimes(tx, count.auditId, total);
    const id = await auditStore.appendCounted(tx, { who, what, detail: { ...detail, times: total } }, now);
    await doorCountStore.setAuditId(tx, door, key, id);
  }
}
