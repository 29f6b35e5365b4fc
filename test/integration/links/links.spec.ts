import { expect, it } from 'vitest';
import { ClickRecorder } from '../../../src/features/links/click-recorder.js';
import { KeptLinks } from '../../../src/features/links/kept-links.js';
import { serveLinks } from '../../../src/features/links/serve-links.js';
import { dayOf } from '../../../src/domain/day.js';
import { clicksByTemplate } from '../../../src/insights/clicks-by-template.js';
import { listDeliveries } from '../../../src/insights/deliveries.js';
import type { MemberIds } from '../../../src/domain/fact.js';
import type { Database } from '../../../src/platform/database/database.js';
import { RetryLater } from '../../../src/platform/errors.js';
import { createHttpAdapter } from '../../../src/platform/http/http-adapter.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';
import { rulesOf } from '../../support/rules-of.js';

const HOUR = 3_600_000;
const xiaolu: MemberIds = { externalUserId: 'wmXiaolu', chatContactId: 'chat-xiaolu', phone: '13800138001' };
const axiang: MemberIds = { externalUserId: 'wmAxiang', chatContactId: 'chat-axiang' };
const abilities = [...new FakeChannel().abilities, 'chat_dm', 'group_say', 'sms'] as const;
const MENU = 'https://shop.example/menu?from=bot';
const browser = {
  'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.47',
  accept: 'text/html,*/*;q=0.8',
};

interface LinkRow {
  readonly code: string;
  readonly url: string;
  readonly version: number;
  readonly outbox_id: number | null;
  readonly clicks: number;
}
const linkRows = (db: Database) =>
  db.read.all<LinkRow>('SELECT code, url, version, outbox_id, clicks FROM link ORDER BY created_at, code');
const clickFacts = async (db: Database) =>
  (
    await db.read.all<{ member_id: number | null }>(
      `SELECT member_id FROM fact WHERE kind = 'link_clicked' ORDER BY id`,
    )
  ).map(({ member_id }) => member_id);

/** A product whose template for the first order has a link, and members who are about to order. */
async function aProductWithLink(
  db: Database,
  channels: string,
  { text = `菜单在 {{ '${MENU}' | link: 'menu' }}`, timing = 'now' } = {},
): Promise<TestProduct> {
  const product = await aProduct(db, { channel: new FakeChannel(abilities) });
  await saveTemplate(product, 'first-order', settingsFor(channels, timing), text);
  for (const member of [xiaolu, axiang]) await product.happens(aFact('contact_added', MONDAY - 40 * 24 * HOUR, member));
  return product;
}

const settingsFor = (channels: string, timing = 'now') => `trigger: {on: reached, metric: orders_total, at: [1]}
audience: is_contact
channels: [${channels}]
timing: ${timing}
window_hours: 72`;

const buys = (product: TestProduct, member: MemberIds) =>
  product.happens(
    aFact('order_paid', product.clock.now(), member, { orderId: `o-${member.externalUserId}`, amountCents: 100 }),
  );

/** The door at which links are opened, with what a phone would see. */
async function aDoor(product: TestProduct, receive = product.inbox.receive) {
  const adapter = createHttpAdapter({ trustProxy: 1 });
  const clicks = new ClickRecorder({
    ...{ db: product.db, codes: product.links, clock: product.clock, receive },
    logger: createLogger({ level: 'silent' }),
  });
  serveLinks(adapter, { links: new KeptLinks(product.db), clicks });
  const server = adapter.getInstance();
  return {
    clicks,
    async open(path: string, { headers = {}, method = 'GET' as 'GET' | 'HEAD', from = '203.0.113.7' } = {}) {
      const answer = await server.inject({
        method,
        url: path,
        headers: { ...browser, 'x-forwarded-for': from, ...headers },
      });
      return {
        status: answer.statusCode,
        location: answer.headers.location,
        text: answer.body,
        headers: answer.headers,
      };
    },
    /** What was clicked so far is stored and applied. */
    async settled() {
      await clicks.close();
      await product.workLoop.drain();
    },
    async close() {
      await clicks.close();
      await server.close();
    },
  };
}

const pathIn = (text: string): string => /https:\/\/bot\.example\.com(\/l\/[0-9A-Za-z]{12})/.exec(text)![1]!;

eachDatabase('a link in a message to one member', (open) => {
  it('leads to its address and counts the member who got it', async () => {
    const product = await aProductWithLink(await open(), 'chat_dm');
    await buys(product, xiaolu);
    await buys(product, axiang);
    const texts = product.channel.ofKind('chat_dm').map(({ message }) => message.text);
    expect(new Set(texts).size).toBe(2);
    const door = await aDoor(product);
    expect(await door.open(pathIn(texts[0]!))).toMatchObject({ status: 302, location: MENU });
    await door.settled();
    const member = await product.db.read.one<{ id: number }>(
      `SELECT member_id AS id FROM identity WHERE value = 'wmXiaolu'`,
    );
    expect(await clickFacts(product.db)).toEqual([member!.id]);
    expect((await linkRows(product.db)).map(({ clicks }) => clicks).sort()).toEqual([0, 1]);
    const figures = await product.db.read.one(
      'SELECT clicks_30d, clicks_total FROM member_metrics WHERE member_id = $1',
      [member!.id],
    );
    expect(figures).toMatchObject({ clicks_30d: 1, clicks_total: 1 });
    const { items } = await listDeliveries(product.db.read, { template: 'first-order', limit: 10 }, rulesOf(product));
    expect(items.map(({ memberId, clicks }) => [memberId === member!.id, clicks])).toEqual([
      [false, 0],
      [true, 1],
    ]);
    await door.close();
  });

  it('counts a double tap once, also from another network, and a later tap again', async () => {
    const product = await aProductWithLink(await open(), 'chat_dm');
    await buys(product, xiaolu);
    const path = pathIn(product.channel.ofKind('chat_dm')[0]!.message.text);
    const door = await aDoor(product);
    // The second tap lies beyond a boundary of the five seconds in which times are counted.
    product.clock.pushTo(Math.ceil(product.clock.now() / 5_000) * 5_000 + 4_000);
    await door.open(path);
    product.clock.pushTo(product.clock.now() + 2_000);
    await door.open(path, { from: '198.51.100.9' });
    await door.settled();
    expect(await clickFacts(product.db)).toHaveLength(1);
    product.clock.pushTo(product.clock.now() + 60_000);
    await door.open(path);
    await door.settled();
    expect((await linkRows(product.db)).map(({ clicks }) => clicks)).toEqual([2]);
    await door.close();
  });

  it('goes on counting when the clock was set back by a day', async () => {
    const product = await aProductWithLink(await open(), 'chat_dm');
    await buys(product, xiaolu);
    const path = pathIn(product.channel.ofKind('chat_dm')[0]!.message.text);
    const door = await aDoor(product);
    await door.open(path);
    Object.assign(product.clock, { at: product.clock.now() - 24 * 3_600_000 });
    await door.open(path);
    await door.settled();
    expect(await clickFacts(product.db)).toHaveLength(2);
    await door.close();
  });

  it('counts the same tap once at two processes', async () => {
    const product = await aProductWithLink(await open(), 'chat_dm');
    await buys(product, xiaolu);
    const path = pathIn(product.channel.ofKind('chat_dm')[0]!.message.text);
    product.clock.pushTo(Math.ceil(product.clock.now() / 5_000) * 5_000);
    const doors = [await aDoor(product), await aDoor(product)];
    for (const door of doors) {
      await door.open(path);
      await door.settled();
      await door.close();
    }
    expect(await clickFacts(product.db)).toHaveLength(1);
  });

  it('keeps its code while the text is filled again, also from a newer version', async () => {
    const product = await aProductWithLink(await open(), 'chat_dm', { timing: "{at: '20:00'}" });
    await buys(product, xiaolu);
    const planned = await linkRows(product.db);
    await saveTemplate(
      product,
      'first-order',
      settingsFor('chat_dm', "{at: '20:00'}"),
      `新菜单 {{ '${MENU}' | link: 'menu' }} 店 {{ 'https://shop.example/' | link: 'shop' }}`,
    );
    const again = await product.rebuilt();
    await again.later('2026-03-02T20:30');
    const { text } = again.channel.ofKind('chat_dm')[0]!.message;
    expect(text).toContain(`新菜单 https://bot.example.com/l/${planned[0]!.code} 店`);
    const stored = await linkRows(product.db);
    expect(stored).toHaveLength(2);
    const door = await aDoor(again);
    for (const { code, url } of stored)
      expect(await door.open(`/l/${code}`)).toMatchObject({ status: 302, location: url });
    await door.close();
  });

  it('still knows the member after two records became one', async () => {
    const product = await aProductWithLink(await open(), 'chat_dm');
    const younger = { externalUserId: 'wmYounger', chatContactId: 'chat-younger' };
    await product.happens(aFact('contact_added', MONDAY - 40 * 24 * HOUR, younger));
    await buys(product, younger);
    const path = pathIn(product.channel.ofKind('chat_dm')[0]!.message.text);
    await product.happens(aFact('visited', product.clock.now(), { externalUserId: 'wmYounger', phone: '13800138001' }));
    const door = await aDoor(product);
    await door.open(path);
    await door.settled();
    const kept = await product.db.read.one<{ id: number }>(
      `SELECT member_id AS id FROM identity WHERE value = 'wmXiaolu'`,
    );
    expect(await clickFacts(product.db)).toEqual([kept!.id]);
    await door.close();
  });

  it('keeps clicks that the database refuses for a while', async () => {
    const product = await aProductWithLink(await open(), 'chat_dm');
    await buys(product, xiaolu);
    const path = pathIn(product.channel.ofKind('chat_dm')[0]!.message.text);
    let refusals = 1;
    const door = await aDoor(product, (received) =>
      refusals-- > 0 ? Promise.reject(new RetryLater('not_stored')) : product.inbox.receive(received),
    );
    expect(await door.open(path)).toMatchObject({ status: 302 });
    await expect.poll(() => clickFacts(product.db)).toHaveLength(1);
    await door.close();
  });
});

eachDatabase('a link in a text that many members get', (open) => {
  it('is one code for its template and version, and counts clicks without a member', async () => {
    const product = await aProductWithLink(await open(), 'mass_send');
    await buys(product, xiaolu);
    await buys(product, axiang);
    await product.later(1);
    const texts = product.channel.ofKind('mass_send').map(({ message }) => message.text);
    expect(new Set(texts).size).toBe(1);
    expect(await linkRows(product.db)).toMatchObject([{ outbox_id: null, url: MENU }]);
    const door = await aDoor(product);
    await door.open(pathIn(texts[0]!));
    await door.open(pathIn(texts[0]!));
    await door.open(pathIn(texts[0]!), { from: '198.51.100.9' });
    await door.settled();
    expect(await clickFacts(product.db)).toEqual([null, null]);
    expect(await linkRows(product.db)).toMatchObject([{ clicks: 2 }]);
    const today = dayOf(product.clock.now(), 'Asia/Shanghai');
    expect((await clicksByTemplate(product.db.read, today)).get('first-order')).toEqual([{ name: 'menu', clicks: 2 }]);
    expect((await clicksByTemplate(product.db.read, today + 1)).size).toBe(0);
    const { items } = await listDeliveries(product.db.read, { template: 'first-order', limit: 10 }, rulesOf(product));
    expect(items.map(({ clicks }) => clicks)).toEqual([null, null]);
    const members = await product.db.read.one<{ n: number }>('SELECT COUNT(*) AS n FROM member');
    expect(Number(members!.n)).toBe(2);
    await door.close();
  });
});

eachDatabase('the door of links', (open) => {
  it('answers an unknown code with a kind page, and redirects to nothing that the request says', async () => {
    const product = await aProductWithLink(await open(), 'chat_dm');
    await buys(product, xiaolu);
    const path = pathIn(product.channel.ofKind('chat_dm')[0]!.message.text);
    const door = await aDoor(product);
    for (const odd of [
      '/l/',
      '/l/000000000000',
      '/l/https://evil.example',
      '/l//evil.example',
      `/l/${'a'.repeat(5_000)}`,
      '/l/%zz',
      '/l/%E7%8',
      '/l/%00',
    ]) {
      const { status, text, location } = await door.open(odd);
      expect([odd.slice(0, 30), status, location]).toEqual([odd.slice(0, 30), 404, undefined]);
      expect(text).toContain('这个链接打不开');
    }
    for (const more of ['?url=https://evil.example', '/https://evil.example', '%0d%0aLocation:%20https://evil.example'])
      expect(await door.open(path + more)).toMatchObject({ status: 302, location: MENU });
    // A messenger takes the words behind a link for a part of it, and cuts them in the middle of a character.
    for (const more of ['%E7%82%B9', '%E7%82', '%E7%8', '%', '%00'])
      expect(await door.open(path + more)).toMatchObject({ status: 302, location: MENU });
    await door.close();
  });

  it('redirects robots, previews and HEAD without counting them', async () => {
    const product = await aProductWithLink(await open(), 'chat_dm');
    await buys(product, xiaolu);
    const path = pathIn(product.channel.ofKind('chat_dm')[0]!.message.text);
    const door = await aDoor(product);
    expect(await door.open(path, { method: 'HEAD' })).toMatchObject({ status: 302, location: MENU });
    for (const headers of [{ 'user-agent': 'curl/8.5.0' }, { 'sec-purpose': 'prefetch' }, { accept: '*/*' }])
      expect(await door.open(path, { headers })).toMatchObject({ status: 302, location: MENU });
    await door.settled();
    expect(await clickFacts(product.db)).toEqual([]);
    await door.close();
  });

  it('does not lead to an address that somebody wrote into the database', async () => {
    const product = await aProductWithLink(await open(), 'chat_dm');
    await buys(product, xiaolu);
    const path = pathIn(product.channel.ofKind('chat_dm')[0]!.message.text);
    await product.db.write((tx) => tx.run(`UPDATE link SET url = 'javascript:alert(1)'`));
    const door = await aDoor(product);
    expect(await door.open(path)).toMatchObject({ status: 404 });
    await door.close();
  });
});
