import { expect, it } from 'vitest';
import type { ActionResult } from '../../../src/channels/channel.js';
import type { Action, ActionKind } from '../../../src/domain/action.js';
import type { MemberIds } from '../../../src/domain/fact.js';
import { outboxStore } from '../../../src/outbox/outbox.store.js';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, type TestProduct, withKey } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { saveTemplate } from '../../support/save-template.js';
import { anActionKey } from '../../support/an-action-key.js';

const HOUR = 3_600_000;
const aMessage = { text: '你好', attachments: [] };
const xiaolu: MemberIds = { externalUserId: 'wmXiaolu', chatContactId: 'chat-xiaolu', phone: '13800138001' };
const allAbilities = [...new FakeChannel().abilities, 'chat_dm', 'group_say', 'sms'] as const;

/** The process dies once, while it sends one kind of action: before or after the other side received it. */
class DiesOn extends FakeChannel {
  private hasDied = false;
  private died: () => void = () => undefined;
  readonly dead = new Promise<void>((resolve) => (this.died = resolve));

  constructor(
    private readonly kind: ActionKind,
    private readonly when: 'before' | 'after',
  ) {
    super(allAbilities);
  }

  override async send(action: Action, key: string): Promise<ActionResult> {
    if (action.kind !== this.kind || this.hasDied) return super.send(action, key);
    this.hasDied = true;
    if (this.when === 'after') await super.send(action, key);
    this.died();
    return new Promise(() => undefined);
  }
}

/** WeCom reports for every mass-send that it failed with this status. */
class EndsWith extends FakeChannel {
  constructor(private readonly status: number) {
    super(allAbilities);
  }

  override async send(action: Action, key: string): Promise<ActionResult> {
    const done = await super.send(action, key);
    if (action.kind !== 'read_mass_send') return done;
    const failed = [{ id: 'wmXiaolu', status: this.status }];
    return { result: { sent: [], failed, unsent: [], untapped: false, finished: true } };
  }
}

/** A product whose template for the first order has these channels, in this order. */
async function aProductWithThanks(
  db: Database,
  channels: string,
  { channel = new FakeChannel(allAbilities), more = 'window_hours: 72' }: { channel?: FakeChannel; more?: string } = {},
): Promise<TestProduct> {
  const product = await aProduct(db, { channel });
  const settings = `trigger: {on: reached, metric: orders_total, at: [1]}
${more.includes('audience') ? '' : 'audience: is_contact\n'}channels: [${channels}]
sms: {template: '1234567', params: []}
timing: now
${more}`;
  await saveTemplate(product, 'first-order', settings, '谢谢你的第一单');
  await product.happens(aFact('contact_added', MONDAY - 40 * 24 * HOUR, xiaolu));
  return product;
}

const order = (product: TestProduct) =>
  withKey('the-order', aFact('order_paid', product.clock.now(), xiaolu, { orderId: 'o-1', amountCents: 100 }));
const buys = (product: TestProduct) => product.happens(order(product));
const thanks = async (product: TestProduct) =>
  product.db.read.all<{ kind: string; state: string; reason: string | null }>(
    `SELECT kind, state, reason FROM outbox WHERE campaign = 'first-order'`,
  );
const count = ({ channel }: TestProduct, kind: ActionKind) => channel.ofKind(kind).length;

eachDatabase('a message whose channel fails', (open) => {
  it('is sent once by the next channel of its template that reaches the member, in the same row', async () => {
    const product = await aProductWithThanks(await open(), 'chat_dm, mass_send, sms');
    product.channel.failNext('chat_dm', new GiveUp('chat_refused'));
    await buys(product);
    expect(await thanks(product)).toMatchObject([{ kind: 'mass_send', state: 'waiting' }]);
    await buys(product);
    const again = await product.rebuilt();
    await again.later(1);
    expect([count(product, 'chat_dm'), count(product, 'mass_send'), count(product, 'sms')]).toEqual([0, 1, 0]);
    const notes = await product.db.read.all<{ note: string }>(
      `SELECT e.note FROM outbox_event e JOIN outbox o ON o.id = e.outbox_id WHERE o.campaign = 'first-order' ORDER BY e.id`,
    );
    expect(notes.map(({ note }) => note)).toContain('instead:chat_refused');
  });

  it('fails with the last reason when every channel failed', async () => {
    const product = await aProductWithThanks(await open(), 'chat_dm, mass_send, sms');
    product.channel.failNext('chat_dm', new GiveUp('chat_contact_unknown'));
    product.channel.failNext('mass_send', new GiveUp('refused_by_wecom'));
    product.channel.failNext('sms', new GiveUp('sms_bad_number'));
    await buys(product);
    await product.later(1);
    await product.later(24);
    expect(await thanks(product)).toEqual([{ kind: 'sms', state: 'failed', reason: 'sms_bad_number' }]);
  });

  it('is not sent by another channel when it may have arrived', async () => {
    const product = await aProductWithThanks(await open(), 'chat_dm, sms');
    product.channel.failNext('chat_dm', new GiveUp('chat_outcome_unknown'), { after: true });
    await buys(product);
    for (let hour = 0; hour < 80; hour += 8) await product.later(8);
    expect([count(product, 'chat_dm'), count(product, 'sms')]).toEqual([1, 0]);
    expect(await thanks(product)).toMatchObject([{ state: 'failed', reason: 'chat_outcome_unknown' }]);
  });

  it.each(['before', 'after'] as const)(
    'is not sent by another channel when the process died %s the other side received it',
    async (when) => {
      const channel = new DiesOn('chat_dm', when);
      const product = await aProductWithThanks(await open(), 'chat_dm, sms', { channel });
      void buys(product);
      await channel.dead;
      const again = await product.rebuilt();
      for (let hour = 0; hour < 6; hour += 1) await again.later(1);
      expect([count(again, 'chat_dm'), count(again, 'sms')]).toEqual([when === 'after' ? 1 : 0, 0]);
      expect(await thanks(again)).toMatchObject([{ state: 'failed', reason: 'outcome_unknown' }]);
    },
  );

  it('is not announced as failed in the group when it may have arrived', async () => {
    const channel = new DiesOn('chat_dm', 'after');
    const product = await aProduct(await open(), { channel });
    const announce = { chatId: 'R:1', mention: 'chat-xiaolu', sent: '已私聊', refused: '没能私聊' };
    const action: Action = { kind: 'chat_dm', chatContactId: 'chat-xiaolu', message: aMessage, announce };
    const now = product.clock.now();
    await product.db.write((tx) =>
      outboxStore.enqueue(tx, [{ key: anActionKey('reply:1'), action, notBefore: now }], now),
    );
    void product.later(0);
    await channel.dead;
    const again = await product.rebuilt();
    await again.later(1);
    expect(await again.db.read.all(`SELECT key, reason FROM outbox WHERE key LIKE 'reply:%'`)).toEqual([
      { key: 'reply:1', reason: 'outcome_unknown' },
    ]);
  });

  it('is sent once when the process dies during the fallback', async () => {
    const channel = new DiesOn('sms', 'after');
    const product = await aProductWithThanks(await open(), 'chat_dm, sms', { channel });
    channel.failNext('chat_dm', new GiveUp('chat_refused'));
    void buys(product);
    await channel.dead;
    const again = await product.rebuilt();
    for (let hour = 0; hour < 6; hour += 1) await again.later(1);
    expect(count(again, 'sms')).toBe(1);
  });

  it('is not sent by another channel when its reason lapsed or the member opted out', async () => {
    const product = await aProductWithThanks(await open(), 'chat_dm, sms', {
      more: 'window_hours: 72\nstop_when: orders_total == 0 || opted_out',
    });
    product.channel.failNext('chat_dm', new RetryLater('chat_offline', HOUR, { countsAsAttempt: false }));
    await buys(product);
    await product.happens(aFact('opted_out', product.clock.now(), xiaolu));
    product.channel.failNext('chat_dm', new GiveUp('chat_refused'));
    await product.later(2);
    await product.later(24);
    expect(count(product, 'sms')).toBe(0);
  });

  it('keeps the quiet hours and the window when it falls back', async () => {
    const product = await aProductWithThanks(await open(), 'mass_send, sms', { more: 'window_hours: 12' });
    await product.later('2026-03-02T21:00');
    product.channel.failNext(
      'mass_send',
      new RetryLater('too_frequent', HOUR, { countsAsAttempt: false, throttlesKind: true }),
    );
    await buys(product);
    product.channel.failNext('mass_send', new GiveUp('refused_by_wecom'));
    await product.later('2026-03-03T07:00');
    expect(count(product, 'sms')).toBe(0);
    await product.later('2026-03-03T07:30');
    await product.later('2026-03-03T07:31');
    expect(count(product, 'mass_send') + count(product, 'sms')).toBe(1);
  });

  it('falls back before its window ends when its channel is down', async () => {
    const product = await aProductWithThanks(await open(), 'chat_dm, sms', { more: 'window_hours: 24' });
    for (let times = 0; times < 200; times += 1)
      product.channel.failNext('chat_dm', new RetryLater('chat_offline', HOUR, { countsAsAttempt: false }));
    await buys(product);
    for (let hour = 0; hour < 17; hour += 1) await product.later(1);
    expect(count(product, 'sms')).toBe(0);
    for (let hour = 0; hour < 7; hour += 1) await product.later(1);
    expect([count(product, 'chat_dm'), count(product, 'sms')]).toEqual([0, 1]);
  });
});

eachDatabase('a mass-send that is not delivered', (open) => {
  it('is sent by the next channel when nobody tapped it, after it was cancelled', async () => {
    const product = await aProductWithThanks(await open(), 'mass_send, sms');
    await buys(product);
    for (let hour = 0; hour < 29; hour += 1) await product.later(1);
    expect([count(product, 'cancel_mass_send'), count(product, 'sms')]).toEqual([0, 0]);
    for (let hour = 0; hour < 4; hour += 1) await product.later(1);
    const again = await product.rebuilt();
    for (let hour = 0; hour < 24; hour += 1) await again.later(1);
    expect([count(again, 'mass_send'), count(again, 'cancel_mass_send'), count(again, 'sms')]).toEqual([1, 1, 1]);
    expect(await thanks(again)).toMatchObject([{ kind: 'sms', state: 'sent' }]);
  });

  it('is not sent by another channel when staff tapped while it was being cancelled', async () => {
    const product = await aProductWithThanks(await open(), 'mass_send, sms');
    await buys(product);
    for (let hour = 0; hour < 120 && count(product, 'cancel_mass_send') === 0; hour += 1) {
      await product.later(1);
      if (count(product, 'cancel_mass_send') > 0) product.channel.tapAll();
    }
    for (let hour = 0; hour < 6; hour += 1) await product.later(1);
    expect([count(product, 'sms'), (await thanks(product))[0]]).toEqual([
      0,
      { kind: 'mass_send', state: 'sent', reason: null },
    ]);
  });

  it('waits for its tap when no other channel reaches the member', async () => {
    const product = await aProductWithThanks(await open(), 'mass_send, sms', {
      channel: new FakeChannel(allAbilities.filter((kind) => kind !== 'sms')),
    });
    await buys(product);
    for (let hour = 0; hour < 40; hour += 1) await product.later(1);
    expect(count(product, 'cancel_mass_send')).toBe(0);
    expect(await thanks(product)).toMatchObject([{ kind: 'mass_send', state: 'waiting' }]);
  });

  it('is sent by the next channel when WeCom’s cap for the customer is reached', async () => {
    const product = await aProductWithThanks(await open(), 'mass_send, sms', { channel: new EndsWith(3) });
    await buys(product);
    for (let hour = 0; hour < 3; hour += 1) await product.later(1);
    expect([count(product, 'mass_send'), count(product, 'sms')]).toEqual([1, 1]);
  });

  it('is sent by SMS to a lost contact when its audience does not require one', async () => {
    const product = await aProductWithThanks(await open(), 'mass_send, sms', {
      channel: new EndsWith(2),
      more: 'window_hours: 72\naudience: orders_total >= 1',
    });
    await buys(product);
    for (let hour = 0; hour < 3; hour += 1) await product.later(1);
    expect(count(product, 'sms')).toBe(1);
  });

  it('is not sent by another channel to somebody who deleted the contact', async () => {
    const product = await aProductWithThanks(await open(), 'mass_send, sms', { channel: new EndsWith(2) });
    await buys(product);
    for (let hour = 0; hour < 30; hour += 1) await product.later(1);
    expect(count(product, 'sms')).toBe(0);
    expect(await thanks(product)).toMatchObject([{ state: 'failed', reason: 'not_a_contact' }]);
  });
});
