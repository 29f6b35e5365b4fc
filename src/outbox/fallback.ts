import { mayHaveArrived } from '../domain/sending/may-have-arrived.js';
import type { Sql } from '../platform/database/sql.js';
import type { DeliveryHooks, Failure } from './delivery-hooks.js';
import type { OutboxRow } from './outbox-row.js';
import { outboxStore } from './outbox.store.js';

/** Codes with which WeCom refuses a welcome: its code expired, is missing or was used (contract §7.1). */
const welcomeRefusals: ReadonlySet<string> = new Set([
  'welcome_code_expired',
  'welcome_code_missing',
  'already_welcomed',
]);

/** The row's own window is over. For a welcome that is the 20 s of its code; its campaign's window is longer. */
const EXPIRED = 'expired';

/** How a delivery failed. `waited`: the last attempt does not count, as it only waited for its turn. */
export type FailedAttempt = Failure & { readonly waited?: boolean };

/** Whether the row is a message that has a next channel, and none of its attempts can have reached the member. */
function isCertainlyUnsent({ kind, attempts }: OutboxRow, { code, waited = false }: FailedAttempt): boolean {
  switch (kind) {
    case 'send_welcome':
      return code === EXPIRED ? attempts === 0 : attempts <= 1 && (waited || welcomeRefusals.has(code));
    // These channels report an unclear outcome with a code of its own; after any other code the message was not sent.
    case 'chat_dm':
    case 'group_say':
    case 'sms':
    case 'kf_say':
    case 'mass_send':
      return code !== EXPIRED && !mayHaveArrived.has(code);
    default:
      return false;
  }
}

/**
 * Switches a message that certainly was not sent to the next channel of its template, within its window and the caps. The
 * row and its key stay, so that a message is one row however many channels were tried. False when there is no fallback.
 */
export async function switchToFallback(
  tx: Sql,
  hooks: Pick<DeliveryHooks, 'fallback'>,
  { row, failure }: { readonly row: OutboxRow; readonly failure: FailedAttempt },
  now: number,
): Promise<boolean> {
  if (!isCertainlyUnsent(row, failure)) return false;
  const replacement = await hooks.fallback(tx, row, failure, now);
  if (replacement === null) return false;
  await outboxStore.switchChannel(tx, row, { replacement, reason: `instead:${failure.code}` }, now);
  return true;
}

/** In the last quarter of its window a message no longer waits for a channel that is down: the next channel is tried. */
export function isNearExpiry({ kind, createdAt, expiresAt }: OutboxRow, now: number): boolean {
  if (expiresAt === null || (kind !== 'chat_dm' && kind !== 'group_say' && kind !== 'sms')) return false;
  return expiresAt - now < (expiresAt - createdAt) / 4;
}
