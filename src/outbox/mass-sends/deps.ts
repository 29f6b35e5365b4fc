import type { Clock } from '../../platform/clock.js';
import { GiveUp } from '../../platform/errors.js';
import type { Logger } from '../../platform/logger/logger.js';
import type { DeliveryHooks } from '../delivery-hooks.js';

export interface MassSendDeps {
  readonly hooks: DeliveryHooks;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The sender left the corp or the app's scope, or has no licence: a colleague may still send it. */
export const isSenderAtFault = (cause: unknown): boolean => cause instanceof GiveUp && cause.blames.includes('sender');
