import { afterEach, expect, it, vi } from 'vitest';
import { HOUR_MS } from '../../../src/domain/day.js';
import { broadcastResponses } from '../../../src/console/api/broadcast-requests.js';
import { applyQueuedChoice } from '../../../src/features/messages/queued-messages.js';
import { outboxStore } from '../../../src/outbox/outbox.store.js';
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

const start = (app: ConsoleApp, people = PEOPLE, more: Readonly<Record<string, unknown>> = {}) =>
  app.asProgram('POST', '/api/v1/broadcasts', { template: KEY, people, ...more });
const control = (app: ConsoleApp, id: number, what: 'pause' | 'resume' | 'cancel', body: unknown = {}) =>
  app.asProgram('POST', `/api/v1/broadcasts/${id}/${what}`, body);
const inAnHour = (product: TestProduct) => ({ startsAt: product.clock.now() + HOUR_MS });
const notices = (product: TestProduct) => product.channel.ofKind('notify_staff').map(({ text }) => text);
const listed = async (app: ConsoleApp) =>
  broadcastResponses.list.parse((await app.asProgram('GET', '/api/v1/broadcasts')).body).items;
const receivers = (product: TestProduct) => product.channel.ofKind('sms').map(({ phone }) => phone);

afterEach(() => vi.restoreAllMocks());

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

  it('waits for its time, and begins then', async () => {
    const { product, app } = await aBroadcastReady(await open());
    const startsAt = product.clock.now() + 2 * HOUR_MS;
    expect((await start(app, PEOPLE, { startsAt })).status).toBe(200);
    await product.later(1);
    expect(receivers(product)).toEqual([]);
    expect(await listed(app)).toMatchObject([{ state: 'planning', startsAt, pausedFor: null, messages: [] }]);
    await product.later(1.1);
    expect(receivers(product)).toHaveLength(PEOPLE);
  });

  it.each([
    ['in the past', -HOUR_MS],
    ['in two years', 730 * 24 * HOUR_MS],
  ])('is refused for a time %s', async (_, ahead) => {
    const { product, app } = await aBroadcastReady(await open());
    const refused = await start(app, PEOPLE, { startsAt: product.clock.now() + ahead });
    expect(refused).toMatchObject({ status: 400, body: { code: 'bad_start' } });
    expect(await listed(app)).toEqual([]);
  });

  it('begins at a time on the clock of the corp, and not at one that is no time', async () => {
    const { product, app } = await aBroadcastReady(await open());
    expect((await start(app, PEOPLE, { startsAt: '2026-03-02T11:30' })).status).toBe(200);
    expect(await listed(app)).toMatchObject([{ startsAt: Date.parse('2026-03-02T11:30:00+08:00') }]);
    await product.later('2026-03-02T11:31');
    expect(receivers(product)).toHaveLength(PEOPLE);
    for (const startsAt of [
      '2026-03-09T11:30Z',
      '2026-02-30T11:30',
      '2026-03-09',
      '2026-03-09T11:30+08:00',
      'soon',
      '',
    ])
      expect([startsAt, (await start(app, PEOPLE, { startsAt })).status]).toEqual([startsAt, 400]);
  });

  it('of which two are paused at the same moment, both hold', async () => {
    const { product, app } = await aBroadcastReady(await open());
    await saveTemplate(product, 'other-news', settings);
    await product.templates.setEnabled('other-news', true, product.clock.now());
    const ids: number[] = [];
    for (const template of [KEY, 'other-news']) {
      ids.push(broadcastResponses.started.parse((await start(app, PEOPLE, { template })).body).id);
      while ((await product.engine.advanceBroadcasts()) > 0);
    }
    await Promise.all(ids.map((id) => control(app, id, 'pause')));
    await product.later(1);
    expect(receivers(product)).toEqual([]);
  });

  it('holds what is planned while it is paused, and goes on from there, also after a restart', async () => {
    const { product, app } = await aBroadcastReady(await open());
    const { id } = broadcastResponses.started.parse((await start(app)).body);
    await product.engine.advanceBroadcasts();
    expect(await control(app, id, 'pause')).toMatchObject({ status: 200, body: { pausedFor: 'person' } });
    expect((await control(app, id, 'pause')).status).toBe(200);
    const again = await product.rebuilt();
    await again.later(1);
    expect(receivers(product)).toEqual([]);
    expect(await listed(app)).toMatchObject([{ messages: [{ state: 'planned', n: 200 }] }]);
    expect(await control(app, id, 'resume')).toMatchObject({ status: 200, body: { pausedFor: null } });
    await again.later(1);
    expect(new Set(receivers(product)).size).toBe(PEOPLE);
    expect(receivers(product)).toHaveLength(PEOPLE);
  });

  it('stops only itself when it is paused', async () => {
    const { product, app } = await aBroadcastReady(await open());
    await saveTemplate(product, 'other-news', settings);
    await product.templates.setEnabled('other-news', true, product.clock.now());
    const { id } = broadcastResponses.started.parse((await start(app)).body);
    await product.engine.advanceBroadcasts();
    await control(app, id, 'pause');
    await start(app, PEOPLE, { template: 'other-news' });
    await product.later(1);
    expect(receivers(product).length).toBeGreaterThanOrEqual(PEOPLE - 200);
    const [other, paused] = await listed(app);
    expect(other).toMatchObject({ template: 'other-news', state: 'planned' });
    expect(paused!.messages).toMatchObject([{ state: 'planned', n: 200 }]);
  });

  it('waits for another look when the text is edited or the audience grows before it begins, and tells the operators', async () => {
    const { product, app } = await aBroadcastReady(await open());
    const [first] = [await start(app, PEOPLE, { startsAt: product.clock.now() + HOUR_MS })];
    const { id } = broadcastResponses.started.parse(first.body);
    await saveTemplate(product, KEY, settings, '春天的新消息，换了一种说法。');
    await product.later(1.1);
    expect(await listed(app)).toMatchObject([{ pausedFor: 'other_text', messages: [] }]);
    expect(notices(product)).toEqual([expect.stringContaining('文字在看过以后改了')]);
    expect(await control(app, id, 'resume')).toMatchObject({ status: 409, body: { code: 'other_text' } });
    const version = (await product.templates.read(KEY))!.version;
    const more = Array.from({ length: 60 }, (_, index) => ({ phone: `139001${String(index).padStart(5, '0')}` }));
    await product.happens(
      ...more.map((member) => aFact('sent_message', product.clock.now(), member, { chatId: 'wrA' })),
    );
    const tooFew = await control(app, id, 'resume', { seen: { people: PEOPLE, version } });
    expect(tooFew).toMatchObject({ status: 409, body: { code: 'other_audience' } });
    const resumed = await control(app, id, 'resume', { seen: { people: PEOPLE + 60, version } });
    expect(resumed).toMatchObject({ status: 200, body: { pausedFor: null, people: PEOPLE + 60, version } });
    await product.later(1);
    expect(new Set(receivers(product)).size).toBe(PEOPLE + 60);
  });

  it('is not started for a text that was edited after it was seen', async () => {
    const { product, app } = await aBroadcastReady(await open());
    const { version } = (await product.templates.read(KEY))!;
    await saveTemplate(product, KEY, settings, '春天的新消息，换了一种说法。');
    expect(await start(app, PEOPLE, { version })).toMatchObject({ status: 409, body: { code: 'other_text' } });
  });

  it('is cancelled before it begins with its template left on, and after that with the template switched off', async () => {
    const { product, app } = await aBroadcastReady(await open());
    const early = broadcastResponses.started.parse((await start(app, PEOPLE, inAnHour(product))).body);
    expect(await control(app, early.id, 'cancel')).toMatchObject({ body: { state: 'cancelled' } });
    expect((await product.templates.read(KEY))!.enabled).toBe(true);
    const late = broadcastResponses.started.parse((await start(app)).body);
    await product.engine.advanceBroadcasts();
    expect(await control(app, late.id, 'cancel')).toMatchObject({
      body: { state: 'cancelled', messages: [{ state: 'cancelled', reason: 'template_off', n: 200 }] },
    });
    expect((await control(app, late.id, 'cancel')).status).toBe(200);
    expect((await product.templates.read(KEY))!.enabled).toBe(false);
    await product.later(3);
    expect(receivers(product)).toEqual([]);
    expect(await control(app, late.id, 'resume')).toMatchObject({ status: 409, body: { code: 'run_ended' } });
    expect(await control(app, 999, 'pause')).toMatchObject({ status: 404, body: { code: 'no_such_run' } });
  });

  it('goes to all others when the text cannot be planned for one member, and names that one', async () => {
    const db = await open();
    const { product, app } = await aBroadcastReady(db);
    const [one] = await db.read.all<{ id: number }>('SELECT id FROM member ORDER BY id LIMIT 1 OFFSET 20');
    const enqueue = outboxStore.enqueue.bind(outboxStore);
    vi.spyOn(outboxStore, 'enqueue').mockImplementation((tx, rows, now) =>
      rows.some(({ member }) => member === one!.id) ? Promise.reject(new Error('no words')) : enqueue(tx, rows, now),
    );
    await start(app);
    await product.later(1);
    expect(receivers(product)).toHaveLength(PEOPLE - 1);
    expect(await listed(app)).toMatchObject([{ state: 'planned' }]);
    expect(await db.read.all('SELECT source, row_id, problem FROM set_aside')).toEqual([
      { source: 'member', row_id: one!.id, problem: 'no words' },
    ]);
  });
});
