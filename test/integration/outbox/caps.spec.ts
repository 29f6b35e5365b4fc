import { expect, it } from 'vitest';
import type { MemberId } from '../../../src/domain/ids.js';
import { leaseStore } from '../../../src/outbox/lease.store.js';
import { messageStore } from '../../../src/outbox/message.store.js';
import type { DeliveryState } from '../../../src/outbox/outbox-row.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aMassSend, anOutbox, type Outbox } from './an-outbox.js';

const HOUR = 3_600_000;
const member = 1 as MemberId;

/** Two messages to one member: `ahead` is leased, and `gave way` was cancelled by a cap because of it. */
async function outboxWithDisplacedMessage(db: Database): Promise<Outbox> {
  const outbox = await anOutbox(db);
  const { clock, store } = outbox;
  const now = clock.now();
  const about = { member, caps: 'counted', expiresAt: now + 24 * HOUR } as const;
  await outbox.enqueue(
    { key: 'ahead', action: aMassSend('wm1'), ...about },
    { key: 'gave way', action: aMassSend('wm1', '另一句'), ...about },
  );
  await db.write(async (tx) => {
    await leaseStore.lease(tx, [await idOf(outbox, 'ahead')], { worker: 'one', leaseMs: HOUR }, now);
    await store.settle(tx, [await rowOf(outbox, 'gave way')], { state: 'cancelled', reason: 'daily_cap' }, now);
  });
  return outbox;
}

const idOf = async ({ db }: Outbox, key: string): Promise<number> =>
  (await db.read.one<{ id: number }>('SELECT id FROM outbox WHERE key = $1', [key]))!.id;
const rowOf = async (outbox: Outbox, key: string) => ({ id: await idOf(outbox, key), campaign: null });

/** Keys of what is due once the message ahead has ended so. */
async function dueAfter(outbox: Outbox, state: DeliveryState, reason: string): Promise<string[]> {
  const { db, store, clock } = outbox;
  const ahead = await rowOf(outbox, 'ahead');
  return db.write(async (tx) => {
    await store.settle(tx, [ahead], { state, reason }, clock.now());
    return (
      await leaseStore.due(
        tx,
        { which: 'mass_send', pause: { all: false, channels: [], broadcasts: [] }, limit: 9 },
        clock.now(),
      )
    ).map(({ key }) => key);
  });
}

eachDatabase('a leased message that counted against caps', (open) => {
  it.each([
    ['failed', 'not_a_contact'],
    ['cancelled', 'opted_out'],
  ] as const)('and certainly was not sent (%s: %s) frees the message it displaced', async (state, reason) => {
    const outbox = await outboxWithDisplacedMessage(await open());
    expect(await dueAfter(outbox, state, reason)).toEqual(['gave way']);
  });

  it.each(['daily_cap', 'min_gap', 'monthly_cap', 'merged_nudge'])(
    'and is displaced itself (%s) is not due again, and neither is the message it displaced',
    async (reason) => {
      expect(await dueAfter(await outboxWithDisplacedMessage(await open()), 'cancelled', reason)).toEqual([]);
    },
  );

  it.each([
    ['failed', 'outcome_unknown'],
    ['failed', 'chat_outcome_unknown'],
    ['failed', 'not_listed'],
    ['failed', 'cannot_cancel'],
    ['dead', 'bug'],
    ['dead', 'unreadable'],
  ] as const)('and may have arrived (%s: %s) counts as one that has', async (state, reason) => {
    const outbox = await outboxWithDisplacedMessage(await open());
    expect(await dueAfter(outbox, state, reason)).toEqual([]);
    const { db, clock } = outbox;
    const capped = await messageStore.capped(db.read, [member], clock.now() - HOUR);
    expect(capped).toMatchObject([{ id: await idOf(outbox, 'ahead') }]);
    expect((await messageStore.massSendTimes(db.read, [member], clock.now() - HOUR)).get(member)).toHaveLength(1);
  });

  it('does not count when it was set aside before it was sent', async () => {
    const outbox = await anOutbox(await open());
    const { db, store, clock } = outbox;
    await outbox.enqueue({ key: 'k', action: aMassSend('wm1'), member, caps: 'counted' });
    const row = await rowOf(outbox, 'k');
    await db.write((tx) =>
      store.setAside(tx, row, { reason: 'bug', problem: 'a fault before it was sent' }, clock.now()),
    );
    expect(await messageStore.capped(db.read, [member], 0)).toEqual([]);
    expect(await messageStore.massSendTimes(db.read, [member], 0)).toEqual(new Map());
  });
});
