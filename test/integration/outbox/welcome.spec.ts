import { expect, it } from 'vitest';
import { leaseStore } from '../../../src/outbox/lease.store.js';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aDm, anOutbox, aRemark, aWelcome, type Outbox } from './an-outbox.js';
import { anActionKey, aPriority } from '../../support/an-action-key.js';

const rowsOf = async ({ db }: Outbox) =>
  db.read.all<{ kind: string; state: string; reason: string | null }>(
    'SELECT kind, state, reason FROM outbox ORDER BY id',
  );

eachDatabase('a welcome', (open) => {
  async function planned(outbox: Outbox): Promise<void> {
    const now = outbox.clock.now();
    outbox.hooks.nextFallback = { key: anActionKey('hello'), action: aDm, notBefore: now, priority: aPriority(50) };
    await outbox.enqueue({ key: 'hello', action: aWelcome, priority: 0, campaign: 'welcome', expiresAt: now + 20_000 });
  }

  it('is read in a lane of its own', async () => {
    const outbox = await anOutbox(await open());
    await planned(outbox);
    await outbox.enqueue({ key: 'remark', action: aRemark });
    const due = (lane: 'urgent' | 'rest') =>
      outbox.db.write(async (tx) =>
        (
          await leaseStore.due(
            tx,
            { which: lane, pause: { all: false, channels: [], broadcasts: [] }, limit: 9 },
            outbox.clock.now(),
          )
        ).map((row) => row.key),
      );
    expect([await due('urgent'), await due('rest')]).toEqual([['hello'], ['remark']]);
  });

  it.each(['welcome_code_expired', 'welcome_code_missing', 'already_welcomed'])(
    'that WeCom refuses (%s) goes by the next channel, once, under the same key',
    async (code) => {
      const outbox = await anOutbox(await open());
      outbox.channel.failNext('send_welcome', new GiveUp(code));
      await planned(outbox);
      await outbox.deliver();
      await planned(outbox);
      await outbox.later(60_000);
      expect(outbox.channel.ofKind('chat_dm')).toHaveLength(1);
      expect(outbox.channel.ofKind('send_welcome')).toEqual([]);
      expect(await rowsOf(outbox)).toEqual([{ kind: 'chat_dm', state: 'sent', reason: null }]);
    },
  );

  it('that expired goes by the next channel, or fails with its reason', async () => {
    const outbox = await anOutbox(await open());
    await planned(outbox);
    await outbox.later(21_000);
    expect(await rowsOf(outbox)).toMatchObject([{ kind: 'chat_dm', state: 'sent' }]);

    outbox.hooks.nextFallback = null;
    const now = outbox.clock.now();
    await outbox.enqueue({ key: 'other', action: aWelcome, priority: 0, campaign: 'welcome', expiresAt: now + 20_000 });
    await outbox.later(21_000);
    expect((await rowsOf(outbox))[1]).toEqual({ kind: 'send_welcome', state: 'failed', reason: 'expired' });
  });

  it('that another app is just sending is tried again within its 20 seconds', async () => {
    const outbox = await anOutbox(await open());
    for (let time = 0; time < 3; time++)
      outbox.channel.failNext('send_welcome', new RetryLater('welcome_in_flight', 1_000, { countsAsAttempt: false }));
    await planned(outbox);
    await outbox.deliver();
    for (let second = 0; second < 4; second++) await outbox.later(1_000);
    expect(await rowsOf(outbox)).toEqual([{ kind: 'send_welcome', state: 'sent', reason: null }]);
  });

  it('that may have been sent does not go by another channel', async () => {
    const outbox = await anOutbox(await open());
    outbox.channel.failNext('send_welcome', new RetryLater('network', 1_000), { after: true });
    outbox.channel.failNext('send_welcome', new GiveUp('welcome_code_expired'));
    await planned(outbox);
    await outbox.deliver();
    for (let second = 0; second < 30; second++) await outbox.later(1_000);
    expect(outbox.channel.ofKind('chat_dm')).toEqual([]);
    expect(await rowsOf(outbox)).toEqual([{ kind: 'send_welcome', state: 'sent', reason: 'unconfirmed' }]);
  });
});
