import { describe, expect, it } from 'vitest';
import type { Action, ActionKind } from '../../../src/domain/action.js';
import { setPaused } from '../../../src/outbox/pause.js';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aMassSend, anOutbox, everyKind, CrashingChannel, type Outbox } from './an-outbox.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const states = async (outbox: Outbox) =>
  Object.fromEntries(
    (await outbox.rows()).map((row) => [row.key, row.reason ? `${row.state}: ${row.reason}` : row.state]),
  );
const tasks = ({ channel }: Outbox) =>
  channel.ofKind('mass_send').map(({ sender, externalUserIds }) => `${sender}: ${externalUserIds.join(' ')}`);
const reminding = { remindAfterHours: [3, 24, 48], remindFromMinute: 540, remindToMinute: 1_230 };

/** Makes a task that waits for its tap, on a Monday at nine. */
async function waiting(outbox: Outbox, ...to: string[]): Promise<void> {
  await outbox.enqueue(...to.map((id) => ({ key: id, action: aMassSend(id) })));
  await outbox.deliver();
}

async function hours(outbox: Outbox, count: number): Promise<void> {
  for (let hour = 0; hour < count; hour++) await outbox.later(HOUR);
}

/** Crashes once, before or after one kind of call reached the other side. */
class CrashesOn extends CrashingChannel {
  constructor(
    private readonly kind: ActionKind,
    private readonly when: 'before' | 'after',
  ) {
    super(everyKind);
  }
  private hasDied = false;
  private reportDeath: () => void = () => undefined;
  readonly dead = new Promise<void>((resolve) => (this.reportDeath = resolve));

  override async send(action: Action, key: string): ReturnType<CrashingChannel['send']> {
    if (action.kind !== this.kind || this.hasDied) return super.send(action, key);
    this.hasDied = true;
    if (this.when === 'after') await super.send(action, key);
    this.reportDeath();
    return new Promise(() => undefined);
  }
}

eachDatabase('a mass-send task that waits for its tap', (open) => {
  it('is reminded of once after three hours, one day and two days, in working hours', async () => {
    const outbox = await anOutbox(await open());
    outbox.hooks.massSends.policy = { ...outbox.hooks.massSends.policy, ...reminding };
    await waiting(outbox, 'wm1');
    const start = outbox.clock.now();
    const at: number[] = [];
    for (let half = 0; half < 2 * 60; half++) {
      const before = outbox.channel.ofKind('remind_mass_send').length;
      await outbox.later(HOUR / 2);
      if (outbox.channel.ofKind('remind_mass_send').length > before) at.push((outbox.clock.now() - start) / HOUR);
    }
    expect(at).toEqual([3, 24, 48]);
    expect(outbox.channel.ofKind('remind_mass_send')).toHaveLength(3);
  });

  it('is not reminded of at night', async () => {
    const outbox = await anOutbox(await open());
    outbox.hooks.massSends.policy = { ...outbox.hooks.massSends.policy, ...reminding, remindAfterHours: [14] };
    await waiting(outbox, 'wm1');
    await hours(outbox, 23);
    expect(outbox.channel.ofKind('remind_mass_send')).toEqual([]);
    await hours(outbox, 1);
    expect(outbox.channel.ofKind('remind_mass_send')).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)(
    'is reminded of at most once when the process dies %s WeCom received the reminder',
    async (when) => {
      const channel = new CrashesOn('remind_mass_send', when);
      const outbox = await anOutbox(await open(), { channel });
      outbox.hooks.massSends.policy = { ...outbox.hooks.massSends.policy, ...reminding, remindAfterHours: [3] };
      await waiting(outbox, 'wm1');
      await outbox.later(5 * MINUTE);
      outbox.clock.pushTo(outbox.clock.now() + 3 * HOUR);
      void outbox.deliver();
      await channel.dead;
      const next = await outbox.restarted();
      next.hooks.massSends.policy = outbox.hooks.massSends.policy;
      await hours(next, 12);
      expect(channel.ofKind('remind_mass_send')).toHaveLength(when === 'after' ? 1 : 0);
      channel.confirmed.add('msg0');
      await hours(next, 3);
      expect(await states(next)).toEqual({ wm1: 'sent' });
    },
  );

  it('is not reminded of at night when the reminder became due while the process was down', async () => {
    const outbox = await anOutbox(await open());
    outbox.hooks.massSends.policy = { ...outbox.hooks.massSends.policy, ...reminding };
    await waiting(outbox, 'wm1');
    await outbox.later(14 * HOUR);
    expect(outbox.channel.ofKind('remind_mass_send')).toEqual([]);
    await hours(outbox, 12);
    expect(outbox.channel.ofKind('remind_mass_send')).toHaveLength(1);
  });

  it('is not reminded of while sending is paused, nor after WeCom refuses a reminder', async () => {
    const outbox = await anOutbox(await open());
    outbox.hooks.massSends.policy = { ...outbox.hooks.massSends.policy, ...reminding };
    await waiting(outbox, 'wm1');
    await outbox.db.write((tx) => setPaused(tx, true, 0));
    await hours(outbox, 5);
    expect(outbox.channel.ofKind('remind_mass_send')).toEqual([]);
    await outbox.db.write((tx) => setPaused(tx, false, 0));
    outbox.channel.failNext('remind_mass_send', new GiveUp('too_many_reminders'));
    await hours(outbox, 6);
    expect(outbox.channel.ofKind('remind_mass_send')).toEqual([]);
    expect(await states(outbox)).toEqual({ wm1: 'waiting: waits_for_staff' });
  });

  it('is cancelled when it is given up, and messages sent before that count as sent', async () => {
    const outbox = await anOutbox(await open());
    await waiting(outbox, 'wm1');
    const cancel = outbox.channel.send.bind(outbox.channel);
    outbox.channel.send = (action, key) => {
      // The tap crosses the cancelling.
      if (action.kind === 'cancel_mass_send') outbox.channel.confirmed.add('msg0');
      return cancel(action, key);
    };
    await hours(outbox, 99);
    expect(outbox.channel.ofKind('cancel_mass_send')).toHaveLength(1);
    expect(await states(outbox)).toEqual({ wm1: 'sent' });
    expect(outbox.hooks.failures).toEqual([]);
  });

  it.each(['before', 'after'] as const)(
    'is cancelled although the process died %s WeCom received the call',
    async (when) => {
      const channel = new CrashesOn('cancel_mass_send', when);
      const outbox = await anOutbox(await open(), { channel });
      outbox.hooks.colleagues.set('wm1', ['ZhouMing']);
      await waiting(outbox, 'wm1', 'wm2');
      outbox.clock.pushTo(outbox.clock.now() + 97 * HOUR);
      void outbox.deliver();
      await channel.dead;
      const next = await outbox.restarted();
      next.hooks.colleagues.set('wm1', ['ZhouMing']);
      await hours(next, 2);
      expect([...channel.cancelled]).toEqual(['msg0']);
      expect(tasks(next)).toEqual(['LinXia: wm1 wm2', 'ZhouMing: wm1']);
      expect(await states(next)).toEqual({ wm1: 'waiting: waits_for_staff', wm2: 'failed: not_confirmed' });
    },
  );

  it('is not handed on when it cannot be cancelled: a late tap would send it twice', async () => {
    const outbox = await anOutbox(await open());
    outbox.hooks.colleagues.set('wm1', ['ZhouMing']);
    await waiting(outbox, 'wm1');
    outbox.channel.failNext('cancel_mass_send', new GiveUp('no_permission'));
    await hours(outbox, 40);
    expect(tasks(outbox)).toEqual(['LinXia: wm1']);
    expect(await states(outbox)).toEqual({ wm1: 'failed: cannot_cancel' });
  });

  it('is handed on to a colleague once when its sender does not tap, and never back', async () => {
    const outbox = await anOutbox(await open());
    outbox.hooks.colleagues.set('wm1', ['LinXia', 'ZhouMing']).set('wm2', ['ZhouMing']);
    await waiting(outbox, 'wm1', 'wm2', 'wm3');
    await hours(outbox, 40);
    const [first, ...next] = tasks(outbox);
    expect(first).toBe('LinXia: wm1 wm2 wm3');
    // The two are made side by side.
    expect(next.sort()).toEqual(['LinXia: wm3', 'ZhouMing: wm1 wm2']);
    outbox.channel.confirmed.add('msg0');
    const index = outbox.channel.performed.findIndex(
      ({ action }) => action.kind === 'mass_send' && action.sender === 'ZhouMing',
    );
    outbox.channel.confirmed.add(`msg${index}`);
    await hours(outbox, 200);
    expect(await states(outbox)).toEqual({ wm1: 'sent', wm2: 'sent', wm3: 'failed: not_confirmed' });
    expect(outbox.hooks.sentKeys).toEqual(['wm1', 'wm2']);
    expect(tasks(outbox)).toHaveLength(3);
  });

  it('is handed on at once when its sender has left, before or after it is made', async () => {
    const outbox = await anOutbox(await open());
    outbox.hooks.colleagues.set('wm1', ['ZhouMing']);
    await waiting(outbox, 'wm1', 'wm2');
    outbox.hooks.gone.add('LinXia');
    await outbox.later(5 * MINUTE);
    await outbox.later(2 * MINUTE);
    expect(tasks(outbox)).toEqual(['LinXia: wm1 wm2', 'ZhouMing: wm1']);
    expect(await states(outbox)).toEqual({ wm1: 'waiting: waits_for_staff', wm2: 'failed: sender_gone' });

    outbox.channel.failNext('mass_send', new GiveUp('no_such_staff', { blames: ['sender', 'pair'] }));
    outbox.hooks.colleagues.set('wm3', ['ZhouMing']);
    await waiting(outbox, 'wm3');
    expect(tasks(outbox).at(-1)).toBe('ZhouMing: wm3');
  });

  it('hands on only receivers whom WeCom reports as unsent', async () => {
    const outbox = await anOutbox(await open());
    outbox.hooks.colleagues.set('wm1', ['ZhouMing']).set('wm2', ['ZhouMing']);
    await waiting(outbox, 'wm1', 'wm2');
    const send = outbox.channel.send.bind(outbox.channel);
    outbox.channel.send = async (action, key) => {
      const done = await send(action, key);
      return action.kind === 'read_mass_send' && outbox.channel.cancelled.size > 0
        ? { result: { sent: [], failed: [], unsent: ['wm1'], untapped: false, finished: false } }
        : done;
    };
    await hours(outbox, 32);
    expect(tasks(outbox)).toEqual(['LinXia: wm1 wm2', 'ZhouMing: wm1']);
    expect((await states(outbox))['wm2']).toBe('waiting: waits_for_staff');
    await hours(outbox, 96 + 12);
    expect((await states(outbox))['wm2']).toBe('failed: outcome_unknown');
    expect(tasks(outbox).filter((task) => task.includes('wm2'))).toHaveLength(1);
  });

  describe('that was tapped, while WeCom does not list every receiver yet', () => {
    /** WeCom lists nobody but these. */
    function listing(outbox: Outbox, listed: readonly string[]): void {
      const send = outbox.channel.send.bind(outbox.channel);
      outbox.channel.send = async (action, key) => {
        const done = await send(action, key);
        if (action.kind !== 'read_mass_send') return done;
        const sent = listed.map((id) => ({ id, at: outbox.clock.now() }));
        return { result: { sent, failed: [], unsent: [], untapped: false, finished: true } };
      };
    }

    it('is polled again, and reminded of no more', async () => {
      const outbox = await anOutbox(await open());
      outbox.hooks.massSends.policy = { ...outbox.hooks.massSends.policy, ...reminding };
      await waiting(outbox, 'wm1', 'wm2');
      const listed = ['wm1'];
      listing(outbox, listed);
      await hours(outbox, 30);
      expect(await states(outbox)).toEqual({ wm1: 'sent', wm2: 'waiting: waits_for_staff' });
      expect(outbox.channel.ofKind('remind_mass_send')).toEqual([]);
      expect(outbox.channel.cancelled.size).toBe(0);
      listed.push('wm2');
      await hours(await outbox.restarted(), 3);
      expect(await states(outbox)).toEqual({ wm1: 'sent', wm2: 'sent' });
    });

    it('fails for the others when the time is up, and is not sent again', async () => {
      const outbox = await anOutbox(await open());
      outbox.hooks.colleagues.set('wm2', ['ZhouMing']);
      await waiting(outbox, 'wm1', 'wm2');
      listing(outbox, ['wm1']);
      await hours(outbox, 95);
      expect((await states(outbox))['wm2']).toBe('waiting: waits_for_staff');
      await hours(outbox, 4);
      expect((await states(outbox))['wm2']).toBe('failed: not_listed');
      expect(tasks(outbox)).toHaveLength(1);
    });
  });

  it('settles each receiver as WeCom reports', async () => {
    const outbox = await anOutbox(await open());
    await waiting(outbox, 'wm1', 'wm2', 'wm3', 'wm4');
    const send = outbox.channel.send.bind(outbox.channel);
    outbox.channel.send = async (action, key) => {
      const done = await send(action, key);
      const failed = [2, 3, 7].map((status) => ({ id: `wm${status === 7 ? 4 : status}`, status }));
      return action.kind === 'read_mass_send'
        ? { result: { sent: [{ id: 'wm1', at: 0 }], failed, unsent: [], untapped: false, finished: true } }
        : done;
    };
    await hours(outbox, 1);
    expect(await states(outbox)).toEqual({
      wm1: 'sent',
      wm2: 'failed: not_a_contact',
      wm3: 'failed: wecom_cap',
      wm4: 'failed: refused_by_wecom',
    });
  });

  it('is remade without a member who opted out, and cancelled when no receiver is left', async () => {
    const outbox = await anOutbox(await open());
    await waiting(outbox, 'wm1', 'wm2', 'wm3', 'wm4');
    outbox.hooks.blockersByKey.set('wm1', { cancel: 'opted_out' });
    await outbox.later(5 * MINUTE);
    await outbox.later(2 * MINUTE);
    expect(tasks(outbox)).toEqual(['LinXia: wm1 wm2 wm3 wm4', 'LinXia: wm2 wm3 wm4']);
    expect((await states(outbox))['wm1']).toBe('cancelled: opted_out');
    for (const id of ['wm2', 'wm3', 'wm4']) outbox.hooks.blockersByKey.set(id, { cancel: 'stop_when' });
    await outbox.later(5 * MINUTE);
    await outbox.later(2 * MINUTE);
    expect(outbox.channel.cancelled.size).toBe(2);
    expect(tasks(outbox)).toHaveLength(2);
    expect((await states(outbox))['wm2']).toBe('cancelled: stop_when');
  });

  it('goes on for all when one of many is blocked, and the row says so', async () => {
    const outbox = await anOutbox(await open());
    await waiting(outbox, 'wm1', 'wm2', 'wm3', 'wm4');
    outbox.hooks.blockersByKey.set('wm1', { cancel: 'stop_when' }).set('wm2', { postponeTo: 0, reason: 'quiet_hours' });
    await outbox.later(5 * MINUTE);
    expect(outbox.channel.cancelled.size).toBe(0);
    expect(await states(outbox)).toMatchObject({
      wm1: 'waiting: stop_when_in_task',
      wm2: 'waiting: waits_for_staff',
    });
  });

  it('that somebody cancelled in WeCom is read once more and not cancelled again', async () => {
    const outbox = await anOutbox(await open());
    outbox.hooks.massSends.policy = { ...outbox.hooks.massSends.policy, ...reminding };
    await waiting(outbox, 'wm1');
    outbox.channel.failNext('remind_mass_send', new GiveUp('mass_send_cancelled'));
    await hours(outbox, 4);
    expect(outbox.channel.cancelled.size).toBe(0);
    expect(await states(outbox)).toEqual({ wm1: 'failed: mass_send_cancelled' });
  });

  it('is neither cancelled nor settled after an unclear answer, and is read later', async () => {
    const outbox = await anOutbox(await open());
    await waiting(outbox, 'wm1');
    for (let read = 0; read < 3; read++) outbox.channel.failNext('read_mass_send', new GiveUp('wecom_refused'));
    await hours(outbox, 2);
    expect(outbox.channel.cancelled.size).toBe(0);
    expect(await states(outbox)).toEqual({ wm1: 'waiting: waits_for_staff' });
    outbox.channel.confirmed.add('msg0');
    await hours(outbox, 3);
    expect(await states(outbox)).toEqual({ wm1: 'sent' });
  });

  it('is not settled after its cancellation by an unclear answer', async () => {
    const outbox = await anOutbox(await open());
    await waiting(outbox, 'wm1');
    const send = outbox.channel.send.bind(outbox.channel);
    let odd = 2;
    outbox.channel.send = (action, key) => {
      // The tap crosses the cancelling.
      if (action.kind === 'cancel_mass_send') outbox.channel.confirmed.add('msg0');
      const isOdd = action.kind === 'read_mass_send' && outbox.channel.cancelled.size > 0 && odd-- > 0;
      return isOdd ? Promise.reject(new GiveUp('wecom_refused')) : send(action, key);
    };
    await hours(outbox, 106);
    expect(odd).toBeLessThanOrEqual(0);
    expect(await states(outbox)).toEqual({ wm1: 'sent' });
  });

  it('is followed under the id by which WeCom lists it when WeCom does not know the id it returned', async () => {
    const outbox = await anOutbox(await open());
    await waiting(outbox, 'wm1');
    outbox.channel.failNext('read_mass_send', new RetryLater('mass_send_unknown'));
    outbox.channel.findOutcome = () => Promise.resolve({ outcome: 'done', done: { ref: 'msg-listed' } });
    const send = outbox.channel.send.bind(outbox.channel);
    outbox.channel.send = (action, key) =>
      action.kind === 'read_mass_send' && action.externalRef === 'msg-listed'
        ? Promise.resolve({
            result: { sent: [{ id: 'wm1' }], failed: [], unsent: [], untapped: false, finished: true },
          })
        : send(action, key);
    await outbox.later(5 * MINUTE);
    expect(await states(outbox)).toEqual({ wm1: 'sent' });
    expect(tasks(outbox)).toHaveLength(1);
  });
});

eachDatabase('a mass-send to groups', (open) => {
  const aGroupSend = (chatId: string, text = '周五见'): Action => ({
    kind: 'mass_send',
    sender: 'LinXia',
    externalUserIds: [],
    chatIds: [chatId],
    message: { text, attachments: [] },
  });
  const groupTasks = ({ channel }: Outbox) => channel.ofKind('mass_send').map(({ chatIds }) => chatIds?.join(' '));

  it('is one task for all groups of an owner, beside the one for customers', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue(
      { key: 'g1', action: aGroupSend('wr1') },
      { key: 'g2', action: aGroupSend('wr2') },
      { key: 'c1', action: aMassSend('wm1', '周五见') },
    );
    await outbox.deliver();
    expect(groupTasks(outbox).toSorted()).toEqual(['wr1 wr2', undefined]);
    outbox.channel.confirmed.add(`msg${groupTasks(outbox).indexOf('wr1 wr2')}`);
    await outbox.later(2 * HOUR);
    expect(await states(outbox)).toEqual({ g1: 'sent', g2: 'sent', c1: 'waiting: waits_for_staff' });
  });

  it.each(['before', 'after'] as const)('is made once when the process dies %s WeCom has it', async (when) => {
    const db = await open();
    const outbox = await anOutbox(db, { channel: new CrashingChannel(everyKind) });
    await outbox.enqueue({ key: 'g1', action: aGroupSend('wr1') });
    const died = outbox.channel.crashOnNext(when);
    void outbox.deliver();
    await died;
    const next = await outbox.restarted();
    await next.later(MINUTE);
    expect(groupTasks(next)).toEqual(['wr1']);
    expect(await states(next)).toEqual({ g1: 'waiting: waits_for_staff' });
  });

  it('is cancelled when it is not tapped in the end', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'g1', action: aGroupSend('wr1') });
    await outbox.deliver();
    await hours(outbox, 100);
    expect(outbox.channel.cancelled.size).toBe(1);
    expect(await states(outbox)).toEqual({ g1: 'failed: not_confirmed' });
  });
});
