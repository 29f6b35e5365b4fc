import { expect, it } from 'vitest';
import { broadcastResponses } from '../../../src/console/api/broadcast-requests.js';
import { applyQueuedChoice } from '../../../src/features/messages/queued-messages.js';
import type { Database } from '../../../src/platform/database/database.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';

/** More than are planned at once. */
const PEOPLE = 230;
const KEY = 'spring-news';
const settings =
  "trigger: {on: broadcast}\naudience: messages_total >= 1\nchannels: [sms]\nsms: {template: '1234567', params: []}";

async function aBroadcastReady(db: Database): Promise<{ product: TestProduct; app: ConsoleApp }> {
  const channel = new FakeChannel([...new FakeChannel().abilities, 'sms']);
  const product = await aProduct(db, { channel, sending: { globalHoldoutPercent: 0 } });
  const people = Array.from({ length: PEOPLE }, (_, index) => ({ phone: `138001${String(index).padStart(5, '0')}` }));
  await product.happens(...people.map((member) => aFact('sent_message', MONDAY, member, { chatId: 'wrA' })));
  await saveTemplate(product, KEY, settings);
  await product.templates.setEnabled(KEY, true, product.clock.now());
  return { product, app: await aConsole(product, { sharesRules: true }) };
}

const start = (app: ConsoleApp, people = PEOPLE) =>
  app.asProgram('POST', '/api/v1/broadcasts', { template: KEY, people });
const listed = async (app: ConsoleApp) =>
  broadcastResponses.list.parse((await app.asProgram('GET', '/api/v1/broadcasts')).body).items;
const receivers = (product: TestProduct) => product.channel.ofKind('sms').map(({ phone }) => phone);

eachDatabase('a broadcast', (open) => {
  it('goes once to everybody in the audience, though it is started twice and the process ends between two parts', async () => {
    const { product, app } = await aBroadcastReady(await open());
    expect((await start(app)).status).toBe(200);
    expect((await start(app)).body).toMatchObject({ code: 'under_way' });
    expect(await product.engine.advanceBroadcasts()).toBe(200);
    const again = await product.rebuilt();
    await again.later(1);
    await again.later(1);
    expect(receivers(product)).toHaveLength(PEOPLE);
    expect(new Set(receivers(product)).size).toBe(PEOPLE);
    expect(await listed(app)).toMatchObject([
      { template: KEY, state: 'planned', people: PEOPLE, messages: [{ state: 'sent', reason: null, n: PEOPLE }] },
    ]);
  });

  it('keeps the caps: a second one on the same day is not sent, with the reason', async () => {
    const { product, app } = await aBroadcastReady(await open());
    await start(app);
    await product.later(1);
    await start(app);
    await product.later(1);
    expect(receivers(product)).toHaveLength(PEOPLE);
    const [second] = await listed(app);
    expect(second!.messages.every(({ state, reason }) => state !== 'sent' && reason !== null)).toBe(true);
    expect(second!.messages.reduce((sum, { n }) => sum + n, 0)).toBe(PEOPLE);
  });

  it('ends when its template is switched off: nothing more is planned, and nothing that is queued goes', async () => {
    const { product, app } = await aBroadcastReady(await open());
    await start(app);
    await product.engine.advanceBroadcasts();
    const now = product.clock.now();
    await product.db.write(async (tx) => {
      const version = (await product.templates.setEnabledIn(tx, KEY, false, now))!;
      await applyQueuedChoice({ tx, engine: product.engine, now }, { key: KEY, version, isOn: false }, 'cancel');
    });
    await product.later(1);
    expect(receivers(product)).toEqual([]);
    expect(await listed(app)).toMatchObject([
      { state: 'cancelled', messages: [{ state: 'cancelled', reason: 'template_off', n: 200 }] },
    ]);
  });

  it('is refused when the audience is not the one that the person saw, and for any other template', async () => {
    const { app } = await aBroadcastReady(await open());
    expect(await start(app, PEOPLE - 60)).toMatchObject({ status: 409, body: { code: 'other_audience' } });
    const other = await app.asProgram('POST', '/api/v1/broadcasts', { template: 'first-order', people: 1 });
    expect(other).toMatchObject({ status: 404, body: { code: 'no_such_broadcast' } });
    expect(await listed(app)).toEqual([]);
  });
});
