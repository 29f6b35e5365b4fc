import type { Clock } from '../../platform/clock.js';
import { GiveUp } from '../../platform/errors.js';
import type { Logger } from '../../platform/logger/logger.js';
import type { DeliveryHooks } from '../delivery-hooks.js';
import type { OutboxStore } from '../outbox.store.js';

export interface MassSendWorld {
  readonly store: OutboxStore;
  readonly hooks: DeliveryHooks;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** They left the corp or the scope of the app, or have no licence: a colleague may still send it. */
export const isSenderAtFault = (cause: unknown): boolean => cause instanceof GiveUp && cause.blames.includes('sender');
