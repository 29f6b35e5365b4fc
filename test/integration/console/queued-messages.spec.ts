import { expect, it } from 'vitest';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';

const path = '/console/api/templates/thanks';
const text = (body: string): string =>
  `---\nkey: thanks\nname: 谢谢\nkind: care\ntrigger: {on: reached, metric: orders_total, at: [1]}\nchannels: [sms]\nsms: {template: '1', params: []}\ntiming: slot\nwindow_hours: 72\ncaps: {counts: false}\n---\n${body}\n`;

eachDatabase('a template that is changed while its messages wait', (open) => {
  /** The thanks for a first order, planned for 11:30. */
  async function waiting(): Promise<{ product: TestProduct; app: ConsoleApp }> {
    const channel = new FakeChannel([...new FakeChannel().abilities, 'sms']);
    const product = await aProduct(await open(), { channel });
    const app = await aConsole(product);
    const made = await app.asAdmin('PUT', path, { text: text('第一版'), baseVersion: 0 });
    expect(made.body).toEqual({ version: 1, queued: 0 });
    await product.happens(
      aFact('contact_added', MONDAY, { ...xiaolu, phone: '13800138001' }),
      aFact('order_paid', MONDAY, xiaolu, { orderId: 'o1', amountCents: 100 }),
    );
    return { product, app };
  }
  const sentTexts = async (product: TestProduct): Promise<string[]> => {
    await product.later('2026-03-02T11:31');
    await product.later('2026-03-03T11:31');
    return product.channel.ofKind('sms').map((sms) => sms.text);
  };

  it('shows the number of waiting messages in the list and on its page', async () => {
    const { app } = await waiting();
    expect((await app.asAdmin('GET', path)).body).toMatchObject({ queued: { planned: 1, waiting: 0 } });
    const { items } = (
      await app.asAdmin<{ items: { key: string; queued: unknown }[] }>('GET', '/console/api/templates')
    ).body;
    expect(items.find(({ key }) => key === 'thanks')?.queued).toEqual({ planned: 1, waiting: 0 });
    await app.close();
  });

  it.each([
    ['in the new text without a choice', {}, ['第二版']],
    ['in the new text', { queued: 'render' }, ['第二版']],
    ['as it is', { queued: 'keep' }, ['第一版']],
    ['not at all', { queued: 'cancel' }, []],
  ])('when saved sends the waiting messages %s', async (_how, choice, expected) => {
    const { product, app } = await waiting();
    const saved = await app.asAdmin('PUT', path, { text: text('第二版'), baseVersion: 1, ...choice });
    expect(saved.body).toEqual({ version: 2, queued: 1 });
    expect(await sentTexts(product)).toEqual(expected);
    await app.close();
  });

  it('shows before a save how many messages wait and whether the text switches the template on or off', async () => {
    const { app } = await waiting();
    const before = async (file: string): Promise<unknown> =>
      (await app.asAdmin('POST', `${path}/before-saving`, { text: file })).body;
    const off = text('第二版').replace('window_hours', 'enabled: false\nwindow_hours');
    const queued = { planned: 1, waiting: 0 };
    expect(await before(text('第二版'))).toEqual({ isOn: true, isOnAfter: true, needsReview: false, queued });
    expect(await before(off)).toEqual({ isOn: true, isOnAfter: false, needsReview: false, queued });
    expect(await before('---'), 'a text with a mistake switches nothing').toEqual({
      isOn: true,
      isOnAfter: true,
      needsReview: false,
      queued,
    });
    await app.asAdmin('PUT', path, { text: off, baseVersion: 1, queued: 'keep' });
    expect(await before(off.replace('第二版', '第三版'))).toEqual({
      isOn: false,
      isOnAfter: false,
      needsReview: false,
      queued,
    });
    expect(await before(text('第三版'))).toEqual({ isOn: false, isOnAfter: true, needsReview: false, queued });
    expect((await app.asAdmin('POST', '/console/api/templates/none/before-saving', { text: off })).status).toBe(404);
    await app.close();
  });

  it('sends pinned messages with their version, whatever is saved later', async () => {
    const { product, app } = await waiting();
    await app.asAdmin('PUT', path, { text: text('第二版'), baseVersion: 1, queued: 'keep' });
    await app.asAdmin('PUT', path, { text: text('第三版'), baseVersion: 2 });
    expect(await sentTexts(product)).toEqual(['第一版']);
    await app.close();
  });

  it.each([
    ['in the newest text', { queued: 'render' }, ['第三版']],
    ['as it is', { queued: 'keep' }, ['第一版']],
    ['not at all', { queued: 'cancel' }, []],
  ])('when saved sends pinned messages %s', async (_how, choice, expected) => {
    const { product, app } = await waiting();
    await app.asAdmin('PUT', path, { text: text('第二版'), baseVersion: 1, queued: 'keep' });
    const saved = await app.asAdmin('PUT', path, { text: text('第三版'), baseVersion: 2, ...choice });
    expect(saved.body).toEqual({ version: 3, queued: 1 });
    expect(await sentTexts(product)).toEqual(expected);
    await app.close();
  });

  it('counts no message as changed if no choice was made and all messages are pinned', async () => {
    const { app } = await waiting();
    await app.asAdmin('PUT', path, { text: text('第二版'), baseVersion: 1, queued: 'keep' });
    const saved = await app.asAdmin('PUT', path, { text: text('第三版'), baseVersion: 2 });
    expect(saved.body).toEqual({ version: 3, queued: 0 });
    await app.close();
  });

  it.each([
    ['not at all without a choice', {}, []],
    ['not at all', { queued: 'cancel' }, []],
    ['as it is', { queued: 'keep' }, ['第一版']],
    ['in the current version', { queued: 'render' }, ['第二版']],
  ])('when switched off sends pinned messages %s', async (_how, choice, expected) => {
    const { product, app } = await waiting();
    await app.asAdmin('PUT', path, { text: text('第二版'), baseVersion: 1, queued: 'keep' });
    expect((await app.asAdmin('GET', path)).body).toMatchObject({ queued: { planned: 1, waiting: 0 } });
    const off = await app.asAdmin('POST', `${path}/enabled`, { enabled: false, ...choice });
    expect(off.body).toEqual({ enabled: false, queued: 1 });
    expect(await sentTexts(product)).toEqual(expected);
    await app.close();
  });

  it('does not send a pinned message that was cancelled and planned again after the template was switched off', async () => {
    const { product, app } = await waiting();
    await app.asAdmin('PUT', path, { text: text('第二版'), baseVersion: 1, queued: 'keep' });
    const state = (next: string): Promise<unknown> =>
      product.db.write((tx) => tx.run(`UPDATE outbox SET state = '${next}' WHERE campaign = 'thanks'`));
    await state('cancelled');
    await app.asAdmin('POST', `${path}/enabled`, { enabled: false });
    await state('planned');
    expect(await sentTexts(product)).toEqual([]);
    await app.close();
  });

  it.each([
    ['not at all without a choice', {}, [], { state: 'cancelled', reason: 'template_off' }],
    ['not at all', { queued: 'cancel' }, [], { state: 'cancelled', reason: 'template_off' }],
    ['as it is', { queued: 'keep' }, ['第一版'], { state: 'sent', reason: null }],
    ['in the current version', { queued: 'render' }, ['第二版'], { state: 'sent', reason: null }],
  ])('when a save switches it off sends the waiting messages %s', async (_how, choice, expected, ends) => {
    const { product, app } = await waiting();
    const off = text('第二版').replace('window_hours', 'enabled: false\nwindow_hours');
    const saved = await app.asAdmin('PUT', path, { text: off, baseVersion: 1, ...choice });
    expect(saved.body).toEqual({ version: 2, queued: 1 });
    expect((await app.asAdmin('GET', path)).body).toMatchObject({ enabled: false });
    expect(await sentTexts(product)).toEqual(expected);
    expect(await product.db.read.one(`SELECT state, reason FROM outbox WHERE campaign = 'thanks'`)).toEqual(ends);
    await app.close();
  });

  it('keeps pinned messages when it is off and is edited without a choice', async () => {
    const { product, app } = await waiting();
    await app.asAdmin('POST', `${path}/enabled`, { enabled: false, queued: 'keep' });
    const saved = await app.asAdmin('PUT', path, { text: text('第二版'), baseVersion: 1 });
    expect(saved.body).toEqual({ version: 2, queued: 0 });
    expect(await sentTexts(product)).toEqual(['第一版']);
    await app.close();
  });

  it.each([
    ['not at all without a choice', {}, []],
    ['not at all', { queued: 'cancel' }, []],
    ['as it is', { queued: 'keep' }, ['第一版']],
    ['in the current version', { queued: 'render' }, ['第一版']],
  ])('when switched off sends the waiting messages %s', async (_how, choice, expected) => {
    const { product, app } = await waiting();
    const off = await app.asAdmin('POST', `${path}/enabled`, { enabled: false, ...choice });
    expect(off.body).toEqual({ enabled: false, queued: 1 });
    expect(await sentTexts(product)).toEqual(expected);
    const [row] = await product.db.read.all<{ state: string; reason: string | null }>(
      `SELECT state, reason FROM outbox WHERE campaign = 'thanks'`,
    );
    if (expected.length === 0) expect(row).toEqual({ state: 'cancelled', reason: 'template_off' });
    expect((await app.asAdmin('POST', `${path}/enabled`, { enabled: true })).body).toEqual({
      enabled: true,
      queued: 0,
    });
    await product.later('2026-03-05T12:00');
    expect(product.channel.ofKind('sms')).toHaveLength(expected.length);
    await app.close();
  });

  it('refuses an unknown choice', async () => {
    const { app } = await waiting();
    const answer = await app.asAdmin('PUT', path, { text: text('第二版'), baseVersion: 1, queued: 'whatever' });
    expect(answer).toMatchObject({ status: 400 });
    expect((await app.asAdmin('GET', path)).body).toMatchObject({ version: 1 });
    await app.close();
  });
});

eachDatabase('a mass-send that waits for a tap', (open) => {
  const firstOrder = '/console/api/templates/first-order';
  async function aWaitingTask(): Promise<{ product: TestProduct; app: ConsoleApp }> {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    await product.happens(
      aFact('contact_added', MONDAY, xiaolu),
      aFact('order_paid', MONDAY, xiaolu, { orderId: 'o1', amountCents: 100 }),
    );
    await product.later('2026-03-02T11:31');
    expect(product.channel.ofKind('mass_send')).toHaveLength(1);
    return { product, app };
  }
  async function expectCancelled({ product, app }: { product: TestProduct; app: ConsoleApp }): Promise<void> {
    await product.later(0);
    await product.later(0.1);
    expect(product.channel.cancelled.size).toBe(1);
    const [row] = await product.db.read.all(`SELECT state, reason FROM outbox WHERE campaign = 'first-order'`);
    expect(row).toEqual({ state: 'cancelled', reason: 'template_off' });
    await app.close();
  }
  const textOf = async (app: ConsoleApp): Promise<string> =>
    (await app.asAdmin<{ text: string }>('GET', firstOrder)).body.text;

  it('is cancelled in WeCom when its template is switched off', async () => {
    const { product, app } = await aWaitingTask();
    expect((await app.asAdmin('GET', firstOrder)).body).toMatchObject({ queued: { planned: 0, waiting: 1 } });
    await app.asAdmin('POST', `${firstOrder}/enabled`, { enabled: false });
    await expectCancelled({ product, app });
  });

  it('is cancelled in WeCom even if it is pinned', async () => {
    const { product, app } = await aWaitingTask();
    const edited = `${(await textOf(app)).trimEnd()}。\n`;
    const saved = await app.asAdmin('PUT', firstOrder, { text: edited, baseVersion: 1, queued: 'keep' });
    expect(saved.body).toEqual({ version: 2, queued: 1 });
    await app.asAdmin('POST', `${firstOrder}/enabled`, { enabled: false });
    await expectCancelled({ product, app });
  });

  it('is cancelled in WeCom when a save switches its template off', async () => {
    const { product, app } = await aWaitingTask();
    const off = (await textOf(app)).replace('key: first-order', 'key: first-order\nenabled: false');
    await app.asAdmin('PUT', firstOrder, { text: off, baseVersion: 1 });
    await expectCancelled({ product, app });
  });

  it('does not change when its template is only edited', async () => {
    const { product, app } = await aWaitingTask();
    const edited = `${(await textOf(app)).trimEnd()}。\n`;
    await app.asAdmin('PUT', firstOrder, { text: edited, baseVersion: 1, queued: 'keep' });
    await app.asAdmin('PUT', firstOrder, { text: `${edited}。`, baseVersion: 2, queued: 'cancel' });
    await product.later(0.1);
    expect(product.channel.cancelled.size).toBe(0);
    expect(await product.db.read.one(`SELECT state FROM outbox WHERE campaign = 'first-order'`)).toEqual({
      state: 'waiting',
    });
    await app.close();
  });
});

eachDatabase('a template that could never be sent', (open) => {
  it.each([
    ["timing: {at: '22:00'}", '你好', { code: 'time_in_quiet_hours', line: 8, column: 14 }],
    ['timing: slot', '好'.repeat(1_400), { code: 'too_long', line: 12, column: 1_334 }],
  ])('is reported by the check, and refused by the save: %s', async (timing, body, problem) => {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    const file = text(body).replace('timing: slot', timing);
    const check = await app.asAdmin('POST', '/console/api/templates/check', { text: file });
    expect(check.body).toMatchObject({ ok: false, problems: [problem] });
    const saved = await app.asAdmin('PUT', path, { text: file, baseVersion: 0 });
    expect(saved).toMatchObject({ status: 400, body: { code: 'bad_template', problems: [problem] } });
    expect((await app.asAdmin('GET', path)).status).toBe(404);
    await app.close();
  });
});
