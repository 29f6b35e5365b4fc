import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger/logger.js';
import type { Consequences } from '../delivery-hooks.js';
import type { OutboxStore } from '../outbox.store.js';

export interface MassSendWorld {
  readonly store: OutboxStore;
  readonly consequences: Consequences;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What WeCom says of a sender who left the corp or the scope, or has no licence: a colleague may still send it. */
export const cannotTap: ReadonlySet<string> = new Set([
  'no_such_staff',
  'staff_out_of_scope',
  'staff_not_activated',
  'staff_unlicensed',
  'no_permission',
  'no_contact_permission',
]);
