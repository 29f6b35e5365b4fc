import { expect, it } from 'vitest';
import { memberPage } from '../../../src/console/api/member-page.js';
import { DAY_MS, HOUR_MS } from '../../../src/domain/day.js';
import type { FactData, MemberIds } from '../../../src/domain/fact.js';
import { noPreference } from '../../../src/domain/sending/preference.js';
import { currentPreferences } from '../../../src/features/members/current-preferences.js';
import { preferenceStore } from '../../../src/features/members/preference.store.js';
import { asMemberId } from '../../../src/domain/ids.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { saveTemplate } from '../../support/save-template.js';

const lu: MemberIds = { externalUserId: 'wmLu', phone: '13800138001' };
const otherLu: MemberIds = { phone: '13800138002' };

/** One SMS template per message count, so that every message of the member is an occasion. */
async function aTalkingMember(db: Database, more = ''): Promise<TestProduct> {
  const product = await aProduct(db, { channel: new FakeChannel([...new FakeChannel().abilities, 'sms']) });
  await saveTemplate(
    product,
    'messages-100',
    `trigger: {on: reached, metric: messages_total, at: [${Array.from({ length: 20 }, (_, n) => n + 1).join(', ')}]}
channels: [sms]
sms: {template: '1234567', params: []}
timing: now
window_hours: 60
once: per_occasion
${more}`,
  );
  return product;
}

const wants = (product: TestProduct, data: FactData<'preference_changed'>, at = product.clock.now(), who = lu) =>
  aFact('preference_changed', at, who, data);
const speaks = (product: TestProduct) => aFact('sent_message', product.clock.now(), lu, { chatId: 'wrA' });
const sent = (product: TestProduct): number => product.channel.ofKind('sms').length;
const memberIdOf = async (product: TestProduct) =>
  asMemberId((await product.db.read.one<{ id: number }>('SELECT id FROM member ORDER BY id LIMIT 1'))!.id);

eachDatabase('a member who wants fewer messages', (open) => {
  it('gets at most one in 14 days, and all of them again when they want that', async () => {
    const product = await aTalkingMember(await open());
    await product.happens(wants(product, { pace: 'less' }));
    for (let day = 0; day < 17; day += 1) {
      await product.happens(speaks(product));
      await product.later(24);
    }
    expect(sent(product)).toBe(2);
    await product.happens(wants(product, { pace: 'all' }), speaks(product));
    expect(sent(product)).toBe(3);
    await product.later('2026-03-22T09:00');
    await product.happens(speaks(product));
    expect(sent(product)).toBe(4);
  });

  it('gets service messages as before', async () => {
    const product = await aTalkingMember(await open(), 'caps: service');
    await product.happens(wants(product, { pace: 'less' }));
    for (let day = 0; day < 5; day += 1) {
      await product.happens(speaks(product));
      await product.later(24);
    }
    expect(sent(product)).toBe(5);
  });

  it('is obeyed by a message that was planned before, also while the wish is only stored', async () => {
    const product = await aTalkingMember(await open());
    await product.happens(speaks(product));
    expect(sent(product)).toBe(1);
    await product.later('2026-03-04T09:00');
    await product.happens(speaks(product)); // Planned for the end of the corp's gap of three days.
    const states = () => product.db.read.all(`SELECT state, reason FROM outbox WHERE kind = 'sms' ORDER BY id`);
    expect(await states()).toEqual([
      { state: 'sent', reason: null },
      { state: 'planned', reason: null },
    ]);
    product.clock.pushTo(Date.parse('2026-03-05T10:00:00+08:00'));
    await product.inbox.receive([{ kind: 'fact', fact: wants(product, { pace: 'less' }) }]);
    const id = await memberIdOf(product);
    expect(await preferenceStore.of(product.db.read, id)).toEqual(noPreference);
    expect((await currentPreferences(product.db.read, [id])).get(id)?.pace).toBe('less');
    await (await product.rebuilt()).workLoop.drain();
    expect(await states()).toEqual([
      { state: 'sent', reason: null },
      { state: 'cancelled', reason: 'min_gap' },
    ]);
  });
});

eachDatabase('a member’s own quiet hours', (open) => {
  const quiet = { fromMinute: 7 * 60, toMinute: 19 * 60 };

  it('put off what is planned, and what was planned before they were set', async () => {
    const product = await aTalkingMember(await open());
    await product.happens(wants(product, { quiet }));
    await product.happens(speaks(product));
    await product.later('2026-03-02T18:59');
    expect(sent(product)).toBe(0);
    await product.later('2026-03-02T19:00');
    expect(sent(product)).toBe(1);
    // Planned for 20:00 of the day after tomorrow; by then the evening is quiet.
    await product.happens(wants(product, { quiet: null }));
    await product.later('2026-03-04T20:00');
    await product.happens(speaks(product));
    await product.happens(wants(product, { quiet: { fromMinute: 18 * 60, toMinute: 21 * 60 + 30 } }));
    await product.later('2026-03-05T19:30');
    expect(sent(product)).toBe(1);
    await product.later('2026-03-06T07:30');
    expect(sent(product)).toBe(2);
  });

  it('are shown on the member’s page, with the first moment outside them', async () => {
    const product = await aTalkingMember(await open());
    await product.happens(wants(product, { quiet, pace: 'less' }), speaks(product));
    const page = await memberPage(
      product.db.read,
      await memberIdOf(product),
      await product.engine.context(),
      product.clock.now(),
    );
    expect(page?.preference).toEqual({ pace: 'less', quiet });
    expect(page?.budget.nextAllowedAt).toBe(Date.parse('2026-03-16T19:00:00+08:00'));
  });
});

eachDatabase('a preference', (open) => {
  it('is the latest wish, whenever its fact arrives, and twice makes one', async () => {
    const product = await aTalkingMember(await open());
    const late = wants(product, { pace: 'less' }, MONDAY - DAY_MS);
    await product.happens(wants(product, { pace: 'all' }, MONDAY), late, late);
    const id = await memberIdOf(product);
    expect(await preferenceStore.of(product.db.read, id)).toEqual({ ...noPreference, paceAt: MONDAY });
  });

  it('belongs to the member when two records are merged: the later wish of both counts', async () => {
    const product = await aTalkingMember(await open());
    const quiet = { fromMinute: 0, toMinute: 600 };
    await product.happens(wants(product, { pace: 'less', quiet }, MONDAY - HOUR_MS, otherLu));
    await product.happens(wants(product, { pace: 'all' }, MONDAY - 2 * HOUR_MS, lu));
    await product.happens(aFact('profile_updated', MONDAY, { externalUserId: 'wmLu', phone: '13800138002' }));
    const rows = await product.db.read.all('SELECT pace, quiet_from, quiet_to FROM member_preference');
    expect(rows).toEqual([{ pace: 'less', quiet_from: 0, quiet_to: 600 }]);
  });
});
