import { expect, it } from 'vitest';
import { RetryLater } from '../../../src/platform/errors.js';
import type { Sql } from '../../../src/platform/database/sql.js';
import { eachDatabase } from '../../support/databases.js';
import { aDm, anOutbox, aRemark, aSay } from './an-outbox.js';

const LEASE = 120_000;
const HOUR = 3_600_000;
/** A shared write that fails is tried once more, alone. */
const TRIES = 2;

eachDatabase('what was sent, but could not be written down as sent', (open) => {
  it.each([
    ['the database is away', new RetryLater('database_unavailable', 1_000)],
    ['there is a bug', new TypeError('cannot read properties of undefined')],
  ])('is not sent again although %s, where it can be looked up', async (_why, error) => {
    const outbox = await anOutbox(await open());
    outbox.channel.tellable.add('group_say');
    outbox.ledger.failToSettle(error, TRIES);
    await outbox.plan({ key: 'k', action: aSay });
    await outbox.later(LEASE - 1);
    expect(await outbox.rows()).toMatchObject([{ state: 'sending' }]);
    await outbox.later(LEASE);
    expect(await outbox.rows()).toMatchObject([{ state: 'sent' }]);
    expect(outbox.channel.performed.length).toBe(1);
    expect(outbox.ledger.done_).toEqual(['k']);
  });

  it('is not sent again where nobody can be asked', async () => {
    const outbox = await anOutbox(await open());
    outbox.ledger.failToSettle(new RetryLater('database_unavailable'), TRIES);
    await outbox.plan({ key: 'k', action: aDm });
    await outbox.deliver();
    for (let hour = 0; hour < 3; hour++) await outbox.later(HOUR);
    expect(outbox.channel.performed.length).toBe(1);
    expect(await outbox.rows()).toMatchObject([{ state: 'failed', reason: 'outcome_unknown' }]);
  });

  it('is performed again where that is harmless, but not for ever', async () => {
    const outbox = await anOutbox(await open());
    outbox.ledger.failToSettle(new TypeError('cannot read properties of undefined'), 1_000);
    await outbox.plan({ key: 'k', action: aRemark }, { key: 'l', action: aDm });
    for (let hour = 0; hour < 20; hour++) await outbox.later(HOUR);
    expect(outbox.channel.ofKind('set_remark').length).toBe(8);
    expect(outbox.channel.ofKind('chat_dm').length).toBe(1);
    expect((await outbox.rows())[0]).toMatchObject({ state: 'dead', reason: 'bug' });
  });
});

eachDatabase('what had not begun when the database was away', (open) => {
  it('goes when it is back', async () => {
    const db = await open();
    const outbox = await anOutbox(db);
    await outbox.plan({ key: 'k', action: aDm, proactive: true });
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

eachDatabase('what was cut off and is to be performed again', (open) => {
  it.each([
    ['may be told twice', aRemark],
    ['turns out not to have been done', aSay],
  ] as const)('is held by the pause, a blocker and its expiry as any other (%s)', async (_which, action) => {
    const first = await anOutbox(await open());
    first.channel.tellable.add('group_say');
    await first.plan({ key: 'k', action, proactive: true });
    const died = first.channel.dieOnNext('before');
    void first.deliver();
    await died;
    const second = await first.reborn();
    await second.db.write((tx) => tx.insert('setting', [{ name: 'paused', value: '1', changed_at: 0 }]));
    await second.later(HOUR);
    expect(await second.rows()).toMatchObject([{ state: 'planned' }]);
    await second.db.write((tx) => tx.run(`UPDATE setting SET value = '0' WHERE name = 'paused'`));
    second.ledger.objecting.set('k', { cancel: 'opted_out' });
    await second.deliver();
    expect(await second.rows()).toMatchObject([{ state: 'cancelled', reason: 'opted_out' }]);
    expect(second.channel.performed).toEqual([]);
  });
});
