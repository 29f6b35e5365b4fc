import { describe, expect, it } from 'vitest';
import type { Action } from '../../../src/domain/action.js';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import {
  aDm,
  aMassSend,
  anAdd,
  anOutbox,
  aRemark,
  aSay,
  aWelcome,
  everyKind,
  CrashingChannel,
  type Outbox,
} from './an-outbox.js';
import { anActionKey } from '../../support/an-action-key.js';

const timesDone = ({ channel }: Outbox, kind: Action['kind']): number => channel.ofKind(kind).length;

eachDatabase('a worker that is killed', (open) => {
  /** Plans one action, crashes while performing it, and delivers again after a restart. */
  async function crashedOn(
    action: Action,
    when: 'before' | 'after',
    prepare: (outbox: Outbox) => void = () => undefined,
  ): Promise<Outbox> {
    const first = await anOutbox(await open());
    prepare(first);
    await first.enqueue({ key: 'k', action });
    const died = first.channel.crashOnNext(when);
    void first.deliver();
    await died;
    const second = await first.restarted();
    await second.deliver();
    // A mass-send whose answer was lost is looked for after 15 s at the earliest.
    await second.later(15_000);
    return second;
  }

  describe.each([
    ['a remark', aRemark],
    ['an add to a room', anAdd],
  ] as const)('on %s, which may be repeated', (_what, action) => {
    it('before the call: performs it after the restart', async () => {
      const outbox = await crashedOn(action, 'before');
      expect(timesDone(outbox, action.kind)).toBe(1);
      expect(await outbox.rows()).toMatchObject([{ state: 'sent' }]);
    });
    it('after the call: repeats it under the same key, and settles it once', async () => {
      const outbox = await crashedOn(action, 'after');
      expect(outbox.channel.performed.map(({ key }) => key)).toEqual(['k', 'k']);
      expect(await outbox.rows()).toMatchObject([{ state: 'sent' }]);
      expect(outbox.hooks.sentKeys).toEqual(['k']);
    });
  });

  describe.each([
    ['a direct message', aDm],
    ['a group message', aSay],
  ] as const)('on %s, whose outcome cannot be read', (_what, action) => {
    it.each(['before', 'after'] as const)(
      '%s the call: does not send it again, and records that the outcome is unknown',
      async (when) => {
        const outbox = await crashedOn(action, when);
        await outbox.later(24 * 3_600_000);
        expect(timesDone(outbox, action.kind)).toBe(when === 'after' ? 1 : 0);
        expect(await outbox.rows()).toMatchObject([{ state: 'failed', reason: 'outcome_unknown' }]);
        expect(outbox.hooks.failures).toEqual(['k: outcome_unknown']);
      },
    );
  });

  it.each([aDm, aSay, aWelcome])(
    'on $kind does not send it by another channel when its own is gone after the restart',
    async (action) => {
      const first = await anOutbox(await open());
      await first.enqueue({ key: 'k', action });
      const died = first.channel.crashOnNext('after');
      void first.deliver();
      await died;
      const channel = new CrashingChannel(everyKind.filter((kind) => kind !== action.kind));
      const second = await anOutbox(first.db, { channel, clock: first.clock });
      second.hooks.nextFallback = { key: anActionKey('k'), action: aMassSend('wm1'), notBefore: second.clock.now() };
      await second.deliver();
      await second.later(60_000);
      expect(channel.performed).toEqual([]);
      expect(await second.rows()).toMatchObject([{ state: 'failed', reason: 'outcome_unknown' }]);
      expect(second.hooks.failures).toEqual(['k: outcome_unknown']);
    },
  );

  describe('on an action that must not be repeated but whose outcome can be read', () => {
    it.each(['before', 'after'] as const)('%s the call: performs it exactly once', async (when) => {
      const outbox = await crashedOn(aSay, when, ({ channel }) => channel.readableKinds.add('group_say'));
      expect(timesDone(outbox, 'group_say')).toBe(1);
      expect(await outbox.rows()).toMatchObject([{ state: 'sent' }]);
      expect(outbox.hooks.sentKeys).toEqual(['k']);
    });
  });

  it('reads the outcome again later when it cannot be read now, and does not repeat the action', async () => {
    const outbox = await crashedOn(aSay, 'after', ({ channel }) => {
      channel.readableKinds.add('group_say');
      channel.outcomeError = new RetryLater('chat_offline', undefined, { countsAsAttempt: false });
    });
    expect(await outbox.rows()).toMatchObject([{ state: 'sending' }]);
    await outbox.later(121_000);
    expect(await outbox.rows()).toMatchObject([{ state: 'sending' }]);
    outbox.channel.outcomeError = null;
    await outbox.later(121_000);
    expect(await outbox.rows()).toMatchObject([{ state: 'sent' }]);
    expect([timesDone(outbox, 'group_say'), outbox.hooks.sentKeys]).toEqual([1, ['k']]);
  });

  describe('on a mass-send', () => {
    it.each(['before', 'after'] as const)('%s the call: makes exactly one task', async (when) => {
      const outbox = await crashedOn(aMassSend('wm1'), when);
      expect(timesDone(outbox, 'mass_send')).toBe(1);
      expect(await outbox.rows()).toMatchObject([{ state: 'waiting' }]);
      outbox.channel.confirmed.add('msg0');
      await outbox.later(10 * 60_000);
      expect(await outbox.rows()).toMatchObject([{ state: 'sent' }]);
      expect(outbox.hooks.sentKeys).toEqual(['k']);
    });

    it('twice in a row: still makes exactly one task', async () => {
      const first = await anOutbox(await open());
      await first.enqueue({ key: 'k', action: aMassSend('wm1') });
      for (const when of ['before', 'after'] as const) {
        const life = await first.restarted();
        const died = first.channel.crashOnNext(when);
        void life.later(15_000);
        await died;
      }
      const last = await first.restarted();
      await last.later(15_000);
      expect(timesDone(last, 'mass_send')).toBe(1);
    });

    it('while the result is being read: reads it again', async () => {
      const first = await anOutbox(await open());
      await first.enqueue({ key: 'k', action: aMassSend('wm1') });
      await first.deliver();
      first.channel.confirmed.add('msg0');
      first.clock.pushTo(first.clock.now() + 10 * 60_000);
      const died = first.channel.crashOnNext('after');
      void first.deliver();
      await died;
      const second = await first.restarted();
      await second.deliver();
      expect(await second.rows()).toMatchObject([{ state: 'sent' }]);
      expect(second.hooks.sentKeys).toEqual(['k']);
    });
  });

  it('on a welcome that was sent: counts it as sent when its code turns out to be used up', async () => {
    const first = await anOutbox(await open());
    await first.enqueue({ key: 'k', action: aWelcome });
    const died = first.channel.crashOnNext('after');
    void first.deliver();
    await died;
    first.channel.failNext('send_welcome', new GiveUp('welcome_code_expired'));
    const second = await first.restarted();
    await second.deliver();
    await second.later(60_000);
    expect(timesDone(second, 'send_welcome')).toBe(1);
    expect(await second.rows()).toMatchObject([{ state: 'sent', reason: 'unconfirmed' }]);
  });

  it.each([
    ['sends it again within the hours in which WeCom drops a repeated text', 3.9, 'sent', 2],
    ['does not send it again after those hours, and fails it', 4.1, 'failed', 1],
  ] as const)('on a notice to staff: %s', async (_what, hours, state, times) => {
    const first = await anOutbox(await open());
    const action: Action = { kind: 'notify_staff', staff: ['LinXia'], text: '日报' };
    await first.enqueue({ key: 'k', action });
    const died = first.channel.crashOnNext('after');
    void first.deliver();
    await died;
    const second = await first.restarted();
    await second.later(hours * 3_600_000);
    await second.deliver();
    expect(timesDone(second, 'notify_staff')).toBe(times);
    expect(await second.rows()).toMatchObject([{ state }]);
  });

  it('leaves its rows to another worker only when its lease has run out', async () => {
    const first = await anOutbox(await open());
    await first.enqueue({ key: 'k', action: aRemark });
    const died = first.channel.crashOnNext('before');
    void first.deliver();
    await died;
    const other = await anOutbox(first.db, { channel: first.channel, clock: first.clock, worker: 'two' });
    // `anOutbox` frees everything, as the only worker's start does; here the other one runs beside the first.
    await first.db.write((tx) => tx.run('UPDATE outbox SET lease_until = $1', [first.clock.now() + 120_000]));
    await other.later(60_000);
    expect(timesDone(other, 'set_remark')).toBe(0);
    await other.later(61_000);
    expect(timesDone(other, 'set_remark')).toBe(1);
  });
});
