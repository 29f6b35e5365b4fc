import { expect, it } from 'vitest';
import { waitingResponses } from '../../../src/console/api/waiting-requests.js';
import type { Database } from '../../../src/platform/database/database.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, type TestProduct } from '../../support/test-product.js';

const KEY = 'thanks';
const people = ['wm-1', 'wm-2', 'wm-3'];

/** Three customers of LinXia, one of whom has also added ZhaoMin, and a message to each that waits for LinXia's tap. */
async function waiting(db: Database): Promise<{ product: TestProduct; app: ConsoleApp }> {
  const product = await aProduct(db, { sending: { globalHoldoutPercent: 0 } });
  for (const { key } of await product.templates.list())
    await product.templates.setEnabled(key, false, product.clock.now());
  await product.happens(
    ...people.map((externalUserId) => aFact('contact_added', product.clock.now(), { externalUserId })),
  );
  await product.later(1);
  await product.happens(aFact('contact_added', product.clock.now(), { externalUserId: 'wm-3' }, { staff: 'ZhaoMin' }));
  await saveTemplate(
    product,
    KEY,
    'trigger: {on: reached, metric: orders_total, at: [1]}\nchannels: [mass_send]\nwindow_hours: 200',
    '谢谢你的第一单。',
  );
  await product.happens(
    ...people.map((externalUserId, n) =>
      aFact('order_paid', product.clock.now(), { externalUserId }, { orderId: `o-${n}`, amountCents: 100 }),
    ),
  );
  await product.later(1);
  return { product, app: await aConsole(product, { sharesRules: true }) };
}

const listed = async (app: ConsoleApp) =>
  waitingResponses.list.parse((await app.asProgram('GET', '/api/v1/waiting')).body).items;
const taskOf = async (app: ConsoleApp): Promise<number> => (await listed(app))[0]!.tasks[0]!.id;
const change = async (app: ConsoleApp, path: string, body: unknown = {}) =>
  waitingResponses.changed.parse((await app.asProgram('POST', `/api/v1/waiting/${path}`, body)).body);
const states = async ({ db }: TestProduct) =>
  (
    await db.read.all<{ state: string; reason: string | null; action: string }>(
      `SELECT state, reason, action FROM outbox WHERE campaign = '${KEY}' ORDER BY id`,
    )
  ).map(({ state, reason, action }) => [state, reason, (JSON.parse(action) as { sender: string }).sender]);

eachDatabase('what waits for the taps of staff', (open) => {
  it('is listed by who has to tap, with how many customers and since when', async () => {
    const { product, app } = await waiting(await open());
    const [first, ...others] = await listed(app);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ staff: 'LinXia', receivers: 3, hasLeft: false, toldToday: false });
    expect(first!.tasks).toMatchObject([{ what: ['试'], receivers: 3, toGroups: false, cancelledFor: null }]);
    product.channel.tapAll();
    await product.later(3);
    expect(await listed(app)).toEqual([]);
  });

  it('reminds each colleague once a day at most, whoever asks', async () => {
    const { product, app } = await waiting(await open());
    const notices = () => product.channel.ofKind('notify_staff').filter(({ text }) => text.includes('在等你点'));
    expect(await change(app, 'remind', { staff: 'LinXia' })).toMatchObject({ outcome: 'done' });
    expect(await change(app, 'remind', { staff: 'LinXia' })).toMatchObject({
      outcome: 'already',
      code: 'reminded_today',
    });
    expect(await change(app, 'remind', { staff: 'ZhaoMin' })).toMatchObject({ outcome: 'refused' });
    expect(notices()).toMatchObject([{ staff: ['LinXia'], text: expect.stringContaining('3 位客户') }]);
    expect((await listed(app))[0]).toMatchObject({ toldToday: true });
    await product.later(24);
    expect(await change(app, 'remind', { staff: 'LinXia' })).toMatchObject({ outcome: 'done' });
  });

  it('is handed on to the colleague who has the customer; the others get a new task, and nobody gets it twice', async () => {
    const { product, app } = await waiting(await open());
    const id = await taskOf(app);
    expect(await change(app, `${id}/hand-on`)).toMatchObject({ outcome: 'done', code: 'handed_on' });
    await product.later(0.2);
    await product.later(0.2);
    expect(product.channel.ofKind('cancel_mass_send')).toHaveLength(1);
    expect((await states(product)).map(([, , sender]) => sender).sort()).toEqual(['LinXia', 'LinXia', 'ZhaoMin']);
    expect((await listed(app)).map(({ staff, receivers }) => [staff, receivers]).sort()).toEqual([
      ['LinXia', 2],
      ['ZhaoMin', 1],
    ]);
    expect(await change(app, `${id}/hand-on`)).toMatchObject({ outcome: 'refused', code: 'not_waiting_any_more' });
  });

  it('is not handed on when nobody else can send it', async () => {
    const { product, app } = await waiting(await open());
    await product.happens(aFact('contact_lost', product.clock.now(), { externalUserId: 'wm-3' }, { staff: 'ZhaoMin' }));
    const id = await taskOf(app);
    expect(await change(app, `${id}/hand-on`)).toMatchObject({ outcome: 'refused', code: 'nobody_else' });
    expect(await change(app, '999/hand-on')).toMatchObject({ outcome: 'refused', code: 'not_waiting_any_more' });
  });

  it('is cancelled at WeCom, also after a restart; nobody else sends it, and it is not planned again', async () => {
    const { product, app } = await waiting(await open());
    const id = await taskOf(app);
    expect(await change(app, `${id}/cancel`)).toMatchObject({ outcome: 'done', code: 'stopped_by_person' });
    const again = await product.rebuilt();
    for (let hour = 0; hour < 30; hour += 3) await again.later(3);
    expect(product.channel.ofKind('cancel_mass_send')).toHaveLength(1);
    expect(await states(product)).toEqual(people.map(() => ['cancelled', 'stopped_by_person', 'LinXia']));
    expect(await listed(app)).toEqual([]);
    expect(product.channel.ofKind('mass_send')).toHaveLength(1);
  });

  it('whoever has got it before the cancelling keeps it', async () => {
    const { product, app } = await waiting(await open());
    const id = await taskOf(app);
    product.channel.tapAll();
    await change(app, `${id}/cancel`);
    await product.later(1);
    expect((await states(product)).map(([state]) => state)).toEqual(['sent', 'sent', 'sent']);
  });
});
