import { expect, it } from 'vitest';
import type { SendingPolicy } from '../../../src/domain/sending/send-policy.js';
import { contactPairStore } from '../../../src/features/members/contact-pair.store.js';
import { outboxStore } from '../../../src/outbox/outbox.store.js';
import { GiveUp } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { saveTemplate } from '../../support/save-template.js';
import { anActionKey } from '../../support/an-action-key.js';

const HOUR = 3_600_000;
const aqing = { externalUserId: 'wmAqing' };
const phones = ['13800138001', '13800138002'] as const;

const rowsOf = (product: TestProduct, kind: string) =>
  product.db.read.all<{ key: string; state: string; reason: string | null; not_before: number }>(
    'SELECT key, state, reason, not_before FROM outbox WHERE kind = $1 ORDER BY id',
    [kind],
  );

eachDatabase('a campaign by SMS', (open) => {
  const sms = `trigger: {on: silent, days: 30}
audience: is_contact
channels: [sms]
sms: {template: '1234567', params: ['{{ name }}']}
timing: slot
window_hours: 168
once: per_occasion
priority: 40`;

  /** Two members on the evening before their thirtieth silent day. */
  async function silentPeople(sending: Partial<SendingPolicy> = {}): Promise<TestProduct> {
    const channel = new FakeChannel([...new FakeChannel().abilities, 'sms']);
    const product = await aProduct(await open(), { channel, sending });
    await saveTemplate(product, 'silent-30', sms);
    await product.happens(
      ...[xiaolu, aqing].map((ids, index) => aFact('contact_added', MONDAY, { ...ids, phone: phones[index]! })),
    );
    await product.later('2026-03-31T20:00');
    return product;
  }
  const numbers = (product: TestProduct) => product.channel.ofKind('sms').map(({ phone }) => phone);

  it('is sent once to each member, also after a restart, and not to a member who opted out meanwhile', async () => {
    const product = await silentPeople();
    await product.later('2026-04-01T09:00');
    expect((await rowsOf(product, 'sms')).map(({ state }) => state)).toEqual(['planned', 'planned']);
    await product.happens(aFact('opted_out', product.clock.now(), aqing));
    await product.later('2026-04-01T11:30');
    const again = await product.rebuilt();
    await again.later('2026-04-01T12:00');
    await again.later('2026-04-20T12:00');
    expect(numbers(product)).toEqual([`+86${phones[0]}`]);
    expect((await rowsOf(product, 'sms')).map(({ state, reason }) => reason ?? state).sort()).toEqual([
      'opted_out',
      'sent',
    ]);
  });

  it('is not sent at night, also when its time came while the product was down', async () => {
    const product = await silentPeople();
    await product.later('2026-04-01T09:00');
    await product.later('2026-04-01T22:30');
    expect(numbers(product)).toEqual([]);
    await product.later('2026-04-02T08:30');
    expect(numbers(product)).toHaveLength(2);
  });

  it('counts against the daily cap like any other message', async () => {
    const product = await silentPeople({ minGapDays: 0 });
    const month = 'trigger: {on: days_since, metric: days_since_contact, at: 30}';
    await saveTemplate(product, 'one-month', sms.replace(/trigger: .*/, month));
    await product.later('2026-04-01T09:00');
    await product.later('2026-04-01T21:00');
    expect(numbers(product).sort()).toEqual(phones.map((phone) => `+86${phone}`));
    await product.later('2026-04-02T21:00');
    expect(numbers(product)).toHaveLength(4);
  });
});

eachDatabase("WeCom's own cap of mass-sends", (open) => {
  const massSend = (window: number) => `trigger: {on: silent, days: 30}
audience: is_contact
channels: [mass_send]
timing: slot
window_hours: ${window}
once: per_occasion
caps: {counts: false}
priority: 40`;

  /** WeCom allows one mass-send a day, and today's is planned already. */
  async function plannedUnder(window: number): Promise<{ state: string; reason: string | null; day: string }> {
    const product = await aProduct(await open());
    Object.assign(product.engine.rules.sending, { wecomCap: 'one_a_day' });
    await saveTemplate(product, 'silent-30', massSend(window));
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    const member = (await product.db.read.one<{ id: number }>('SELECT id FROM member'))!.id as never;
    const notBefore = Date.parse('2026-04-01T20:00:00+08:00');
    const message = { text: '今天的', attachments: [] };
    const action = { kind: 'mass_send', sender: 'LinXia', externalUserIds: ['wmXiaolu'], message } as const;
    await product.db.write((tx) =>
      outboxStore.enqueue(tx, [{ key: anActionKey('today'), member, notBefore, action }], MONDAY),
    );
    await product.later('2026-04-01T09:00');
    const { state, reason, not_before } = (await rowsOf(product, 'mass_send')).find(({ key }) =>
      key.includes('silent-30'),
    )!;
    return { state, reason, day: new Date(not_before + 8 * HOUR).toISOString().slice(0, 10) };
  }

  it('moves another mass-send to a later day, or suppresses it with the reason', async () => {
    expect(await plannedUnder(72)).toEqual({ state: 'planned', reason: null, day: '2026-04-02' });
    expect(await plannedUnder(8)).toMatchObject({ state: 'suppressed', reason: 'wecom_daily_cap' });
  });
});

eachDatabase('a greeting whose welcome code has expired', (open) => {
  it("is sent once by the campaign's next channel, under the same key", async () => {
    const product = await aProduct(await open(), {
      channel: new FakeChannel([...new FakeChannel().abilities, 'chat_dm']),
    });
    const ids = { ...xiaolu, chatContactId: 'chat-xiaolu' };
    product.channel.failNext('send_welcome', new GiveUp('welcome_code_expired'));
    const comes = aFact('contact_added', MONDAY, ids, { welcomeCode: 'wc1' });
    await product.happens(comes, comes);
    await product.later(1);
    await (await product.rebuilt()).later(1);
    expect(product.channel.ofKind('chat_dm').map(({ chatContactId }) => chatContactId)).toEqual(['chat-xiaolu']);
    expect(product.channel.ofKind('send_welcome')).toEqual([]);
    expect(await rowsOf(product, 'chat_dm')).toMatchObject([{ state: 'sent' }]);
  });
});

eachDatabase('a greeting that can only be a mass-send', (open) => {
  it.each([
    ["is suppressed beyond WeCom's own cap", 1, []],
    ['is sent while the cap allows it', 0, ['wmXiaolu']],
  ])('%s', async (_what, planned, receivers) => {
    const product = await aProduct(await open());
    Object.assign(product.engine.rules.sending, { wecomCap: 'one_a_day' });
    await saveTemplate(
      product,
      'welcome',
      'trigger: {on: contact_added}\nchannels: [welcome, mass_send]\ntiming: now\nwindow_hours: 6\ncaps: {counts: false}',
    );
    await product.happens(aFact('profile_updated', MONDAY, xiaolu, { name: '小鹿' }));
    const member = (await product.db.read.one<{ id: number }>('SELECT id FROM member'))!.id as never;
    const message = { text: '今天的', attachments: [] };
    const action = { kind: 'mass_send', sender: 'LinXia', externalUserIds: ['wmXiaolu'], message } as const;
    const notBefore = MONDAY + 10 * HOUR;
    if (planned > 0)
      await product.db.write((tx) =>
        outboxStore.enqueue(tx, [{ key: anActionKey('today'), member, notBefore, action }], MONDAY),
      );
    product.channel.failNext('send_welcome', new GiveUp('welcome_code_expired'));
    await product.later(1);
    await product.happens(aFact('contact_added', product.clock.now(), xiaolu, { welcomeCode: 'wc1' }));
    await product.later(1);
    expect(product.channel.ofKind('mass_send').flatMap(({ externalUserIds }) => externalUserIds)).toEqual(receivers);
  });
});

eachDatabase('tags in the name of staff whom WeCom no longer knows', (open) => {
  it.each(['no_such_staff', 'staff_out_of_scope', 'no_such_contact', 'no_contact_permission'])(
    'are synced in the name of another member of staff who has the customer (%s)',
    async (code) => {
      const product = await aProduct(await open());
      await product.happens(aFact('contact_added', MONDAY - HOUR, xiaolu, { staff: 'LinXia' }));
      await product.later(1);
      product.channel.failNext('mark_tags', new GiveUp(code, { blames: ['pair'] }));
      await product.happens(aFact('contact_added', MONDAY, xiaolu, { staff: 'ZhaoMin' }));
      for (let hour = 0; hour < 3; hour += 1) await product.later(1);
      expect(product.channel.ofKind('mark_tags').at(-1)?.staff).toBe('ZhaoMin');
      const pairs = await contactPairStore.open(product.db.read, ['wmXiaolu']);
      expect(pairs.get('wmXiaolu')?.map(({ staff }) => staff)).toEqual(['ZhaoMin']);
    },
  );
});
