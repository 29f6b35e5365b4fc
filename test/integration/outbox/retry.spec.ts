import { expect, it } from 'vitest';
import { backoffMs } from '../../../src/outbox/backoff.js';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aDm, aMassSend, anOutbox, aRemark, aWelcome, type Outbox } from './an-outbox.js';

const HOUR = 3_600_000;
const failing = (outbox: Outbox, times: number, error: Error): void => {
  for (let time = 0; time < times; time++) outbox.channel.failNext('set_remark', error);
};

it('waits twice as long after each attempt, and at most an hour', () => {
  const waits = Array.from({ length: 20 }, (_, attempt) => backoffMs(attempt + 1));
  expect(waits.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
  expect(Math.max(...waits)).toBe(HOUR);
});

eachDatabase('an attempt that fails', (open) => {
  it('is tried again after the backoff, not before', async () => {
    const outbox = await anOutbox(await open());
    failing(outbox, 2, new RetryLater('network'));
    await outbox.enqueue({ key: 'k', action: aRemark });
    await outbox.deliver();
    expect(await outbox.rows()).toMatchObject([{ state: 'planned', reason: 'network', attempts: 1 }]);
    await outbox.later(1_999);
    expect((await outbox.rows())[0]!.attempts).toBe(1);
    await outbox.later(1);
    expect((await outbox.rows())[0]!.attempts).toBe(2);
    await outbox.later(4_000);
    expect(await outbox.rows()).toMatchObject([{ state: 'sent', attempts: 3 }]);
    expect(outbox.channel.performed.length).toBe(1);
  });

  it('is tried again when the other side says', async () => {
    const outbox = await anOutbox(await open());
    failing(outbox, 1, new RetryLater('slow_down', HOUR));
    await outbox.enqueue({ key: 'k', action: aRemark });
    await outbox.later(HOUR - 1);
    expect(await outbox.rows()).toMatchObject([{ state: 'planned', attempts: 1 }]);
    await outbox.later(HOUR);
    expect(await outbox.rows()).toMatchObject([{ state: 'sent' }]);
  });

  it('is tried ever less often although the other side says the same few seconds each time', async () => {
    const outbox = await anOutbox(await open());
    failing(outbox, 8, new RetryLater('wecom_unreachable', 3_000));
    await outbox.enqueue({ key: 'k', action: aRemark });
    for (let second = 0; second < 30; second++) await outbox.later(1_000);
    expect(await outbox.rows()).toMatchObject([{ state: 'planned', attempts: 4 }]);
    for (let minute = 0; minute < 15; minute++) await outbox.later(60_000);
    expect(await outbox.rows()).toMatchObject([{ state: 'sent', attempts: 9 }]);
  });

  it('survives an outage of a day, then ends as dead, and is reported to the engine', async () => {
    const outbox = await anOutbox(await open());
    failing(outbox, 100, new RetryLater('network', 2_000));
    await outbox.enqueue({ key: 'k', action: aRemark });
    for (let quarter = 0; quarter < 24 * 4; quarter++) await outbox.later(HOUR / 4);
    expect(await outbox.rows()).toMatchObject([{ state: 'planned', reason: 'network' }]);
    for (let hour = 0; hour < 12; hour++) await outbox.later(HOUR);
    expect(await outbox.rows()).toMatchObject([{ state: 'dead', reason: 'network' }]);
    expect(outbox.hooks.failures).toEqual(['k: network']);
    expect(outbox.channel.performed).toEqual([]);
  });

  it.each([
    ['wecom_quota_full', 60_000],
    ['chat_throttled', 60_000],
  ])('waits for its turn as long as it takes, and counts none of it (%s)', async (code, ms) => {
    const outbox = await anOutbox(await open());
    failing(outbox, 20, new RetryLater(code, ms, { countsAsAttempt: false }));
    await outbox.enqueue({ key: 'k', action: aRemark });
    await outbox.deliver();
    for (let minute = 0; minute < 19; minute++) await outbox.later(ms);
    expect(await outbox.rows()).toMatchObject([{ state: 'planned', reason: code, attempts: 0 }]);
    await outbox.later(ms);
    expect(await outbox.rows()).toMatchObject([{ state: 'sent', attempts: 1 }]);
  });

  it('is tried less and less often while the tag library is incomplete, in the end every few minutes', async () => {
    const outbox = await anOutbox(await open());
    failing(outbox, 1_000, new RetryLater('tag_library_incomplete', 2_000, { longestBackoffMs: 5 * 60_000 }));
    await outbox.enqueue({ key: 'k', action: aRemark });
    await outbox.deliver();
    for (let minute = 0; minute < 60; minute++) await outbox.later(60_000);
    const { attempts } = (await outbox.rows())[0]!;
    expect(attempts).toBeLessThan(20);
    for (let minute = 0; minute < 22 * 12; minute++) await outbox.later(5 * 60_000);
    expect(await outbox.rows()).toMatchObject([{ state: 'planned', reason: 'tag_library_incomplete' }]);
  });

  it('is not tried again when it would come too late', async () => {
    const outbox = await anOutbox(await open());
    failing(outbox, 1, new RetryLater('network', 30_000));
    await outbox.enqueue({ key: 'k', action: aRemark, expiresAt: outbox.clock.now() + 20_000 });
    await outbox.deliver();
    expect(await outbox.rows()).toMatchObject([{ state: 'failed', reason: 'network' }]);
  });

  it('is not begun after it has expired', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'k', action: aWelcome, expiresAt: outbox.clock.now() + 20_000 });
    await outbox.later(20_001);
    expect(await outbox.rows()).toMatchObject([{ state: 'failed', reason: 'expired', attempts: 0 }]);
    expect(outbox.hooks.failures).toEqual(['k: expired']);
  });

  it('fails at once where trying again cannot help', async () => {
    const outbox = await anOutbox(await open());
    failing(outbox, 1, new GiveUp('wecom_84061'));
    await outbox.enqueue({ key: 'k', action: aRemark });
    await outbox.later(HOUR);
    expect(await outbox.rows()).toMatchObject([{ state: 'failed', reason: 'wecom_84061', attempts: 1 }]);
  });

  it('ends as dead after an unexpected error, and the others go on', async () => {
    const outbox = await anOutbox(await open());
    failing(outbox, 1, new TypeError('cannot read properties of undefined'));
    await outbox.enqueue({ key: 'bad', action: aRemark, priority: 1 }, { key: 'good', action: aRemark, priority: 2 });
    await outbox.deliver();
    expect(await outbox.rows()).toMatchObject([
      { key: 'bad', state: 'dead', reason: 'bug' },
      { key: 'good', state: 'sent' },
    ]);
  });

  it('counts a welcome whose answer was lost as sent when its code turns out to be used up', async () => {
    const outbox = await anOutbox(await open());
    outbox.channel.failNext('send_welcome', new RetryLater('network'), { after: true });
    outbox.channel.failNext('send_welcome', new GiveUp('welcome_code_expired'));
    await outbox.enqueue({ key: 'k', action: aWelcome, expiresAt: outbox.clock.now() + 20_000 });
    await outbox.deliver();
    await outbox.later(2_000);
    expect(await outbox.rows()).toMatchObject([{ state: 'sent', reason: 'unconfirmed' }]);
    expect(outbox.channel.performed.length).toBe(1);
  });

  it('fails with no_channel where no channel performs its kind', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'k', action: { kind: 'read_group', chatId: 'wr1' } });
    await outbox.deliver();
    expect(await outbox.rows()).toMatchObject([{ state: 'failed', reason: 'no_channel' }]);
  });
});

eachDatabase('a planned action', (open) => {
  it('is planned once under one key, even with another action the second time', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'k', action: aRemark }, { key: 'k', action: aRemark });
    await outbox.deliver();
    await outbox.enqueue({ key: 'k', action: aDm });
    await outbox.deliver();
    expect(outbox.channel.performed.map(({ action }) => action)).toEqual([aRemark]);
  });

  it('is sent by priority, then by due time', async () => {
    const outbox = await anOutbox(await open());
    const now = outbox.clock.now();
    const named = (remark: string) => ({ ...aRemark, remark }) as typeof aRemark;
    await outbox.enqueue(
      { key: 'c', action: named('c'), priority: 9 },
      { key: 'b', action: named('b'), priority: 1, notBefore: now },
      { key: 'a', action: named('a'), priority: 1, notBefore: now - 5 },
    );
    await outbox.deliver();
    expect(outbox.channel.performed.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });

  it('is postponed or cancelled by a blocker, and the others are sent', async () => {
    const outbox = await anOutbox(await open());
    const now = outbox.clock.now();
    outbox.hooks.blockersByKey
      .set('off', { cancel: 'opted_out' })
      .set('later', { postponeTo: now + HOUR, reason: 'quiet_hours' });
    await outbox.enqueue(...['off', 'later', 'free'].map((key) => ({ key, action: aRemark, proactive: true })));
    await outbox.deliver();
    expect(await outbox.rows()).toMatchObject([
      { key: 'off', state: 'cancelled', reason: 'opted_out' },
      { key: 'later', state: 'planned', reason: 'quiet_hours', attempts: 0 },
      { key: 'free', state: 'sent' },
    ]);
    expect(outbox.hooks.failures).toEqual(['off: opted_out']);
    outbox.hooks.blockersByKey.clear();
    await outbox.later(HOUR);
    expect((await outbox.rows())[1]).toMatchObject({ key: 'later', state: 'sent' });
  });

  it('waits while sending is paused only where it is proactive', async () => {
    const outbox = await anOutbox(await open());
    await outbox.db.write((tx) => tx.insert('setting', [{ name: 'paused', value: '1', changed_at: 0 }]));
    await outbox.enqueue(
      { key: 'ours', action: aDm, proactive: true },
      { key: 'mass', action: aMassSend('wm1'), proactive: true },
      { key: 'asked', action: aRemark },
    );
    await outbox.later(HOUR);
    expect(await outbox.rows()).toMatchObject([{ state: 'planned' }, { state: 'planned' }, { state: 'sent' }]);
    await outbox.db.write((tx) => tx.run(`UPDATE setting SET value = '0' WHERE name = 'paused'`));
    await outbox.deliver();
    expect(await outbox.rows()).toMatchObject([{ state: 'sent' }, { state: 'waiting' }, { state: 'sent' }]);
  });
});
