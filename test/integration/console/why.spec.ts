import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { responses } from '../../../src/console/api/responses.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';

const tiers = await readFile('config/tiers.yaml', 'utf8');
const sending = await readFile('config/sending.yaml', 'utf8');
const memberFromTwo = tiers.replace('enter: orders_total >= 1', 'enter: orders_total >= 2');

const lessons = (window: string) =>
  `metrics:
  - { name: lessons, label: { zh: 课程, en: lessons }, take: count, of: custom.lesson, window: ${window} }\n`;
const segmentsOf = (doing: string, other: string) => `segments:
  - { key: doing, label: { zh: 在学, en: learning }, when: ${doing} }
  - { key: keen, label: { zh: 爱学, en: keen }, when: "in_segment('doing')" }
  - { key: other, label: { zh: 别的, en: other }, when: ${other} }\n`;

const buyer = { externalUserId: 'wmBuyer' };
const order = (n: number, at: number) => aFact('order_paid', at, buyer, { orderId: `o-${n}`, amountCents: 9_900 });

async function aShop(product: TestProduct): Promise<ConsoleApp> {
  await product.happens(aFact('contact_added', MONDAY, buyer, { staff: 'LinXia' }));
  return aConsole(product, { sharesRules: true });
}

const publish = (app: ConsoleApp, document: string, edit: { text: string; base: number; note: string }) =>
  app.asAdmin('PUT', `/api/v1/rules/${document}`, edit);
const whyOf = async (app: ConsoleApp) =>
  responses.why.parse((await app.asProgram('GET', '/api/v1/members/wmBuyer/why?limit=100')).body).items;

eachDatabase('why', (open) => {
  it('names who made the rule what it was, when and why, and not who changed another rule later', async () => {
    const product = await aProduct(await open());
    const app = await aShop(product);
    await product.later(1);
    const changedAt = product.clock.now();
    await publish(app, 'tiers', { text: memberFromTwo, base: 1, note: '两单才算会员' });
    await product.later(1);
    const elsewhere = memberFromTwo.replace('orders_90d >= 3', 'orders_90d >= 4');
    await publish(app, 'tiers', { text: elsewhere, base: 2, note: '铁杆要四单' });
    await product.later(1);
    await product.happens(order(1, product.clock.now()), order(2, product.clock.now()));
    const rise = (await whyOf(app)).find(({ because }) => because?.rule === 'tier:member:enter');
    expect(rise?.because).toMatchObject({
      words: {
        zh: '「会员」的进入条件成立：累计订单至少 2 笔。当时：累计订单 2 笔。',
        en: 'The enter rule of member holds: orders of all time at least 2. At that time: orders of all time: 2.',
      },
      changed: { document: 'tiers', version: 2, at: changedAt, by: 'admin', note: '两单才算会员' },
    });
    const first = (await whyOf(app)).find(({ because }) => because?.rule === 'tier:regular:enter');
    expect(first?.because?.changed).toMatchObject({ version: 1, by: 'files' });
    await app.close();
  });

  it('names also who changed a segment or an own metric that the rule reads, after the rule itself was set', async () => {
    const product = await aProduct(await open());
    const app = await aShop(product);
    const at = product.clock.now();
    await publish(app, 'metrics', { text: lessons('all'), base: 1, note: '' });
    await publish(app, 'segments', { text: segmentsOf('lessons >= 5', 'orders_total >= 1'), base: 1, note: '' });
    const memberIn = (rule: string) => tiers.replace('enter: orders_total >= 1', `enter: ${rule}`);
    await publish(app, 'tiers', { text: memberIn("in_segment('keen') || in_segment('other')"), base: 1, note: '' });
    await product.later(1);
    // Another segment, which the rule of `keen` names, and the metric that this one reads.
    const inner = { text: segmentsOf('lessons >= 1', 'orders_total >= 2'), base: 2, note: '一节课就算' };
    await publish(app, 'segments', inner);
    const segmentAt = product.clock.now();
    await product.later(1);
    await publish(app, 'metrics', { text: lessons('30d'), base: 2, note: '只看近期' });
    await product.later(1);
    const lesson = aFact('custom', product.clock.now(), buyer, { name: 'lesson' });
    await product.happens(lesson);
    // What is edited later does not count.
    await product.later(1);
    await publish(app, 'metrics', { text: lessons('90d'), base: 3, note: '以后的事' });
    const rise = (await whyOf(app)).find(({ because }) => because?.rule === 'tier:member:enter');
    expect(rise?.because?.changed).toMatchObject({ document: 'tiers', version: 2, at });
    expect(rise?.because?.changed?.reads).toMatchObject([
      { document: 'metrics', key: 'lessons', label: { zh: '课程' }, version: 3, by: 'admin', note: '只看近期' },
      { document: 'segments', key: 'other', label: { zh: '别的' }, version: 3, at: segmentAt, note: '一节课就算' },
      { document: 'segments', key: 'doing', label: { zh: '在学' }, version: 3, at: segmentAt, note: '一节课就算' },
    ]);
    expect(rise?.because?.words.en).toContain('in the segment “keen”');
    expect(rise?.because?.values).toContainEqual({
      ...{ metric: 'segment', label: { zh: '分群「爱学」', en: 'segment “keen”' } },
      ...{ have: true, need: '= 是' },
    });
    await app.close();
  });

  it('tells a decision by the rule of its time, whatever was published since', async () => {
    const product = await aProduct(await open());
    const app = await aShop(product);
    await product.happens(order(1, product.clock.now()));
    await product.later(1);
    await publish(app, 'tiers', { text: memberFromTwo, base: 1, note: '' });
    const rise = (await whyOf(app)).find(({ because }) => because?.rule === 'tier:member:enter');
    expect(rise?.because).toMatchObject({
      words: { zh: '「会员」的进入条件成立：累计订单至少 1 笔。当时：累计订单 1 笔。' },
      changed: { version: 1, by: 'files' },
    });
    await app.close();
  });

  it('says of everything that a member is now why, and marks what staff did by hand', async () => {
    const product = await aProduct(await open());
    const app = await aShop(product);
    await product.happens(order(1, product.clock.now()));
    const byHand = { name: '老朋友', grp: '手工', origin: 'staff', want: 1, since: MONDAY, confirmed: 1 };
    await product.db.write((tx) => tx.insert('member_tag', [{ member_id: 1, ...byHand }]));
    const key = { key: 'buyers', label: { zh: '买过的', en: 'buyers' }, when: 'orders_total >= 1', note: '找回头客' };
    await app.asAdmin('POST', '/api/v1/segments', key);
    const { body } = await app.asProgram('GET', '/api/v1/members/wmBuyer/standing');
    const items = responses.standing.parse(body).items;
    const of = (what: string, of: string) => items.find((item) => item.what === what && item.key === of);
    expect(of('tier', 'member')?.because?.words.zh).toContain('「会员」的进入条件成立：累计订单至少 1 笔。');
    expect(of('stage', 'paying')?.because?.words.zh).toBe('生命周期规则：累计订单 1 笔（至少 1 笔）。');
    expect(of('tag', '首单客')?.because).toMatchObject({
      words: {
        en: 'Rule of the tag “首单客” holds: orders of all time exactly 1. At that time: orders of all time: 1.',
      },
      changed: { document: 'tags', version: 1, by: 'files' },
    });
    expect(of('tag', '老朋友')).toMatchObject({ isByStaff: true, because: null });
    expect(of('segment', 'buyers')).toMatchObject({
      since: null,
      because: {
        words: { zh: '分群的规则成立：累计订单至少 1 笔。当时：累计订单 1 笔。' },
        changed: { by: 'admin', note: '找回头客' },
      },
    });
    expect((await app.asProgram('GET', '/api/v1/members/wmNobody/standing')).status).toBe(404);
    await app.close();
  });

  it('names who set the cap because of which a message was not sent', async () => {
    const product = await aProduct(await open());
    const app = await aShop(product);
    await publish(app, 'sending', {
      text: sending.replace('min_gap_days: 3', 'min_gap_days: 5'),
      base: 1,
      note: '少打扰',
    });
    await product.db.write((tx) =>
      tx.insert('outbox', [
        {
          key: 'capped',
          kind: 'none',
          action: '{"kind":"none"}',
          state: 'suppressed',
          campaign: 'one-week',
          template_version: 1,
          member_id: 1,
          reason: 'min_gap',
          because: JSON.stringify({ rule: 'campaign:one-week', version: 1, values: [], reasons: ['min_gap'] }),
          not_before: product.clock.now(),
          created_at: product.clock.now(),
          settled_at: product.clock.now(),
        },
      ]),
    );
    const { body } = await app.asProgram('GET', '/api/v1/deliveries?state=suppressed');
    const [message] = responses.deliveries.parse(body).items;
    expect(message?.because).toMatchObject({
      words: { zh: expect.stringMatching(/离上一条太近，要隔几天。$/u) as string },
      changed: { document: 'sending', version: 2, by: 'admin', note: '少打扰' },
    });
    await app.close();
  });
});
