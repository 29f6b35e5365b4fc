import { mayHaveArrived } from '../domain/sending/may-have-arrived.js';
import type { Sql } from '../platform/database/sql.js';
import type { DeliveryHooks, Failure } from './delivery-hooks.js';
import type { OutboxRow, OutboxStore } from './outbox.store.js';

/** Why WeCom did not send a greeting: the code ran out, was used, or never was (contract §7.1). */
const greetable: ReadonlySet<string> = new Set(['welcome_code_expired', 'welcome_code_missing', 'already_welcomed']);

/** Its window is over: only a greeting's campaign reaches beyond that of its code. */
const EXPIRED = 'expired';

/** Whether no attempt of a row that ends with this code got through, and it is a message that could go another way. */
function isUnsent({ kind, attempts }: OutboxRow, code: string, waited: boolean): boolean {
  switch (kind) {
    case 'send_welcome':
      return code === EXPIRED ? attempts === 0 : attempts <= 1 && (waited || greetable.has(code));
    // What these channels cannot tell of an attempt, they say: every other failure is certain.
    case 'chat_dm':
    case 'group_say':
    case 'sms':
    case 'mass_send':
      return code !== EXPIRED && !mayHaveArrived.has(code);
    default:
      return false;
  }
}

/**
 * A message that certainly was not sent goes by the next channel of its template, within its window and the caps, in the
 * row and under the key it has; so a message is one row, however many ways were tried. False when there is no other way.
 */
export async function sentOtherwise(
  tx: Sql,
  { store, hooks }: { readonly store: OutboxStore; readonly hooks: DeliveryHooks },
  row: OutboxRow,
  failure: Failure & { readonly waited?: boolean },
  now: number,
): Promise<boolean> {
  if (!isUnsent(row, failure.code, failure.waited ?? false)) return false;
  const other = await hooks.fallback(tx, row, failure, now);
  if (other === null) return false;
  await store.replan(tx, row, other, failure.code, now);
  return true;
}

/** A channel that is down is not waited for until the window is over: in its last quarter the next one is tried. */
export function isLate({ kind, createdAt, expiresAt }: OutboxRow, now: number): boolean {
  if (expiresAt === null || (kind !== 'chat_dm' && kind !== 'group_say' && kind !== 'sms')) return false;
  return expiresAt - now < (expiresAt - createdAt) / 4;
}
