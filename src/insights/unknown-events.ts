import type { Sql } from '../platform/database/sql.js';

export interface UnknownEvent {
  /** Name given by the channel: `change_external_contact.msg_audit_approved`. */
  readonly name: string;
  readonly times: number;
  /** Epoch ms. */
  readonly lastAt: number;
}

/** Events from channels that this version does not know, the latest first. */
export const unknownEvents = (sql: Sql): Promise<UnknownEvent[]> =>
  sql.all<UnknownEvent>(
    'SELECT name, times, last_at AS "lastAt" FROM event_count ORDER BY last_at DESC, name LIMIT 50',
    [],
  );
