import { expect, it } from 'vitest';
import { waitingResponses } from '../../../src/console/api/waiting-requests.js';
import type { Database } from '../../../src/platform/database/database.js';
import { GiveUp } from '../../../src/platform/errors.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, type TestProduct } from '../../support/test-product.js';

const lu = { externalUserId: 'wm-lu', phone: '13800138000' };
const sms = "channels: [sms]\nsms: {template: '1', params: []}\nwindow_hours: 60\nonce: per_occasion";

/** A member with an SMS template at each order, and one at each check-in. */
async function aMember(db: Database, timing = 'now'): Promise<{ product: TestProduct; app: ConsoleApp }> {
  const channel = new FakeChannel([...new FakeChannel().abilities, 'sms']);
  const product = await aProduct(db, { channel, sending: { globalHoldoutPercent: 0 } });
  for (const { key } of await product.templates.list())
    await product.templates.setEnabled(key, false, product.clock.now());
  await product.happens(aFact('visited', product.clock.now(), lu));
  const at = '[1, 2, 3, 4, 5, 6]';
  await saveTemplate(
    product,
    'orders',
    `trigger: {on: reached, metric: orders_total, at: ${at}}\n${sms}\ntiming: ${timing}`,
  );
  await saveTemplate(
    product,
    'checks',
    `trigger: {on: reached, metric: checkins_total, at: ${at}}\n${sms}\ntiming: now`,
  );
  return { product, app: await aConsole(product, { sharesRules: true }) };
}

let made = 0;
const orders = (product: TestProduct) =>
  product.happens(aFact('order_paid', product.clock.now(), lu, { orderId: `c-${++made}`, amountCents: 100 }));
const checksIn = (product: TestProduct) => product.happens(aFact('checked_in', product.clock.now(), lu));
const rows = ({ db }: TestProduct) =>
  db.read.all<{ id: number; campaign: string; state: string; reason: string | null }>(
    'SELECT id, campaign, state, reason FROM outbox WHERE campaign IS NOT NULL ORDER BY id',
  );
const last = async (product: TestProduct) => (await rows(product)).at(-1)!;
const change = async (app: ConsoleApp, id: number, what: string, body: unknown = {}) =>
  waitingResponses.changed.parse((await app.asProgram('POST', `/api/v1/deliveries/${id}/${what}`, body)).body);
const sent = (product: TestProduct) => product.channel.ofKind('sms').length;

eachDatabase('what a person does with one message', (open) => {
  it('a planned message is cancelled once, and its occasion does not come again', async () => {
    const { product, app } = await aMember(await open(), 'slot');
    await orders(product);
    const { id } = await last(product);
    expect(await change(app, id, 'cancel')).toMatchObject({ outcome: 'done', code: 'stopped_by_person' });
    expect(await change(app, id, 'cancel')).toMatchObject({ outcome: 'already' });
    for (let hour = 0; hour < 30; hour += 3) await product.later(3);
    expect(sent(product)).toBe(0);
    expect(await rows(product)).toMatchObject([{ state: 'cancelled', reason: 'stopped_by_person' }]);
  });

  it('a planned message goes before its slot, but not in quiet hours', async () => {
    const { product, app } = await aMember(await open(), 'slot');
    await orders(product);
    const { id } = await last(product);
    expect(sent(product)).toBe(0);
    expect(await change(app, id, 'send-now')).toMatchObject({ outcome: 'done', code: 'brought_forward' });
    await product.later(0.01);
    expect(sent(product)).toBe(1);
    expect(await change(app, id, 'send-now')).toMatchObject({ outcome: 'refused', code: 'not_planned_any_more' });
    expect(await change(app, id, 'cancel')).toMatchObject({ outcome: 'refused', code: 'not_planned_any_more' });
    expect(await change(app, id, 'retry')).toMatchObject({ outcome: 'refused', code: 'sent_already' });
    await product.later('2026-03-10T23:00');
    await orders(product);
    expect(await change(app, (await last(product)).id, 'send-now')).toMatchObject({ code: 'quiet_hours' });
  });

  it('a failed message is tried again once, in the same row, while its reason holds', async () => {
    const { product, app } = await aMember(await open());
    product.channel.failNext('sms', new GiveUp('refused_by_provider'));
    await orders(product);
    const { id, state } = await last(product);
    expect(state).toBe('failed');
    expect(await change(app, id, 'retry')).toMatchObject({ outcome: 'done', code: 'tried_again' });
    await product.later(0.01);
    expect(sent(product)).toBe(1);
    expect(await rows(product)).toMatchObject([{ id, state: 'sent' }]);
    expect(await change(app, id, 'retry')).toMatchObject({ outcome: 'refused', code: 'sent_already' });
    expect(sent(product)).toBe(1);
  });

  it('a message that may have arrived is not tried again, nor one whose reason is over', async () => {
    const { product, app } = await aMember(await open());
    product.channel.failNext('sms', new GiveUp('outcome_unknown'), { after: true });
    await orders(product);
    expect(await change(app, (await last(product)).id, 'retry')).toMatchObject({ code: 'outcome_unknown' });
    await product.later(24 * 8);
    product.channel.failNext('sms', new GiveUp('refused_by_provider'));
    await checksIn(product);
    const { id } = await last(product);
    await product.templates.setEnabled('checks', false, product.clock.now());
    expect(await change(app, id, 'retry')).toMatchObject({ outcome: 'refused', code: 'template_off' });
    await product.templates.setEnabled('checks', true, product.clock.now());
    await product.happens(aFact('opted_out', product.clock.now(), lu));
    expect(await change(app, id, 'retry', { pastCaps: 'TA 要的' })).toMatchObject({ code: 'opted_out' });
    expect(sent(product)).toBe(1);
    expect(await change(app, 9_999, 'retry')).toMatchObject({ outcome: 'refused', code: 'no_such_message' });
  });

  it('what the caps held back goes with a person’s reason, and counts against the caps', async () => {
    const { product, app } = await aMember(await open());
    await orders(product);
    expect(sent(product)).toBe(1);
    await checksIn(product);
    const held = await last(product);
    expect(held).toMatchObject({ campaign: 'checks', state: 'suppressed', reason: 'min_gap' });
    expect(await change(app, held.id, 'retry')).toMatchObject({ outcome: 'refused', code: 'min_gap' });
    const answer = await app.asProgram('POST', `/api/v1/deliveries/${held.id}/retry`, { pastCaps: '  ' });
    expect(answer.status).toBe(400);
    expect(await change(app, held.id, 'retry', { pastCaps: 'TA 在等这条' })).toMatchObject({ outcome: 'done' });
    expect(await change(app, held.id, 'retry', { pastCaps: 'TA 在等这条' })).toMatchObject({ outcome: 'refused' });
    await product.later(0.01);
    expect(sent(product)).toBe(2);
    // It fills the gap from now on: two days after it, nothing else goes.
    await product.later(47);
    await checksIn(product);
    expect(await last(product)).toMatchObject({ campaign: 'checks' });
    expect(sent(product)).toBe(2);
    expect(await product.db.read.all(`SELECT detail FROM audit WHERE what = 'delivery_sent_past_caps'`)).toMatchObject([
      { detail: expect.stringContaining('TA 在等这条') },
    ]);
  });

  it('who is held out of a campaign is not sent to by a retry', async () => {
    const { product, app } = await aMember(await open());
    await saveTemplate(product, 'held', `trigger: {on: reached, metric: messages_total, at: [1]}\n${sms}\nholdout: 50`);
    const others = Array.from({ length: 12 }, (_, n) => ({ phone: `139001380${String(n).padStart(2, '0')}` }));
    await product.happens(...others.map((who) => aFact('sent_message', product.clock.now(), who, { chatId: 'wrA' })));
    const held = (await rows(product)).find(({ reason }) => reason === 'holdout')!;
    expect(await change(app, held.id, 'retry', { pastCaps: '试试' })).toMatchObject({ code: 'holdout' });
  });
});
