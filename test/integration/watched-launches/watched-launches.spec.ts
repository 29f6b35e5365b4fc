import { expect, it } from 'vitest';
import { launchResponse } from '../../../src/console/api/launch-requests.js';
import { RetryLater } from '../../../src/platform/errors.js';
import type { Database } from '../../../src/platform/database/database.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';

const PEOPLE = 300;
const KEY = 'spring-news';
const settings = (watched: string): string =>
  `trigger: {on: broadcast}\nchannels: [sms]\nsms: {template: '1234567', params: []}\nwindow_hours: 200\nwatched: ${watched}`;

async function aLaunch(
  db: Database,
  watched = '{first: 7, then: [10]}',
): Promise<{ product: TestProduct; app: ConsoleApp }> {
  const channel = new FakeChannel([...new FakeChannel().abilities, 'sms']);
  const product = await aProduct(db, { channel, sending: { globalHoldoutPercent: 0 } });
  const people = Array.from({ length: PEOPLE }, (_, index) => ({ phone: `138001${String(index).padStart(5, '0')}` }));
  await product.happens(...people.map((member) => aFact('sent_message', MONDAY, member, { chatId: 'wrA' })));
  await saveTemplate(product, KEY, settings(watched));
  await product.templates.setEnabled(KEY, true, product.clock.now());
  const app = await aConsole(product, { sharesRules: true });
  const started = await app.asProgram('POST', '/api/v1/broadcasts', { template: KEY, people: PEOPLE });
  expect(started.status).toBe(200);
  return { product, app };
}

const launch = async (app: ConsoleApp) =>
  launchResponse.parse((await app.asProgram('GET', `/api/v1/launches/${KEY}`)).body);
const press = (app: ConsoleApp, stage: number, version = 1) =>
  app.asProgram('POST', `/api/v1/launches/${KEY}/open`, { version, stage });
const receivers = ({ channel }: TestProduct) => channel.ofKind('sms').map(({ phone }) => phone);
const notices = ({ channel }: TestProduct) =>
  channel
    .ofKind('notify_staff')
    .map(({ text }) => text)
    .filter((text) => text.includes('盯着首发'));

eachDatabase('a watched launch', (open) => {
  it('lets the first 7 go, and then waits, also when the process ends in between; the operators are told once', async () => {
    const { product, app } = await aLaunch(await open());
    await product.later(1);
    const first = receivers(product);
    expect(first).toHaveLength(7);
    const again = await product.rebuilt();
    await again.later(30);
    expect(receivers(product)).toEqual(first);
    expect(await launch(app)).toMatchObject({
      ...{ stage: 0, gate: { kind: 'first', most: 7 }, next: 10, openedBy: null, verdict: 'not_yet' },
      ...{ waiting: PEOPLE - 7, passed: 7, sent: 7, failed: 0, optedOut: 0 },
    });
    expect(notices(product)).toHaveLength(1);
    const broadcasts = await app.asProgram('GET', '/api/v1/broadcasts');
    expect(JSON.stringify(broadcasts.body)).toContain('"reason":"watched_launch"');
  });

  it('opens one stage for two presses, then all, and everybody gets it once', async () => {
    const { product, app } = await aLaunch(await open());
    await product.later(1);
    expect(await press(app, 0)).toMatchObject({
      status: 200,
      body: { stage: 1, gate: { kind: 'share', percent: 10 } },
    });
    expect(await press(app, 0)).toMatchObject({ status: 200, body: { stage: 1 } });
    await product.later(1);
    const share = receivers(product).length;
    expect(share).toBeGreaterThan(7 + PEOPLE * 0.05);
    expect(share).toBeLessThan(7 + PEOPLE * 0.2);
    await product.later(24);
    expect(receivers(product)).toHaveLength(share);
    expect(await press(app, 1)).toMatchObject({ body: { stage: 2, gate: { kind: 'open' }, next: null, waiting: 0 } });
    await product.later(24);
    expect(receivers(product)).toHaveLength(PEOPLE);
    expect(new Set(receivers(product)).size).toBe(PEOPLE);
  });

  it('lets no more through when messages are tried again or two workers deliver at once', async () => {
    const { product } = await aLaunch(await open());
    product.channel.failNext('sms', new RetryLater('busy'));
    const other = await product.rebuilt();
    await Promise.all([product.later(1), other.workLoop.drain()]);
    await product.later(2);
    expect(new Set(receivers(product)).size).toBe(7);
    expect(receivers(product)).toHaveLength(7);
  });

  it('opens by itself after its hours with good figures', async () => {
    const { product, app } = await aLaunch(await open(), '{first: 7, then: [10], opens_after_hours: 2}');
    await product.later(1);
    await product.later(1.5);
    expect((await launch(app)).stage).toBe(0);
    await product.later(1);
    expect(await launch(app)).toMatchObject({ stage: 1, openedBy: 'figures' });
    await product.later(3);
    await product.later(0.2);
    expect(await launch(app)).toMatchObject({ stage: 2, gate: { kind: 'open' } });
  });

  it('stays where it is with bad figures and tells the operators once; a person may open it all the same', async () => {
    const { product, app } = await aLaunch(await open(), '{first: 7, then: [10], opens_after_hours: 2}');
    await product.later(1);
    const phone = receivers(product)[0]!;
    await product.happens(aFact('opted_out', product.clock.now(), { phone }));
    for (let hour = 0; hour < 5; hour += 1) await product.later(1);
    expect(await launch(app)).toMatchObject({ stage: 0, verdict: 'bad', optedOut: 1 });
    expect(notices(product).filter((text) => text.includes('退订'))).toHaveLength(1);
    expect(await press(app, 0)).toMatchObject({ body: { stage: 1 } });
  });

  it('begins again with the next version of the text, and refuses a look at another one', async () => {
    const { product, app } = await aLaunch(await open());
    await product.later(1);
    await saveTemplate(product, KEY, settings('{first: 3, then: [10]}'), '换了一种说法');
    expect(await press(app, 0)).toMatchObject({ status: 409, body: { code: 'other_version' } });
    expect(await launch(app)).toMatchObject({ version: 2, stage: 0, passed: 0 });
  });

  it('is nothing for a template that does not ask for it', async () => {
    const { product, app } = await aLaunch(await open());
    await saveTemplate(product, KEY, settings('{}').replace(/\nwatched: .*/, ''));
    expect(await app.asProgram('GET', `/api/v1/launches/${KEY}`)).toMatchObject({
      status: 404,
      body: { code: 'not_watched' },
    });
  });
});
