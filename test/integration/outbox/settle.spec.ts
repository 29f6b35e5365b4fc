import { expect, it } from 'vitest';
import { RetryLater } from '../../../src/platform/errors.js';
import type { Sql } from '../../../src/platform/database/sql.js';
import { eachDatabase } from '../../support/databases.js';
import { aDm, anOutbox, aRemark, aSay } from './an-outbox.js';

const LEASE = 120_000;
const HOUR = 3_600_000;
/** A shared write that fails is tried once more, alone. */
const TRIES = 2;

eachDatabase('a sent action whose outcome could not be stored', (open) => {
  it.each([
    ['the database is away', new RetryLater('database_unavailable', 1_000)],
    ['there is a bug', new TypeError('cannot read properties of undefined')],
  ])('is not sent again although %s, where its outcome can be read', async (_why, error) => {
    const outbox = await anOutbox(await open());
    outbox.channel.readableKinds.add('group_say');
    outbox.hooks.failOnSent(error, TRIES);
    await outbox.enqueue({ key: 'k', action: aSay });
    await outbox.later(LEASE - 1);
    expect(await outbox.rows()).toMatchObject([{ state: 'sending' }]);
    await outbox.later(LEASE);
    expect(await outbox.rows()).toMatchObject([{ state: 'sent' }]);
    expect(outbox.channel.performed.length).toBe(1);
    expect(outbox.hooks.sentKeys).toEqual(['k']);
  });

  it('is not sent again where its outcome cannot be read', async () => {
    const outbox = await anOutbox(await open());
    outbox.hooks.failOnSent(new RetryLater('database_unavailable'), TRIES);
    await outbox.enqueue({ key: 'k', action: aDm });
    await outbox.deliver();
    for (let hour = 0; hour < 3; hour++) await outbox.later(HOUR);
    expect(outbox.channel.performed.length).toBe(1);
    expect(await outbox.rows()).toMatchObject([{ state: 'failed', reason: 'outcome_unknown' }]);
  });

  it('is repeated where that is harmless, but not for ever', async () => {
    const outbox = await anOutbox(await open());
    outbox.hooks.failOnSent(new TypeError('cannot read properties of undefined'), 1_000);
    await outbox.enqueue({ key: 'k', action: aRemark }, { key: 'l', action: aDm });
    for (let hour = 0; hour < 20; hour++) await outbox.later(HOUR);
    expect(outbox.channel.ofKind('set_remark').length).toBe(8);
    expect(outbox.channel.ofKind('chat_dm').length).toBe(1);
    expect((await outbox.rows())[0]).toMatchObject({ state: 'dead', reason: 'bug' });
  });
});

eachDatabase('an action that had not begun when the database was unreachable', (open) => {
  it('is sent when the database is back', async () => {
    const db = await open();
    const outbox = await anOutbox(db);
    await outbox.enqueue({ key: 'k', action: aDm, proactive: true });
    const { read } = db;
    const away: Sql = {
      ...read,
      one: (text, params) =>
        text.includes('FROM setting') && params?.includes('paused')
          ? Promise.reject(new RetryLater('database_unavailable'))
          : read.one(text, params),
    };
    Object.defineProperty(db, 'read', { value: away });
    await outbox.deliver().catch(() => undefined);
    expect(outbox.channel.performed).toEqual([]);
    Object.defineProperty(db, 'read', { value: read });
    await outbox.later(LEASE);
    expect(await outbox.rows()).toMatchObject([{ state: 'sent' }]);
    expect(outbox.channel.performed.length).toBe(1);
  });
});

eachDatabase('an interrupted action that is to be repeated', (open) => {
  it.each([
    ['may be repeated', aRemark],
    ['turns out not to have been performed', aSay],
  ] as const)('is stopped by the pause and by a blocker as any other (%s)', async (_which, action) => {
    const first = await anOutbox(await open());
    first.channel.readableKinds.add('group_say');
    await first.enqueue({ key: 'k', action, proactive: true });
    const died = first.channel.crashOnNext('before');
    void first.deliver();
    await died;
    const second = await first.restarted();
    await second.db.write((tx) => tx.insert('setting', [{ name: 'paused', value: '1', changed_at: 0 }]));
    await second.later(HOUR);
    expect(await second.rows()).toMatchObject([{ state: 'planned' }]);
    await second.db.write((tx) => tx.run(`UPDATE setting SET value = '0' WHERE name = 'paused'`));
    second.hooks.blockersByKey.set('k', { cancel: 'opted_out' });
    await second.deliver();
    expect(await second.rows()).toMatchObject([{ state: 'cancelled', reason: 'opted_out' }]);
    expect(second.channel.performed).toEqual([]);
  });
});
