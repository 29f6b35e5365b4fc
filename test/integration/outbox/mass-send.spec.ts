import { expect, it } from 'vitest';
import type { ActionResult, BelongsToOther } from '../../../src/channels/channel.js';
import type { Action } from '../../../src/domain/action.js';
import { MassSendMaker } from '../../../src/outbox/mass-sends/make.js';
import { massBatchStore } from '../../../src/outbox/mass-sends/mass-batch.store.js';
import { nothingPaused } from '../../../src/outbox/pause.js';
import { setPaused } from '../../../src/outbox/pause.js';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { eachDatabase } from '../../support/databases.js';
import { aMassSend, anOutbox, everyKind, CrashingChannel, type Outbox } from './an-outbox.js';
import { anActionKey } from '../../support/an-action-key.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const states = async (outbox: Outbox) =>
  Object.fromEntries(
    (await outbox.rows()).map((row) => [row.key, row.reason ? `${row.state}: ${row.reason}` : row.state]),
  );

/** Refuses some customers when the task is made, and could not reach some when it was confirmed. */
class PickyChannel extends CrashingChannel {
  readonly refused = new Set<string>();
  readonly notReached = new Map<string, number>();

  override async send(action: Action, key: string): Promise<ActionResult> {
    const done = await super.send(action, key);
    if (action.kind === 'mass_send')
      return { ...done, result: { failed: action.externalUserIds.filter((id) => this.refused.has(id)) } };
    if (action.kind !== 'read_mass_send') return done;
    const { sent, ...rest } = done.result as { sent: { id: string }[] };
    return {
      result: {
        ...rest,
        sent: sent.filter(({ id }) => !this.notReached.has(id)),
        failed: sent.flatMap(({ id }) => (this.notReached.has(id) ? [{ id, status: this.notReached.get(id) }] : [])),
      },
    };
  }
}

eachDatabase('mass-sends', (open) => {
  it('share one task only when their message and their sender are the same', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue(
      { key: 'a', action: aMassSend('wm1') },
      { key: 'b', action: aMassSend('wm2') },
      { key: 'c', action: aMassSend('wm3', '别的话') },
      { key: 'd', action: aMassSend('wm4', '你好', 'ZhouMing') },
    );
    await outbox.deliver();
    const tasks = outbox.channel
      .ofKind('mass_send')
      .map(({ sender, externalUserIds }) => `${sender}: ${externalUserIds.join(' ')}`);
    expect(tasks.sort()).toEqual(['LinXia: wm1 wm2', 'LinXia: wm3', 'ZhouMing: wm4']);
  });

  it('are polled after five, fifteen, thirty and sixty minutes, then every two hours', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    await outbox.deliver();
    const start = outbox.clock.now();
    const asked: number[] = [];
    for (let minute = 0; minute < 8 * 60; minute++) {
      const before = outbox.channel.ofKind('read_mass_send').length;
      await outbox.later(MINUTE);
      if (outbox.channel.ofKind('read_mass_send').length > before) asked.push((outbox.clock.now() - start) / MINUTE);
    }
    // Each interval counts from the poll before it.
    expect(asked).toEqual([5, 20, 50, 110, 230, 350, 470]);
  });

  it('count as sent when staff have tapped, not when the task was made', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    await outbox.later(5 * MINUTE);
    expect(await states(outbox)).toEqual({ a: 'waiting: waits_for_staff' });
    expect(outbox.hooks.sentKeys).toEqual([]);
    outbox.channel.confirmed.add('msg0');
    await outbox.later(15 * MINUTE);
    expect(await states(outbox)).toEqual({ a: 'sent' });
    expect(outbox.hooks.sentKeys).toEqual(['a']);
    await outbox.later(DAY);
    expect(outbox.hooks.sentKeys).toEqual(['a']);
  });

  it('fail when staff do not confirm them for days, and are polled no more', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') }, { key: 'b', action: aMassSend('wm2') });
    await outbox.deliver();
    for (let day = 0; day < 5; day++) await outbox.later(DAY);
    expect(await states(outbox)).toEqual({ a: 'failed: not_confirmed', b: 'failed: not_confirmed' });
    expect(outbox.hooks.failures).toEqual(['a: not_confirmed', 'b: not_confirmed']);
    const asked = outbox.channel.ofKind('read_mass_send').length;
    await outbox.later(DAY);
    expect(outbox.channel.ofKind('read_mass_send').length).toBe(asked);
  });

  it('fail only for the receivers whom WeCom refuses or cannot reach', async () => {
    const channel = new PickyChannel(everyKind);
    channel.refused.add('wm1');
    channel.notReached.set('wm2', 2).set('wm3', 3);
    const outbox = await anOutbox(await open(), { channel });
    await outbox.enqueue(...['wm1', 'wm2', 'wm3', 'wm4'].map((id) => ({ key: id, action: aMassSend(id) })));
    await outbox.deliver();
    expect(await states(outbox)).toMatchObject({ wm1: 'failed: refused_by_wecom', wm4: 'waiting: waits_for_staff' });
    channel.confirmed.add('msg0');
    await outbox.later(5 * MINUTE);
    expect(await states(outbox)).toEqual({
      wm1: 'failed: refused_by_wecom',
      wm2: 'failed: not_a_contact',
      wm3: 'failed: wecom_cap',
      wm4: 'sent',
    });
    expect(outbox.hooks.sentKeys).toEqual(['wm4']);
  });

  it('whose answer was lost are looked for before they are made again', async () => {
    const outbox = await anOutbox(await open());
    outbox.channel.failNext('mass_send', new RetryLater('network'), { after: true });
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    await outbox.deliver();
    await outbox.later(MINUTE);
    expect(outbox.channel.ofKind('mass_send').length).toBe(1);
    expect(await states(outbox)).toEqual({ a: 'waiting: waits_for_staff' });
  });

  it('whose call never reached WeCom are made when it does', async () => {
    const outbox = await anOutbox(await open());
    for (let time = 0; time < 3; time++) outbox.channel.failNext('mass_send', new RetryLater('network'));
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    await outbox.deliver();
    for (let time = 0; time < 5; time++) await outbox.later(MINUTE);
    expect(outbox.channel.ofKind('mass_send').length).toBe(1);
  });

  it('that WeCom refuses fail for all their receivers, and the next ones are made', async () => {
    const outbox = await anOutbox(await open());
    outbox.channel.failNext('mass_send', new GiveUp('wecom_41063'));
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') }, { key: 'b', action: aMassSend('wm2') });
    await outbox.deliver();
    expect(await states(outbox)).toEqual({ a: 'failed: wecom_41063', b: 'failed: wecom_41063' });
    await outbox.enqueue({ key: 'c', action: aMassSend('wm1') });
    await outbox.deliver();
    expect((await states(outbox))['c']).toBe('waiting: waits_for_staff');
  });

  it('are polled again after a poll that fails', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    await outbox.deliver();
    outbox.channel.confirmed.add('msg0');
    outbox.channel.failNext('read_mass_send', new RetryLater('network'));
    await outbox.later(5 * MINUTE);
    expect(await states(outbox)).toEqual({ a: 'waiting: waits_for_staff' });
    await outbox.later(15 * MINUTE);
    expect(await states(outbox)).toEqual({ a: 'sent' });
  });

  it.each([
    ['whether it was made cannot be seen', () => Promise.resolve({ outcome: 'unknown' } as const)],
    ['WeCom cannot be reached', () => Promise.reject(new RetryLater('network'))],
    ['WeCom refuses the read', () => Promise.reject(new GiveUp('wecom_refused'))],
    ['a bug stops the read', () => Promise.reject(new TypeError('cannot read properties of undefined'))],
  ] as const)(
    'whose answer was lost are looked for ever less often, and end as unknown, while %s',
    async (_why, findOutcome) => {
      const outbox = await anOutbox(await open());
      outbox.channel.failNext('mass_send', new RetryLater('network'), { after: true });
      outbox.hooks.nextFallback = {
        key: anActionKey('a'),
        action: aMassSend('wm1', '另一句'),
        notBefore: outbox.clock.now(),
      };
      await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
      await outbox.deliver();
      let outcomeReads = 0;
      outbox.channel.findOutcome = () => (outcomeReads++, findOutcome());
      for (let step = 0; step < 60; step++) await outbox.later(MINUTE / 4);
      expect(outcomeReads).toBeLessThan(12);
      for (let hour = 0; hour < 94; hour++) await outbox.later(60 * MINUTE);
      expect(await states(outbox)).toMatchObject({ a: expect.stringMatching(/^sending/) as string });
      expect(outcomeReads).toBeLessThan(110);
      for (let hour = 0; hour < 4; hour++) await outbox.later(60 * MINUTE);
      expect(await states(outbox)).toEqual({ a: 'failed: outcome_unknown' });
      expect(outbox.hooks.failures).toEqual(['a: outcome_unknown']);
      expect(outbox.channel.ofKind('mass_send')).toHaveLength(1);
      expect(await outbox.db.read.all('SELECT reason FROM mass_batch WHERE closed_at IS NOT NULL')).toEqual([
        { reason: 'outcome_unknown' },
      ]);
      expect(await outbox.db.read.all('SELECT source FROM set_aside')).toEqual([{ source: 'mass_send' }]);
      const before = outcomeReads;
      await outbox.later(DAY);
      expect(outcomeReads).toBe(before);
    },
  );

  it('that were found late are polled as soon as any other', async () => {
    const outbox = await anOutbox(await open());
    outbox.channel.failNext('mass_send', new RetryLater('network'), { after: true });
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    await outbox.deliver();
    const { findOutcome } = outbox.channel;
    outbox.channel.findOutcome = () => Promise.resolve({ outcome: 'unknown' });
    for (let step = 0; step < 60; step++) await outbox.later(MINUTE);
    outbox.channel.findOutcome = findOutcome;
    await outbox.later(60 * MINUTE);
    expect(await states(outbox)).toEqual({ a: 'waiting: waits_for_staff' });
    const start = outbox.clock.now();
    const asked: number[] = [];
    for (let minute = 0; minute < 60; minute++) {
      const before = outbox.channel.ofKind('read_mass_send').length;
      await outbox.later(MINUTE);
      if (outbox.channel.ofKind('read_mass_send').length > before) asked.push((outbox.clock.now() - start) / MINUTE);
    }
    expect(asked).toEqual([5, 20, 50]);
  });

  it('are looked for fifteen seconds after an attempt whose answer was lost, the first attempt included', async () => {
    const outbox = await anOutbox(await open());
    const start = outbox.clock.now();
    const asked: [number, number][] = [];
    const { channel } = outbox;
    const findOutcome = channel.findOutcome.bind(channel);
    channel.findOutcome = (action: Action, attemptedAt?: number) => {
      asked.push([outbox.clock.now() - start, (attemptedAt ?? 0) - start]);
      return findOutcome(action);
    };
    for (let time = 0; time < 2; time++) channel.failNext('mass_send', new RetryLater('network', 1_000));
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    await outbox.deliver();
    for (let second = 0; second < 60; second++) await outbox.later(1_000);
    expect(asked).toEqual([
      [15_000, 0],
      [30_000, 0],
    ]);
    expect(await states(outbox)).toEqual({ a: 'waiting: waits_for_staff' });
  });

  it('that were made but could not be stored are found, not made again, and fail for nobody', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    const settle = outbox.store.settle.bind(outbox.store);
    outbox.store.settle = (tx, rows, outcome, now) =>
      outcome.state === 'waiting'
        ? Promise.reject(new TypeError('cannot read properties of undefined'))
        : settle(tx, rows, outcome, now);
    await outbox.deliver();
    outbox.store.settle = settle;
    expect(await states(outbox)).toEqual({ a: 'sending' });
    await outbox.later(2 * MINUTE);
    expect(await states(outbox)).toEqual({ a: 'waiting: waits_for_staff' });
    expect(outbox.channel.ofKind('mass_send').length).toBe(1);
  });

  it('whose answer was lost are not confused with an earlier one of the same message, nor made again', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    await outbox.deliver();
    outbox.channel.failNext('mass_send', new RetryLater('network'), { after: true });
    await outbox.enqueue({ key: 'b', action: aMassSend('wm2') });
    await outbox.deliver();
    // As WeCom lists them before the tap: which of the two is whose cannot be seen.
    outbox.channel.findOutcome = () => Promise.resolve({ outcome: 'done', done: { ref: 'msg0' }, alike: ['msg1'] });
    await outbox.later(MINUTE);
    expect(await states(outbox)).toEqual({ a: 'waiting: waits_for_staff', b: 'waiting: waits_for_staff' });
    expect(await outbox.db.read.all('SELECT external_ref FROM mass_batch ORDER BY id')).toEqual([
      { external_ref: 'msg0' },
      { external_ref: 'msg1' },
    ]);
    expect(outbox.channel.ofKind('mass_send')).toHaveLength(2);
  });

  it('that were not made are made, although another batch has a task with the same message', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    await outbox.deliver();
    outbox.channel.failNext('mass_send', new RetryLater('network'));
    await outbox.enqueue({ key: 'b', action: aMassSend('wm2') });
    await outbox.deliver();
    const asked: boolean[] = [];
    outbox.channel.findOutcome = async (_action: Action, _attemptedAt?: number, belongsToOther?: BelongsToOther) => {
      asked.push((await belongsToOther?.('msg0')) ?? false, (await belongsToOther?.('msg1')) ?? false);
      return { outcome: asked[0] === true ? 'not_done' : 'unknown' };
    };
    await outbox.later(MINUTE);
    expect(asked).toEqual([true, false]);
    expect(await states(outbox)).toEqual({ a: 'waiting: waits_for_staff', b: 'waiting: waits_for_staff' });
    expect(outbox.channel.ofKind('mass_send')).toHaveLength(2);
  });

  it('that could not be made wait while sending is paused, even if an attempt was begun before', async () => {
    const outbox = await anOutbox(await open());
    outbox.channel.failNext('mass_send', new RetryLater('network'));
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1'), proactive: true });
    await outbox.deliver();
    await outbox.db.write((tx) => setPaused(tx, true, 0));
    for (let minute = 0; minute < 5; minute++) await outbox.later(MINUTE);
    expect(outbox.channel.ofKind('mass_send')).toEqual([]);
    await outbox.db.write((tx) => setPaused(tx, false, 0));
    await outbox.deliver();
    expect(await states(outbox)).toEqual({ a: 'waiting: waits_for_staff' });
  });

  it('leave out receivers who are blocked by the time of a later attempt', async () => {
    const outbox = await anOutbox(await open());
    outbox.channel.failNext('mass_send', new RetryLater('network'));
    const now = outbox.clock.now();
    await outbox.enqueue(
      { key: 'goes', action: aMassSend('wm1') },
      { key: 'off', action: aMassSend('wm2') },
      { key: 'later', action: aMassSend('wm3') },
      { key: 'old', action: aMassSend('wm4'), expiresAt: now + 10_000 },
    );
    await outbox.deliver();
    outbox.hooks.blockersByKey
      .set('off', { cancel: 'opted_out' })
      .set('later', { postponeTo: now + DAY, reason: 'quiet_hours' });
    await outbox.later(MINUTE);
    expect(await states(outbox)).toEqual({
      goes: 'waiting: waits_for_staff',
      off: 'cancelled: opted_out',
      later: 'planned: quiet_hours',
      old: 'failed: expired',
    });
    expect(outbox.channel.ofKind('mass_send').map((task) => task.externalUserIds)).toEqual([['wm1']]);
    outbox.hooks.blockersByKey.clear();
    await outbox.later(DAY);
    expect(outbox.channel.ofKind('mass_send').map((task) => task.externalUserIds)).toEqual([['wm1'], ['wm3']]);
  });

  it('are not made when no receiver is left', async () => {
    const outbox = await anOutbox(await open());
    outbox.channel.failNext('mass_send', new RetryLater('network'));
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    await outbox.deliver();
    outbox.hooks.blockersByKey.set('a', { cancel: 'opted_out' });
    await outbox.later(MINUTE);
    expect(await states(outbox)).toEqual({ a: 'cancelled: opted_out' });
    expect(outbox.channel.ofKind('mass_send')).toEqual([]);
    expect(await outbox.db.read.all('SELECT id FROM mass_batch WHERE closed_at IS NULL')).toEqual([]);
  });

  it.each([
    ['WeCom says for good that it cannot be read', new GiveUp('mass_send_cancelled'), 1, 'mass_send_cancelled'],
    ['nothing can be read for days', new RetryLater('network'), 1_000, 'outcome_unknown'],
  ] as const)('are closed, and asked after no more, when %s', async (_why, error, times, code) => {
    const outbox = await anOutbox(await open());
    for (let time = 0; time < times; time++) outbox.channel.failNext('read_mass_send', error);
    await outbox.enqueue({ key: 'a', action: aMassSend('wm1') });
    await outbox.deliver();
    for (let quarter = 0; quarter < 5 * 4; quarter++) await outbox.later(DAY / 4);
    expect(await states(outbox)).toEqual({ a: `failed: ${code}` });
    expect(outbox.hooks.failures).toEqual([`a: ${code}`]);
    expect(await outbox.db.read.all('SELECT reason FROM mass_batch WHERE closed_at IS NOT NULL')).toEqual([
      { reason: code },
    ]);
  });

  it('are made once when two workers have the same batch', async () => {
    const outbox = await anOutbox(await open());
    const { db, hooks, clock, channel } = outbox;
    await outbox.enqueue({ key: 'wm1', action: aMassSend('wm1') });
    channel.failNext('mass_send', new RetryLater('wecom_busy'));
    await outbox.deliver();
    await outbox.later(14_000);
    const batches = await db.write((tx) =>
      massBatchStore.leaseDue(tx, { pause: nothingPaused, leaseMs: 1, limit: 9 }, clock.now() + 3_600_000),
    );
    clock.pushTo(clock.now() + 60_000);
    const maker = () => new MassSendMaker(db, { hooks, clock, logger: createLogger({ level: 'silent' }) });
    await Promise.all([maker(), maker()].map((one) => one.make(channel, batches[0]!)));
    expect(channel.ofKind('mass_send')).toHaveLength(1);
    expect(await outbox.rows()).toMatchObject([{ state: 'waiting' }]);
  });

  it('that are refused because somebody is no contact end the contact of a sole receiver, and of nobody among several', async () => {
    const outbox = await anOutbox(await open());
    outbox.channel.failNext('mass_send', new GiveUp('not_a_contact'));
    await outbox.enqueue(...['wm1', 'wm2'].map((key) => ({ key, action: aMassSend(key) })));
    await outbox.deliver();
    outbox.channel.failNext('mass_send', new GiveUp('not_a_contact'));
    await outbox.enqueue({ key: 'wm3', action: aMassSend('wm3') });
    await outbox.deliver();
    expect(outbox.hooks.failures).toEqual(['wm1: refused_by_wecom', 'wm2: refused_by_wecom', 'wm3: not_a_contact']);
  });
});
