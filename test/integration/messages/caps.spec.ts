import { expect, it } from 'vitest';
import { memberPage } from '../../../src/console/api/member-page.js';
import { DAY_MS } from '../../../src/domain/day.js';
import type { MemberIds } from '../../../src/domain/fact.js';
import type { SendingPolicy } from '../../../src/domain/sending/send-policy.js';
import { GiveUp } from '../../../src/platform/errors.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { saveTemplate } from '../../support/save-template.js';

const a: MemberIds = { externalUserId: 'wmA', phone: '13800138001' };
const b: MemberIds = { phone: '13800138002' };
const marks = 'at: [1, 2, 3, 4, 5, 6]';

const bySms = (trigger: string, hours: number, more = ''): string => `trigger: ${trigger}
channels: [sms]
sms: {template: '1234567', params: []}
timing: slot
window_hours: ${hours}
once: per_occasion
${more}`;
const onMessages = `{on: reached, metric: messages_total, ${marks}}`;
const onOrders = `{on: reached, metric: orders_total, ${marks}}`;

const aProductWith = (db: Database, sending: Partial<SendingPolicy>): Promise<TestProduct> =>
  aProduct(db, { channel: new FakeChannel([...new FakeChannel().abilities, 'sms']), sending });

/** Two SMS templates: one answers a group message, the other an order. */
async function twoTemplates(db: Database, policy: Partial<SendingPolicy> = { minGapDays: 0 }): Promise<TestProduct> {
  const product = await aProductWith(db, policy);
  await saveTemplate(product, 'messages-100', bySms(onMessages, 30));
  await saveTemplate(product, 'first-order', bySms(onOrders, 30));
  return product;
}

const speaks = (product: TestProduct) => aFact('sent_message', product.clock.now(), a, { chatId: 'wrA' });
const orders = (product: TestProduct) =>
  aFact('order_paid', product.clock.now(), b, { orderId: `o-${product.clock.now()}`, amountCents: 100 });
const mergeRecords = (product: TestProduct) =>
  aFact('profile_updated', product.clock.now(), { externalUserId: 'wmA', phone: '13800138002' });
const sent = (product: TestProduct) => product.channel.ofKind('sms').length;
const statesOf = async (product: TestProduct, kind = 'sms') =>
  (
    await product.db.read.all<{ state: string; reason: string | null }>(
      'SELECT state, reason FROM outbox WHERE kind = $1 AND campaign IS NOT NULL ORDER BY id',
      [kind],
    )
  ).map(({ state, reason }) => (reason === null || state === 'sent' ? state : `${state}: ${reason}`));

eachDatabase('two queued messages of two records that are merged', (open) => {
  it('do not both wait for the daily cap: one is sent now, the other on the next day', async () => {
    const product = await twoTemplates(await open());
    await product.happens(speaks(product), orders(product));
    expect(await statesOf(product)).toEqual(['planned', 'planned']);
    await product.happens(mergeRecords(product));
    await product.later('2026-03-02T11:31');
    expect(sent(product)).toBe(1);
    await product.later('2026-03-02T23:00');
    expect(sent(product)).toBe(1);
    const again = await product.rebuilt();
    await again.later('2026-03-03T11:31');
    await again.later('2026-03-04T11:31');
    expect(sent(product)).toBe(2);
    expect(await statesOf(product)).toEqual(['sent', 'sent']);
  });

  it('do not both fall to the monthly cap: one is sent as the fourth, the other is cancelled', async () => {
    const product = await twoTemplates(await open());
    for (const day of ['03', '04', '05']) {
      await product.later(`2026-03-${day}T09:00`);
      await product.happens(speaks(product));
      await product.later(`2026-03-${day}T11:30`);
    }
    expect(sent(product)).toBe(3);
    await product.later('2026-03-06T12:00');
    await product.happens(speaks(product), orders(product));
    await product.happens(mergeRecords(product));
    await product.later('2026-03-06T17:31');
    expect(sent(product)).toBe(4);
    expect((await statesOf(product)).slice(-2).sort()).toEqual(['cancelled: monthly_cap', 'sent']);
    await (await product.rebuilt()).later('2026-03-08T12:00');
    expect(sent(product)).toBe(4);
  });

  it('keep the configured gap: one is sent, and the other after the gap if its window allows it', async () => {
    const product = await twoTemplates(await open(), {});
    await saveTemplate(product, 'first-order', bySms(onOrders, 96));
    await product.happens(speaks(product), orders(product));
    await product.happens(mergeRecords(product));
    await product.later('2026-03-02T11:30');
    expect(await statesOf(product)).toEqual(['sent', 'planned: min_gap']);
    await product.later('2026-03-05T11:00');
    expect(sent(product)).toBe(1);
    await product.later('2026-03-05T11:30');
    expect(sent(product)).toBe(2);
  });

  it('go by priority, also when one is a mass-send that another worker leases', async () => {
    const product = await twoTemplates(await open());
    const massSend = `trigger: ${onMessages}\nchannels: [mass_send]\ntiming: slot\nwindow_hours: 30\nonce: per_occasion\npriority: 90`;
    await saveTemplate(product, 'messages-100', massSend);
    await product.happens(aFact('contact_added', MONDAY - 40 * DAY_MS, a));
    await product.happens(speaks(product), orders(product));
    await product.happens(mergeRecords(product));
    await product.later('2026-03-02T11:30');
    expect(sent(product)).toBe(0);
    expect(product.channel.ofKind('mass_send')).toHaveLength(1);
    expect(await statesOf(product)).toEqual(['planned: daily_cap']);
  });

  it('are not both lost when the first one fails: the other is due again', async () => {
    const product = await twoTemplates(await open());
    await saveTemplate(product, 'first-order', bySms(onOrders, 6));
    await saveTemplate(product, 'messages-100', bySms(onMessages, 6));
    await product.happens(speaks(product), orders(product));
    await product.happens(mergeRecords(product));
    product.channel.failNext('sms', new GiveUp('sms_bad_number'));
    await product.later('2026-03-02T11:30');
    await product.later('2026-03-02T11:31');
    expect(sent(product)).toBe(1);
    expect((await statesOf(product)).sort()).toEqual(['failed: sms_bad_number', 'sent']);
  });
});

eachDatabase('the caps of a member', (open) => {
  it('let service messages pass when the monthly cap is reached, and keep them a day apart', async () => {
    const product = await aProductWith(await open(), { minGapDays: 0, perMonth: 1 });
    await saveTemplate(product, 'messages-100', bySms(onMessages, 72));
    await saveTemplate(product, 'first-order', bySms(onOrders, 72, 'caps: service'));
    await product.happens(speaks(product));
    await product.later('2026-03-02T11:30');
    await product.later('2026-03-02T12:00');
    await product.happens(
      speaks(product),
      aFact('order_paid', product.clock.now(), a, { orderId: 'o-1', amountCents: 100 }),
    );
    const reasons = await product.db.read.all<{ reason: string }>(
      `SELECT reason FROM outbox WHERE state = 'suppressed'`,
    );
    expect(reasons).toEqual([{ reason: 'monthly_cap' }]);
    await product.later('2026-03-03T11:00');
    expect(sent(product)).toBe(1);
    await product.later('2026-03-03T11:30');
    expect(sent(product)).toBe(2);
  });

  it('allow one nudge to a silent member within the gap, and refuse the second', async () => {
    const product = await aProductWith(await open(), {});
    await saveTemplate(product, 'silent-30', bySms('{on: silent, days: 30}', 168));
    await saveTemplate(product, 'silent-60', bySms('{on: stage, enters: dozing}', 168));
    await product.happens(aFact('contact_added', MONDAY, { ...xiaolu, phone: '13800138001' }));
    await product.later('2026-03-31T20:00');
    for (let day = 1; day <= 12; day += 1) {
      await product.later(`2026-04-${String(day).padStart(2, '0')}T09:00`);
      await product.later(`2026-04-${String(day).padStart(2, '0')}T20:30`);
    }
    expect(sent(product)).toBe(1);
  });

  it('are shown on the member’s page with what is left and from when', async () => {
    const product = await twoTemplates(await open(), {});
    await product.happens(speaks(product));
    await product.later('2026-03-02T11:30');
    expect(sent(product)).toBe(1);
    const { id } = (await product.db.read.one<{ id: number }>('SELECT id FROM member ORDER BY id LIMIT 1'))!;
    const budgetNow = async () => {
      const context = await product.engine.context();
      return (await memberPage(product.db.read, id, context, product.clock.now()))?.budget;
    };
    const nextAllowedAt = Date.parse('2026-03-05T11:30:00+08:00');
    await product.later('2026-03-03T11:00');
    expect(await budgetNow()).toEqual({ dayLeft: 0, monthLeft: 3, nextAllowedAt });
    await product.later('2026-03-03T12:00');
    expect(await budgetNow()).toEqual({ dayLeft: 1, monthLeft: 3, nextAllowedAt });
    await product.later('2026-03-05T11:30');
    expect(await budgetNow()).toEqual({ dayLeft: 1, monthLeft: 3, nextAllowedAt: null });
    await product.later('2026-04-01T11:30');
    expect(await budgetNow()).toEqual({ dayLeft: 1, monthLeft: 4, nextAllowedAt: null });
  });

  it('count a mass-send that waits for a tap as if it were tapped now', async () => {
    const product = await twoTemplates(await open());
    const massSend = `trigger: ${onMessages}\nchannels: [mass_send]\ntiming: slot\nwindow_hours: 96\nonce: per_occasion`;
    await saveTemplate(product, 'messages-100', massSend);
    await saveTemplate(product, 'first-order', bySms(onOrders, 96));
    await product.happens(aFact('contact_added', MONDAY - 40 * DAY_MS, a));
    await product.happens(speaks(product));
    await product.later('2026-03-02T11:30');
    expect(await statesOf(product, 'mass_send')).toEqual(['waiting: waits_for_staff']);
    await product.later('2026-03-03T12:00');
    await product.happens(aFact('order_paid', product.clock.now(), a, { orderId: 'o-1', amountCents: 100 }));
    await product.later('2026-03-03T20:31');
    expect(sent(product)).toBe(0);
    product.channel.tapAll();
    await product.later('2026-03-03T21:00');
    await product.later('2026-03-03T23:00');
    expect(await statesOf(product, 'mass_send')).toEqual(['sent']);
    await product.later('2026-03-07T08:30');
    expect(sent(product)).toBe(1);
  });

  it('are not used up by a mass-send that nobody taps: a message it delays is sent when the mass-send has expired', async () => {
    const product = await twoTemplates(await open(), {});
    const massSend = `trigger: ${onMessages}\nchannels: [mass_send]\ntiming: slot\nwindow_hours: 48\nonce: per_occasion`;
    await saveTemplate(product, 'messages-100', massSend);
    await saveTemplate(product, 'first-order', bySms(onOrders, 60));
    await product.happens(aFact('contact_added', MONDAY - 40 * DAY_MS, a));
    await product.happens(speaks(product));
    await product.later('2026-03-02T11:30');
    await product.later('2026-03-03T12:00');
    await product.happens(aFact('order_paid', product.clock.now(), a, { orderId: 'o-1', amountCents: 100 }));
    await product.later('2026-03-03T17:31');
    expect(await statesOf(product)).toEqual(['planned: min_gap']);
    for (let hours = 0; hours < 54; hours += 1) await product.later(1);
    expect(await statesOf(product, 'mass_send')).toEqual(['failed: not_confirmed']);
    expect(await statesOf(product)).toEqual(['sent']);
  });
});
