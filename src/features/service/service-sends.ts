import type { ActionOf } from '../../domain/action.js';
import { SERVICE_MESSAGES, serviceMessagesOf } from '../../domain/service/service-window.js';
import { factStore } from '../../inbox/fact.store.js';
import type { Database } from '../../platform/database/database.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { Sql } from '../../platform/database/sql.js';
import { serviceWindowStore } from './service-window.store.js';

/** What was read a moment ago may open the window. */
const FACTS_WAIT_MS = 1_000;

/**
 * Counts the messages of an action against its window before they are sent, so that WeCom's limits hold over every crash.
 * Throws when they may not be sent. A welcome is counted, too, because nothing says that it does not count (kf contract §13).
 */
export async function reserveServiceSend(
  db: Database,
  key: string,
  action: ActionOf<'kf_say' | 'kf_welcome'>,
  now: number,
): Promise<void> {
  const { account, externalUserId } = action;
  const reservation = { key, account, externalUserId, messages: serviceMessagesOf(action) };
  const refusal = await db.write(async (tx) => {
    if (action.kind === 'kf_say') return serviceWindowStore.reserve(tx, reservation, now);
    await serviceWindowStore.count(tx, reservation, now);
    return null;
  });
  if (refusal === null) return;
  if ((await factStore.countPendingUpTo(db.read, 1)) > 0)
    throw new RetryLater('kf_facts_pending', FACTS_WAIT_MS, { countsAsAttempt: false });
  throw new GiveUp(refusal);
}

/**
 * When WeCom counts more than we do, its count is taken. Otherwise a failed message goes on counting: an attempt of it
 * without an answer may have been accepted, and the customer's next message gives five again.
 */
export async function serviceSendRefused(tx: Sql, key: string, code: string, now: number): Promise<void> {
  if (code === 'kf_messages_used_up') await serviceWindowStore.fill(tx, key, SERVICE_MESSAGES, now);
}
