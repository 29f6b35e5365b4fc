import { expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/day.js';
import { openChannelWay, retireWay } from '../../../src/features/contact-ways/contact-way-requests.js';
import { acquisitionQuota, listChannels } from '../../../src/insights/channels.js';
import type { Action } from '../../../src/domain/action.js';
import type { ActionResult, AttemptOutcome } from '../../../src/channels/channel.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';

const abilities = [
  ...new FakeChannel().abilities,
  'ensure_acquisition_link',
  'retire_acquisition_link',
  'read_acquisition_stats',
] as const;
const sms = {
  kind: 'link' as const,
  key: 'sms',
  name: '短信',
  staff: ['LinXia', 'ZhaoMin'],
  tags: ['短信'],
  skipVerify: true,
};

/** WeCom counts two clicks and one new customer a day, and says of one customer only whether they spoke. */
class CountingChannel extends FakeChannel {
  constructor(private readonly known = true) {
    super(abilities);
  }

  override async send(action: Action, key: string): Promise<ActionResult> {
    const done = await super.send(action, key);
    if (action.kind !== 'read_acquisition_stats') return done;
    const days: { at: number; clicked: number; added: number }[] = [];
    for (let at = action.fromMs; at <= action.toMs; at += DAY_MS) days.push({ at, clicked: 2, added: 1 });
    const spoke = { spoke: this.known ? 1 : 0, spokeUnknown: this.known ? 0 : 3 };
    return { result: { days, ...spoke, quota: { total: 200, balance: 12, expires: null } } };
  }

  override findOutcome(action: Action): Promise<AttemptOutcome> {
    return action.kind === 'mass_send' ? super.findOutcome(action) : Promise.resolve({ outcome: 'not_done' });
  }
}

const openLink = async (product: TestProduct, over: Partial<typeof sms> & { priority?: string[] } = {}) => {
  const context = await product.engine.context();
  const now = product.clock.now();
  const id = await product.db.write((tx) => openChannelWay({ tx, context, now }, { ...sms, ...over }));
  await product.workLoop.drain();
  return id;
};
const channelsOf = (product: TestProduct) =>
  listChannels(product.db.read, { now: product.clock.now(), timeZone: 'Asia/Shanghai' });

eachDatabase('an acquisition link', (open) => {
  it('is made once, with its staff, its priority and its channel', async () => {
    const product = await aProduct(await open(), { channel: new CountingChannel() });
    await openLink(product, { priority: ['ZhaoMin'] });
    const restarted = await product.rebuilt();
    await restarted.workLoop.drain();
    expect(product.channel.ofKind('ensure_acquisition_link')).toMatchObject([
      { state: 'sms', name: '短信', staff: ['LinXia', 'ZhaoMin'], priority: ['ZhaoMin'], skipVerify: true },
    ]);
    expect(product.channel.ofKind('ensure_contact_way')).toEqual([]);
    expect(await channelsOf(product)).toMatchObject([
      { kind: 'link', source: 'sms', address: 'http://qr.test/sms', qr: null, clicked30d: null, added: 0, spoke: null },
    ]);
  });

  it('marks whoever came by it with the tag and the source of its channel', async () => {
    const product = await aProduct(await open(), { channel: new CountingChannel() });
    await openLink(product);
    await product.happens(
      aFact('contact_added', MONDAY, { externalUserId: 'wmAhua' }, { staff: 'LinXia', state: 'sms' }),
    );
    await product.later(1);
    expect(product.channel.ofKind('mark_tags').flatMap((action) => action.add)).toContain('et-渠道-短信');
    expect(await channelsOf(product)).toMatchObject([{ source: 'sms', added: 1, lastAt: MONDAY }]);
  });

  it('is counted once a day, each day once', async () => {
    const product = await aProduct(await open(), { channel: new CountingChannel() });
    await openLink(product);
    await product.later('2026-03-03T06:00');
    await product.later('2026-03-03T08:00');
    await product.later('2026-03-04T06:00');
    expect(product.channel.ofKind('read_acquisition_stats')).toHaveLength(2);
    expect(await channelsOf(product)).toMatchObject([{ clicked30d: 4, spoke: 1 }]);
    expect(await acquisitionQuota(product.db.read)).toMatchObject({ total: 200, balance: 12 });
  });

  it('shows no figure where WeCom does not say who spoke', async () => {
    const product = await aProduct(await open(), { channel: new CountingChannel(false) });
    await openLink(product);
    await product.later('2026-03-03T06:00');
    expect(await channelsOf(product)).toMatchObject([{ clicked30d: 2, spoke: null }]);
  });

  it('is deleted at WeCom when it is retired', async () => {
    const product = await aProduct(await open(), { channel: new CountingChannel() });
    const id = await openLink(product);
    const context = await product.engine.context();
    await product.db.write((tx) => retireWay({ tx, context, now: product.clock.now() }, id));
    await product.workLoop.drain();
    expect(product.channel.ofKind('retire_acquisition_link')).toEqual([
      { kind: 'retire_acquisition_link', way: id, configId: 'link-sms' },
    ]);
    expect(product.channel.ofKind('retire_contact_way')).toEqual([]);
    expect(await channelsOf(product)).toEqual([]);
  });

  it('keeps its row, marked retired, while people who came by it are known', async () => {
    const product = await aProduct(await open(), { channel: new CountingChannel() });
    const id = await openLink(product);
    await product.happens(aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia', state: 'sms' }));
    const context = await product.engine.context();
    await product.db.write((tx) => retireWay({ tx, context, now: product.clock.now() }, id));
    expect(await channelsOf(product)).toMatchObject([
      { kind: 'link', source: 'sms', retired: true, wayId: null, address: null, added: 1 },
    ]);
  });

  it('is refused where no corp is connected', async () => {
    const product = await aProduct(await open());
    await expect(openLink(product)).rejects.toMatchObject({ code: 'no_acquisition_links' });
  });
});

eachDatabase('the list of channels', (open) => {
  it('has codes, links, scenes and sources that are nobody’s code, the largest first', async () => {
    const product = await aProduct(await open(), { channel: new CountingChannel() });
    await openLink(product);
    const context = await product.engine.context();
    await product.db.write((tx) =>
      openChannelWay(
        { tx, context, now: product.clock.now() },
        { key: 'expo', name: '展会', staff: ['LinXia'], tags: [], skipVerify: true },
      ),
    );
    const came = (id: string, state: string) =>
      aFact('contact_added', MONDAY, { externalUserId: id }, { staff: 'LinXia', state });
    await product.happens(came('wm1', 'by-hand'), came('wm2', 'by-hand'), came('wm3', 'expo'));
    await product.happens(
      aFact('entered_service', MONDAY, { externalUserId: 'wm1' }, { account: 'wk1', scene: 'menu' }),
      aFact('entered_service', MONDAY + 1, { externalUserId: 'wm1' }, { account: 'wk1', scene: 'menu' }),
    );
    expect(
      (await channelsOf(product)).map(({ kind, source, clicked30d, added }) => [kind, source, clicked30d, added]),
    ).toEqual([
      ['source', 'by-hand', null, 2],
      ['code', 'expo', null, 1],
      ['kf', 'menu', 1, null],
      ['link', 'sms', null, 0],
    ]);
  });

  it('counts the entries of a scene on 30 days of the corp, today included', async () => {
    const product = await aProduct(await open());
    const entered = (at: string, scene: string) =>
      aFact('entered_service', Date.parse(at), { externalUserId: 'wm1' }, { account: 'wk1', scene });
    await product.later('2026-03-31T10:00');
    await product.happens(entered('2026-03-01T23:59:00+08:00', 'before'), entered('2026-03-02T00:01:00+08:00', 'menu'));
    expect((await channelsOf(product)).map(({ source, clicked30d }) => [source, clicked30d])).toEqual([['menu', 1]]);
  });
});
