import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, MONDAY, rulesWith, xiaolu, type TestProduct } from '../../support/test-product.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = 'channels: [mass_send]\ntiming: now\ncaps: {counts: false}\nonce: per_occasion';

/** When messages of this template go, by the corp's wall clock, with the reason where they do not. */
async function planned(product: TestProduct, key: string): Promise<string[]> {
  const rows = await product.db.read.all<{ at: number; state: string; reason: string | null }>(
    'SELECT not_before AS at, state, reason FROM outbox WHERE campaign = $1 ORDER BY id',
    [key],
  );
  return rows.map(({ at, state, reason }) => {
    const clock = new Date(Number(at) + 8 * HOUR).toISOString().slice(0, 16);
    return reason !== null && state !== 'planned' && state !== 'waiting' ? reason : clock;
  });
}

eachDatabase('triggers', (open) => {
  it('fire on a birthday every year, and make the member due on that day alone', async () => {
    const product = await aProduct(await open());
    // `once: ever` is once for each birthday.
    await saveTemplate(product, 'cake', `trigger: {on: birthday}\n${now.replace('per_occasion', 'ever')}`);
    await product.happens(
      aFact('contact_added', MONDAY, xiaolu),
      aFact('profile_updated', MONDAY, xiaolu, { birthday: '1990-03-20' }),
    );
    await product.later('2026-03-19T09:00');
    expect(await planned(product, 'cake')).toEqual([]);
    const { due } = (await product.db.read.one<{ due: number }>('SELECT due_day AS due FROM member'))!;
    expect(Number(due)).toBeLessThanOrEqual(Date.UTC(2026, 2, 20) / 86_400_000);
    await product.later('2026-03-20T09:00');
    expect(await planned(product, 'cake')).toEqual(['2026-03-20T09:00']);
    await product.later('2026-03-21T09:00');
    await product.later('2027-03-20T09:00');
    expect(await planned(product, 'cake')).toHaveLength(2);
  });

  it('write to members some minutes apart in the same slot, to each always at the same minute', async () => {
    const rules = await rulesWith({ sending: { 'spread_minutes: 0': 'spread_minutes: 9' } });
    const channel = new FakeChannel([...new FakeChannel().abilities, 'sms']);
    const product = await aProduct(await open(), { channel, rules });
    const bySms = `channels: [sms]\nsms: {template: '1'}\ntiming: slot\ncaps: {counts: false}\nonce: per_occasion`;
    await saveTemplate(product, 'more', `trigger: {on: reached, metric: orders_total, at: [1, 2]}\n${bySms}`);
    const people = Array.from({ length: 12 }, (_, n) => ({ externalUserId: `wm${n}`, phone: `138001380${10 + n}` }));
    await product.happens(...people.map((who) => aFact('contact_added', MONDAY, who)));
    const buys = (id: string) =>
      people.map((who) =>
        aFact('order_paid', product.clock.now(), who, { orderId: `${id}-${who.externalUserId}`, amountCents: 100 }),
      );
    await product.happens(...buys('a'));
    const first = await planned(product, 'more');
    await product.later(1);
    await product.happens(...buys('b'));
    const second = (await planned(product, 'more')).slice(12);
    expect(new Set(first).size).toBeGreaterThan(3);
    expect(first.every((at) => at.startsWith('2026-03-02T11:3'))).toBe(true);
    expect(second.map((at) => at.slice(11))).toEqual(first.map((at) => at.slice(11)));
  });

  it('fire before a festival, a special day, and on an event and a tag, each once', async () => {
    const rules = await rulesWith({
      calendar: {
        'special_days: []':
          "special_days:\n  - { key: fair, label: { zh: 春市, en: spring fair }, from: '03-08', to: '03-09' }",
      },
    });
    const product = await aProduct(await open(), { rules });
    await saveTemplate(product, 'fair', `trigger: {on: special_day, key: fair, ahead: 2}\n${now}`);
    await saveTemplate(product, 'festival', `trigger: {on: festival, name: womens_day, ahead: 1}\n${now}`);
    await saveTemplate(product, 'lesson', `trigger: {on: did, what: custom, name: lesson_done}\n${now}`);
    await saveTemplate(product, 'buyer', `trigger: {on: becomes, when: orders_total >= 2}\n${now}`);
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    await product.happens(aFact('custom', MONDAY + HOUR, xiaolu, { name: 'lesson_done' }));
    await product.happens(aFact('custom', MONDAY + HOUR, xiaolu, { name: 'lesson_begun' }));
    expect(await planned(product, 'lesson')).toHaveLength(1);
    await product.happens(aFact('order_paid', MONDAY + HOUR, xiaolu, { orderId: 'a', amountCents: 100 }));
    expect(await planned(product, 'buyer')).toEqual([]);
    await product.happens(aFact('order_paid', MONDAY + HOUR, xiaolu, { orderId: 'b', amountCents: 100 }));
    await product.happens(aFact('order_paid', MONDAY + HOUR, xiaolu, { orderId: 'c', amountCents: 100 }));
    expect(await planned(product, 'buyer')).toHaveLength(1);
    for (const day of [3, 4, 5, 6, 7]) await product.later(`2026-03-0${day}T09:00`);
    expect(await planned(product, 'fair')).toEqual(['2026-03-06T09:00']);
    expect(await planned(product, 'festival')).toEqual(['2026-03-07T09:00']);
    expect(await planned(product, 'lesson')).toHaveLength(1);
  });

  it('fire for the rank of last night, once a month, also for who rises because others fall', async () => {
    const product = await aProduct(await open());
    await saveTemplate(product, 'first', `trigger: {on: rank, metric: messages_30d_rank, within: 300}\n${now}`);
    const leader = { externalUserId: 'wmLeader' };
    const last = { externalUserId: 'wmLast' };
    const said = (person: typeof xiaolu, n: number, at: number) =>
      Array.from({ length: n }, () => aFact('sent_message', at, person));
    await product.happens(
      ...[leader, xiaolu, last].map((person) => aFact('contact_added', MONDAY - 26 * DAY, person)),
      ...[...said(leader, 9, MONDAY - 25 * DAY), ...said(xiaolu, 5, MONDAY), ...said(last, 1, MONDAY)],
    );
    for (const day of [2, 3, 4, 5, 6]) await product.later(`2026-03-0${day}T09:00`);
    expect(await planned(product, 'first')).toHaveLength(1);
    // What the leader said is 30 days old, and nobody else did anything. Ranks are those of the figures of the evening before.
    for (const day of [7, 8]) await product.later(`2026-03-0${day}T09:00`);
    const rows = await product.db.read.all<{ name: string }>(
      `SELECT i.value AS name FROM outbox o JOIN identity i ON i.member_id = o.member_id WHERE o.campaign = 'first' ORDER BY o.id`,
    );
    expect(rows.map(({ name }) => name)).toEqual(['wmLeader', 'wmXiaolu']);
  });

  it('keep the days free that the template names, when it is planned and when it goes', async () => {
    const product = await aProduct(await open());
    const kept = `trigger: {on: did, what: checked_in}\n${now}\nexcept_days: [weekends, holidays]`;
    await saveTemplate(product, 'patient', `${kept}\nwindow_hours: 120`);
    await saveTemplate(product, 'hasty', `${kept}\nwindow_hours: 24`);
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    // 3 April is a Friday; the three days after it are off.
    await product.later('2026-04-04T10:00');
    await product.happens(aFact('checked_in', product.clock.now(), xiaolu));
    expect(await planned(product, 'patient')).toEqual(['2026-04-07T07:30']);
    expect(await planned(product, 'hasty')).toEqual(['days_kept_free']);
    // The queue stood still until another day that is kept free.
    await product.db.write((tx) =>
      tx.run(`UPDATE outbox SET not_before = $1 WHERE campaign = 'patient'`, [Date.parse('2026-04-05T09:00:00+08:00')]),
    );
    await product.later('2026-04-05T10:00');
    expect(await planned(product, 'patient')).toEqual(['2026-04-07T07:30']);
  });
});
