import { expect, it } from 'vitest';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aFact, aProduct } from '../../support/test-product.js';

const PEOPLE = 23;
const source = (body: string, more = '') =>
  `---\nkey: news\nname: 新消息\nkind: care\ntrigger: {on: broadcast}\naudience: messages_total >= 1\nchannels: [sms]\nsms: {template: '1', params: []}\n${more}---\n${body}\n`;

eachDatabase('a text that is tried', (open) => {
  const ready = async () => {
    const channel = new FakeChannel([...new FakeChannel().abilities, 'sms']);
    const product = await aProduct(await open(), { channel, sending: { globalHoldoutPercent: 0 } });
    const people = Array.from({ length: PEOPLE }, (_, n) => ({ phone: `138001380${String(n).padStart(2, '0')}` }));
    await product.happens(...people.map((who) => aFact('sent_message', product.clock.now(), who, { chatId: 'wrA' })));
    const app = await aConsole(product, { sharesRules: true });
    const tries = async (text: string, more: Readonly<Record<string, unknown>> = {}) =>
      (await app.asAdmin('POST', '/console/api/templates/try', { text, ...more })).body as {
        found: number;
        items: { member: { id: number }; text: string | null; channel: string | null; held: { code: string } | null }[];
      };
    return { product, app, tries };
  };

  it('shows what members spread over the audience would get, others with another round, and sends nothing', async () => {
    const { product, tries } = await ready();
    const first = await tries(source('你好 {{ messages_total }}'));
    expect(first).toMatchObject({ found: PEOPLE });
    expect(first.items.map(({ text, channel }) => [text, channel])).toEqual(Array(5).fill(['你好 1', 'sms']));
    const ids = first.items.map(({ member }) => member.id);
    expect(new Set(ids).size).toBe(5);
    expect((await tries(source('你好 {{ messages_total }}'))).items.map(({ member }) => member.id)).toEqual(ids);
    const others = (await tries(source('你好'), { round: 1 })).items.map(({ member }) => member.id);
    expect(others).not.toEqual(ids);
    expect((await tries(source('你好'), { count: 10 })).items).toHaveLength(10);
    expect(product.channel.ofKind('sms')).toEqual([]);
    expect(await product.db.read.all('SELECT id FROM outbox WHERE campaign = $1', ['news'])).toEqual([]);
  });

  it('says who would not get it and why, with the text all the same', async () => {
    const { product, tries } = await ready();
    await product.happens(aFact('opted_out', product.clock.now(), { phone: '13800138000' }));
    const { items } = await tries(source('你好'), { count: 10 });
    const held = items.filter((item) => item.held !== null);
    expect(held).toMatchObject([{ text: '你好', channel: null, held: { code: 'opted_out' } }]);
  });

  it('goes to an operator as a test, once for two clicks, and to nobody else', async () => {
    const { product, app, tries } = await ready();
    const memberId = (await tries(source('你好'))).items[0]!.member.id;
    const test = (staff: string, body = '你好 {{ messages_total }}') =>
      app.asAdmin('POST', '/console/api/templates/test', { text: source(body), memberId, staff });
    expect(await test('LinXia')).toMatchObject({ status: 200, body: { sent: true } });
    expect(await test('linxia')).toMatchObject({ status: 200, body: { sent: false } });
    await product.later(0.01);
    const notices = product.channel.ofKind('notify_staff').filter(({ text }) => text.includes('【试发】'));
    expect(notices).toMatchObject([{ staff: ['LinXia'], text: expect.stringContaining('\n你好 1') }]);
    expect(await test('Somebody')).toMatchObject({ status: 404, body: { code: 'no_such_tester' } });
    expect(await test('LinXia', '{{ nothing_of_this }}')).toMatchObject({
      status: 400,
      body: { code: 'bad_template' },
    });
    expect(await product.db.read.all(`SELECT who FROM audit WHERE what = 'test_message_sent'`)).toHaveLength(1);
    expect((await tries(source('{{ nothing_of_this }}'))) as unknown).toMatchObject({ code: 'bad_template' });
  });
});
