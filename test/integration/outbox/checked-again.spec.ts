import { expect, it } from 'vitest';
import { PushedClock } from '../../../src/platform/clock.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';

const DAY = 86_400_000;
const phone = '13800138001';
const person = { ...xiaolu, phone };
const at = (moment: string): number => Date.parse(`${moment}:00+08:00`);

async function aProductWithSms(
  open: () => Promise<TestProduct['db']>,
  from = '2026-03-02T09:00',
): Promise<TestProduct> {
  const channel = new FakeChannel([...new FakeChannel().abilities, 'sms', 'chat_dm']);
  return aProduct(await open(), { channel, clock: new PushedClock(at(from)) });
}

/** A template of its own, as the console saves it; saved once more when there is one. */
async function saved(product: TestProduct, key: string, settings: string, body: string): Promise<void> {
  const known = await product.templates.read(key);
  const text = `---\nkey: ${key}\nname: 试\nkind: care\n${settings}\n---\n${body}\n`;
  const outcome = await product.templates.save({
    key,
    text,
    note: '',
    baseVersion: known?.version ?? 0,
    by: 'test',
    now: product.clock.now(),
  });
  if (outcome.kind !== 'saved') throw new Error(JSON.stringify(outcome));
}
const bySms = (trigger: string, more = ''): string =>
  `trigger: ${trigger}\nchannels: [sms]\nsms: {template: '1', params: []}\ntiming: slot\nwindow_hours: 72\ncaps: {counts: false}\n${more}`;

const messages = (product: TestProduct, campaign: string) =>
  product.db.read.all<{ state: string; reason: string | null; template_version: number }>(
    'SELECT state, reason, template_version FROM outbox WHERE campaign = $1 ORDER BY id',
    [campaign],
  );
const ends = async (product: TestProduct, campaign: string): Promise<string[]> =>
  (await messages(product, campaign)).map(({ state, reason }) => (reason === null ? state : `${state}: ${reason}`));
const texts = (product: TestProduct): string[] => [
  ...product.channel.ofKind('mass_send').map(({ message }) => message.text),
  ...product.channel.ofKind('sms').map(({ text }) => text),
  ...product.channel.ofKind('chat_dm').map(({ message }) => message.text),
];
const order = (product: TestProduct, orderId: string, cents = 10_000, when = product.clock.now()) =>
  aFact('order_paid', when, person, { orderId, amountCents: cents });
const refund = (product: TestProduct, orderId: string, cents = 10_000) =>
  aFact('order_refunded', product.clock.now(), person, { orderId, amountCents: cents, full: true });

eachDatabase('a planned message whose template changes', (open) => {
  /** The thanks for a first order, waiting for 11:30. */
  async function waiting(): Promise<TestProduct> {
    const product = await aProductWithSms(open);
    await saved(product, 'thanks', bySms('{on: reached, metric: orders_total, at: [1]}'), '第一版');
    await product.happens(aFact('contact_added', MONDAY, person), order(product, 'o1'));
    expect(await ends(product, 'thanks')).toEqual(['planned']);
    return product;
  }
  const textsSent = async (product: TestProduct): Promise<string[]> => {
    await product.later('2026-03-02T11:31');
    await product.later('2026-03-02T17:31');
    return texts(product).filter((text) => text.includes('版'));
  };

  it('is sent in the newest version, once', async () => {
    const product = await waiting();
    await saved(product, 'thanks', bySms('{on: reached, metric: orders_total, at: [1]}'), '第二版');
    expect(await textsSent(product)).toEqual(['第二版']);
    await (await product.rebuilt()).later('2026-03-03T12:00');
    expect(await messages(product, 'thanks')).toMatchObject([{ state: 'sent', template_version: 2 }]);
    expect(product.channel.ofKind('sms')).toHaveLength(1);
  });

  it('is not sent when the template is switched off, even if it is switched on again later', async () => {
    const product = await waiting();
    await product.templates.setEnabled('thanks', false, product.clock.now());
    expect(await textsSent(product)).toEqual([]);
    expect(await ends(product, 'thanks')).toEqual(['cancelled: template_off']);
    await product.templates.setEnabled('thanks', true, product.clock.now());
    await product.later('2026-03-04T12:00');
    expect(texts(product).filter((text) => text.includes('版'))).toEqual([]);
  });

  it('is not sent when the template is deleted', async () => {
    const product = await waiting();
    await product.db.write(async (tx) => {
      await tx.run(`DELETE FROM template WHERE key = 'thanks'`);
    });
    expect(await textsSent(product)).toEqual([]);
    expect(await ends(product, 'thanks')).toEqual(['cancelled: template_gone']);
  });

  it('waits while the template does not compile, and is sent when it does', async () => {
    const product = await waiting();
    await product.db.write(async (tx) => {
      await tx.run(`UPDATE template_version SET text = 'broken' WHERE key = 'thanks'`);
    });
    const broken = await product.rebuilt();
    expect(await textsSent(broken)).toEqual([]);
    expect(await ends(product, 'thanks')).toEqual(['planned: template_broken']);
    await saved(broken, 'thanks', bySms('{on: reached, metric: orders_total, at: [1]}'), '第三版');
    await broken.later('2026-03-02T18:00');
    expect(texts(product).filter((text) => text.includes('版'))).toEqual(['第三版']);
  });

  it('is suppressed when the new text cannot be filled', async () => {
    const product = await waiting();
    await saved(product, 'thanks', bySms('{on: reached, metric: orders_total, at: [1]}'), '第二版 {{ group_name }}');
    expect(await textsSent(product)).toEqual([]);
    expect(await ends(product, 'thanks')).toEqual(['suppressed: text:missing_value']);
  });

  it('is sent by a channel that the template has now', async () => {
    const product = await waiting();
    await product.happens(aFact('profile_updated', product.clock.now(), { ...person, chatContactId: 'chat-1' }, {}));
    await saved(
      product,
      'thanks',
      'trigger: {on: reached, metric: orders_total, at: [1]}\nchannels: [chat_dm]\ntiming: slot\nwindow_hours: 72',
      '第二版',
    );
    await product.later('2026-03-02T11:31');
    await product.later('2026-03-02T17:31');
    expect(product.channel.ofKind('sms')).toEqual([]);
    expect(product.channel.ofKind('chat_dm').map(({ message }) => message.text)).toEqual(['第二版']);
  });

  it('is not sent to a member who is no longer in the audience', async () => {
    const product = await waiting();
    const settings = bySms('{on: reached, metric: orders_total, at: [1]}', 'audience: messages_total >= 1');
    await saved(product, 'thanks', settings, '第二版');
    expect(await textsSent(product)).toEqual([]);
    expect(await ends(product, 'thanks')).toEqual(['cancelled: not_in_audience']);
  });

  it('is cancelled when the template has another trigger', async () => {
    const product = await waiting();
    await saved(product, 'thanks', bySms('{on: tier_up}'), '第二版');
    expect(await textsSent(product)).toEqual([]);
    expect((await ends(product, 'thanks'))[0]).toBe('cancelled: trigger_changed');
  });

  it('is sent to the phone number that the member has now', async () => {
    const product = await waiting();
    await product.happens(aFact('profile_updated', product.clock.now(), xiaolu, { phone: '13900139009' }));
    await textsSent(product);
    expect(product.channel.ofKind('sms').map((sms) => sms.phone)).toEqual(['+8613900139009']);
  });
});

eachDatabase('a message whose reason no longer holds when it is due', (open) => {
  it('is not sent: a count that is below the mark again; it is sent when the mark is reached again', async () => {
    const product = await aProductWithSms(open);
    await saved(product, 'first', bySms('{on: reached, metric: orders_total, at: [1]}'), '谢谢第一单');
    await product.happens(aFact('contact_added', MONDAY, person), order(product, 'o1'));
    await product.later('2026-03-02T10:00');
    await product.happens(refund(product, 'o1'));
    await product.later('2026-03-02T12:00');
    expect(await ends(product, 'first')).toEqual(['cancelled: count_below']);
    await product.later('2026-03-05T09:00');
    await product.happens(order(product, 'o2'));
    await product.later('2026-03-05T12:00');
    await product.later('2026-03-06T12:00');
    expect(texts(product).filter((text) => text === '谢谢第一单')).toHaveLength(1);
  });

  /** Warned of a step down at midnight, to go at 07:30. */
  async function warned(): Promise<TestProduct> {
    const product = await aProduct(await open());
    await product.happens(
      aFact('contact_added', MONDAY, xiaolu),
      ...['o1', 'o2', 'o3'].map((id) => aFact('order_paid', MONDAY, xiaolu, { orderId: id, amountCents: 10_000 })),
    );
    for (let day = 1; day <= 61; day++)
      await product.later(new Date(MONDAY + day * DAY).toISOString().slice(0, 10) + 'T00:01');
    expect(await ends(product, 'tier-grace')).toEqual(['planned']);
    return product;
  }
  const recovers = (product: TestProduct) =>
    product.happens(
      ...['o4', 'o5'].map((id) =>
        aFact('order_paid', product.clock.now(), xiaolu, { orderId: id, amountCents: 10_000 }),
      ),
    );
  const warnings = (product: TestProduct) => texts(product).filter((text) => text.includes('最近是不是比较忙'));

  it('is not sent: a warning after which the member has recovered', async () => {
    const product = await warned();
    await product.later('2026-05-02T07:10');
    await recovers(product);
    await product.later('2026-05-02T07:31');
    await product.later('2026-05-02T12:00');
    expect(await ends(product, 'tier-grace')).toEqual(['cancelled: grace_over']);
    expect(warnings(product)).toEqual([]);
  });

  it('is withdrawn from staff who have not tapped: a warning after which the member has recovered', async () => {
    const product = await warned();
    await product.later('2026-05-02T07:31');
    await product.later('2026-05-02T08:10');
    expect(warnings(product)).toHaveLength(1);
    await recovers(product);
    await product.later('2026-05-02T09:00');
    await product.later('2026-05-02T09:05');
    expect(product.channel.cancelled.size).toBe(1);
    expect(await ends(product, 'tier-grace')).toEqual(['cancelled: grace_over']);
    expect(warnings(product)).toHaveLength(1);
  });

  it('is not sent: a step to a tier that the member has reached by now; the congratulation is sent', async () => {
    const product = await aProductWithSms(open);
    await saved(product, 'up', bySms('{on: tier_up, to: [member]}'), '恭喜');
    await saved(product, 'near', bySms('{on: one_step, to: member}'), '只差一步');
    await product.happens(aFact('contact_added', MONDAY, person));
    expect(await ends(product, 'near')).toEqual(['planned']);
    await product.happens(order(product, 'o1'));
    await product.later('2026-03-02T12:00');
    expect(await ends(product, 'near')).toEqual(['cancelled: not_one_step']);
    expect(await ends(product, 'up')).toEqual(['sent']);
  });

  it('is not sent: a congratulation on a tier that staff have taken back', async () => {
    const product = await aProductWithSms(open);
    await saved(product, 'up', bySms('{on: tier_up, to: [member]}'), '恭喜');
    await product.happens(aFact('contact_added', MONDAY, person));
    await product.happens(order(product, 'o1'));
    expect(await ends(product, 'up')).toEqual(['planned']);
    await product.happens(aFact('tier_locked', product.clock.now(), person, { tier: 'regular', by: 'LinXia' }));
    await product.later('2026-03-02T12:00');
    expect(await ends(product, 'up')).toEqual(['cancelled: tier_lost']);
    expect(texts(product)).not.toContain('恭喜');
  });

  it('is not sent: a congratulation on a tier whose order was refunded, although the member keeps the tier for its minimum stay', async () => {
    const product = await aProductWithSms(open);
    await saved(product, 'up', bySms('{on: tier_up, to: [member]}'), '恭喜');
    await product.happens(aFact('contact_added', MONDAY, person));
    await product.happens(order(product, 'o1'));
    await product.later('2026-03-02T10:00');
    await product.happens(refund(product, 'o1'));
    await product.later('2026-03-02T12:00');
    expect(await product.db.read.one('SELECT tier, orders_total FROM member_metrics')).toEqual({
      tier: 'member',
      orders_total: 0,
    });
    expect(await ends(product, 'up')).toEqual(['cancelled: tier_lost']);
    expect(texts(product)).not.toContain('恭喜');
  });

  it('is sent: thanks for an order after the refund of the first one', async () => {
    const product = await aProductWithSms(open);
    await saved(
      product,
      'stopped',
      `${bySms('{on: reached, metric: orders_total, at: [1]}')}\nstop_when: orders_total == 0`,
      '收到',
    );
    await product.happens(aFact('contact_added', MONDAY, person), order(product, 'o1'));
    await product.happens(refund(product, 'o1'));
    await product.later('2026-03-02T12:00');
    expect(await ends(product, 'first-order')).toEqual(['cancelled: count_below']);
    await product.later('2026-03-04T09:00');
    await product.happens(order(product, 'o2'));
    await product.later('2026-03-04T12:00');
    expect(await ends(product, 'first-order')).toEqual(['cancelled: count_below', 'waiting: waits_for_staff']);
    expect(await ends(product, 'stopped')).toEqual(['cancelled: count_below', 'sent']);
  });

  it('is sent in other words: thanks for a first order, when an older order has been reported meanwhile', async () => {
    const product = await aProductWithSms(open);
    for (const late of [[], [order(product, 'old', 10_000, MONDAY - 300 * DAY)]]) {
      const who = { externalUserId: `wm${late.length}`, chatContactId: `c-${late.length}` };
      const first = aFact('order_paid', MONDAY, who, { orderId: `new-${late.length}`, amountCents: 10_000 });
      await product.happens(aFact('contact_added', MONDAY, who), first);
      await product.happens(...late.map((fact) => ({ ...fact, member: who })));
    }
    await product.later('2026-03-02T12:00');
    const thanks = texts(product).flatMap((text) => /收到你[^，]*/.exec(text) ?? []);
    expect(thanks.sort()).toEqual(['收到你下的单了', '收到你的第一单了']);
  });

  it('is not sent: a first week, when the member turns out to have joined 300 days before; it is sent when it was one day', async () => {
    const product = await aProductWithSms(open);
    await saved(product, 'week', bySms('{on: days_since, metric: days_since_joined, at: 7}'), '认识一周了');
    for (const [day, end] of [
      [300, 'cancelled: days_changed'],
      [1, 'sent'],
    ] as const) {
      const who = { externalUserId: `wmWeek${day}`, phone: `1380013800${day % 10}` };
      const start = product.clock.now();
      await product.happens(aFact('contact_added', start, who));
      await product.later(new Date(start + 7 * DAY).toISOString().slice(0, 10) + 'T00:10');
      await product.happens(aFact('contact_added', start - day * DAY, who));
      await product.later(new Date(start + 7 * DAY).toISOString().slice(0, 10) + 'T12:00');
      expect((await ends(product, 'week')).at(-1)).toBe(end);
    }
  });

  it('is not sent: a stage that the member has left, or a silence that has ended', async () => {
    const product = await aProductWithSms(open);
    await saved(product, 'dozes', bySms('{on: stage, enters: dozing}'), '好久没见');
    await saved(product, 'still', bySms('{on: silent, days: 30}'), '三十天没见');
    await product.happens(aFact('contact_added', MONDAY, person), order(product, 'o1'));
    await product.later('2026-03-31T23:00');
    await product.later('2026-04-01T09:00');
    expect([...(await ends(product, 'dozes')), ...(await ends(product, 'still'))]).toEqual(['planned', 'planned']);
    await product.happens(aFact('visited', product.clock.now(), person));
    await product.later('2026-04-01T12:00');
    expect([...(await ends(product, 'dozes')), ...(await ends(product, 'still'))]).toEqual([
      'cancelled: stage_left',
      'cancelled: came_back',
    ]);
  });

  it('is not sent: a greeting to a contact who has left', async () => {
    const product = await aProductWithSms(open);
    await saved(product, 'hello', bySms('{on: contact_added}'), '你好');
    await product.happens(aFact('contact_added', MONDAY, person));
    await product.happens(aFact('contact_lost', product.clock.now(), person));
    await product.later('2026-03-02T12:00');
    expect(await ends(product, 'hello')).toEqual(['cancelled: contact_lost']);
  });
});

eachDatabase('an edit of how often a template is sent', (open) => {
  it('sends nothing again', async () => {
    const product = await aProductWithSms(open);
    const week = (once: string) => bySms('{on: days_since, metric: days_since_joined, at: 7}', `once: ${once}`);
    await saved(product, 'week', week('ever'), '一周了');
    await product.happens(aFact('contact_added', MONDAY, person));
    await product.later('2026-03-09T00:10');
    await product.later('2026-03-09T12:00');
    expect(texts(product).filter((text) => text === '一周了')).toHaveLength(1);
    for (const [once, day] of [
      ['per_occasion', '2026-03-10'],
      ['ever', '2026-03-11'],
      ['per_occasion', '2026-03-12'],
    ] as const) {
      await saved(product, 'week', week(once), '一周了');
      await product.later(`${day}T00:10`);
      await product.later(`${day}T12:00`);
    }
    expect(texts(product).filter((text) => text === '一周了')).toHaveLength(1);
  });

  it('sends for a second, real promotion where each counts, and not where the template is sent once', async () => {
    for (const [once, sent] of [
      ['per_occasion', 2],
      ['ever', 1],
    ] as const) {
      const product = await aProductWithSms(open);
      await saved(product, 'up', bySms('{on: tier_up, to: [member]}', `once: ${once}`), '升为会员');
      await product.happens(aFact('contact_added', MONDAY, person));
      await product.later('2026-03-02T10:00');
      await product.happens(order(product, 'o1'));
      await product.later('2026-03-02T11:31');
      await product.later('2026-03-02T12:00');
      await product.happens(refund(product, 'o1'));
      for (let day = 1; day < 48; day++)
        await product.later(new Date(MONDAY + day * DAY).toISOString().slice(0, 10) + 'T09:00');
      const { tier } = (await product.db.read.one<{ tier: string }>('SELECT tier FROM member_metrics'))!;
      expect(tier).toBe('regular');
      await product.later('2026-04-20T12:00');
      await product.happens(order(product, 'o2'));
      await product.later('2026-04-20T17:31');
      await product.later('2026-04-21T13:00');
      expect(texts(product).filter((text) => text === '升为会员')).toHaveLength(sent);
    }
  });
});

eachDatabase('messages whose text is true on one day only', (open) => {
  const days = async (product: TestProduct, from: string, to: string): Promise<void> => {
    for (let day = at(`${from}T00:05`); day <= at(`${to}T00:05`); day += DAY)
      for (const hour of ['00:05', '11:31', '20:31']) {
        const moment = new Date(day + 8 * 3_600_000).toISOString().slice(0, 10) + `T${hour}`;
        if (at(moment) > product.clock.now()) await product.later(moment);
      }
  };
  const yearSent = async (product: TestProduct) =>
    (
      await product.db.read.all<{ at: number }>(
        `SELECT e.at FROM outbox_event e JOIN outbox o ON o.id = e.outbox_id WHERE o.campaign = 'year' AND e.state = 'sent'`,
      )
    ).map((row) => new Date(row.at + 8 * 3_600_000).toISOString().slice(0, 10));
  const year = bySms('{on: days_since, metric: days_since_joined, at: 365}', 'priority: 60');

  it('are sent exactly a year later, even across a leap day', async () => {
    const product = await aProductWithSms(open, '2027-06-10T10:00');
    await saved(product, 'year', year, '去年的今天，你第一次来到这里。');
    await product.happens(aFact('contact_added', product.clock.now(), person));
    await product.later('2028-05-20T10:00');
    await product.happens(aFact('visited', product.clock.now(), person));
    await days(product, '2028-06-08', '2028-06-12');
    expect(await yearSent(product)).toEqual(['2028-06-10']);
  });

  it.each([
    ['2028-02-29', ['2029-02-26', '2029-03-03'], [], 'suppressed: no_such_day'],
    ['2027-02-28', ['2028-02-26', '2028-03-02'], ['2028-02-28'], 'sent'],
    ['2027-03-01', ['2028-02-27', '2028-03-03'], ['2028-03-01'], 'sent'],
  ] as const)('about %s are sent on the same date or not at all', async (joined, [from, to], sent, end) => {
    const product = await aProductWithSms(open, `${joined}T10:00`);
    await saved(product, 'year', year, '去年的今天，你第一次来到这里。');
    await product.happens(aFact('contact_added', product.clock.now(), person));
    await days(product, from, to);
    expect(await yearSent(product)).toEqual(sent);
    expect(await ends(product, 'year')).toEqual([end]);
  });

  it('are not sent on another day when a cap blocks their own', async () => {
    const product = await aProductWithSms(open, '2025-03-02T09:00');
    const counted = (settings: string) => settings.replace('caps: {counts: false}\n', '');
    await saved(product, 'year', counted(year), '去年的今天，你第一次来到这里。');
    await saved(
      product,
      'spoke',
      counted(bySms('{on: reached, metric: messages_total, at: [1]}', 'priority: 90')),
      '第一次开口',
    );
    await product.happens(aFact('contact_added', product.clock.now(), person));
    await product.later('2026-03-01T21:00');
    await product.happens(aFact('sent_message', product.clock.now(), person, { chatId: 'wrA' }));
    await days(product, '2026-03-02', '2026-03-07');
    expect(await yearSent(product)).toEqual([]);
    expect(texts(product).filter((text) => text.includes('去年的今天'))).toEqual([]);
    expect(texts(product)).toContain('第一次开口');
  });

  it('name the date on which they are sent', async () => {
    const product = await aProductWithSms(open);
    await saved(
      product,
      'first',
      'trigger: {on: reached, metric: orders_total, at: [1]}\nchannels: [mass_send]\ntiming: slot\nwindow_hours: 72',
      '今天是{{ today }}，谢谢你的第一单。',
    );
    for (const { key } of await product.templates.list())
      if (key !== 'first') await product.templates.setEnabled(key, false, product.clock.now());
    await product.happens(aFact('contact_added', MONDAY, person));
    await product.later('2026-03-02T21:00');
    await product.happens(order(product, 'o1'));
    await product.later('2026-03-03T11:31');
    expect(texts(product)).toEqual(['今天是3月3日，谢谢你的第一单。']);
  });

  it('are withdrawn at midnight from staff who have not tapped, and are sent with the new date', async () => {
    const product = await aProductWithSms(open);
    for (const { key } of await product.templates.list())
      await product.templates.setEnabled(key, false, product.clock.now());
    await saved(
      product,
      'first',
      'trigger: {on: reached, metric: orders_total, at: [1]}\nchannels: [mass_send]\ntiming: slot\nwindow_hours: 72',
      '今天是{{ today }}，谢谢你的第一单。',
    );
    await product.happens(aFact('contact_added', MONDAY, person), order(product, 'o1'));
    await product.later('2026-03-02T11:31');
    await product.later('2026-03-02T14:00');
    for (const moment of ['00:01', '00:05', '00:30', '08:05', '11:31']) await product.later(`2026-03-03T${moment}`);
    expect(product.channel.cancelled.size).toBe(1);
    expect(texts(product)).toEqual(['今天是3月2日，谢谢你的第一单。', '今天是3月3日，谢谢你的第一单。']);
    product.channel.confirmed.add(
      'msg' + String(product.channel.performed.findLastIndex(({ action }) => action.kind === 'mass_send')),
    );
    await product.later('2026-03-03T14:00');
    expect(await ends(product, 'first')).toEqual(['sent']);
  });
});
