import { expect, it } from 'vitest';
import { GiveUp } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct } from '../../support/engine-house.js';
import type { Fact } from '../../../src/domain/fact.js';
import { factStore } from '../../../src/inbox/fact.store.js';
import { contactPairStore } from '../../../src/features/members/contact-pair.store.js';

const QUEUE = 1_300;

eachDatabase('a newcomer while very much else is going on', (open) => {
  const told = (house: TestProduct, facts: readonly Fact[]) =>
    house.intake.keep(facts.map((fact) => ({ kind: 'fact', fact })));
  const chatter = Array.from({ length: QUEUE }, (_, index) =>
    aFact('sent_message', MONDAY - 1_000, { externalUserId: `wm${index % 40}` }),
  );
  const comes = (code: string, at = MONDAY) =>
    aFact('contact_added', at, xiaolu, { staff: 'LinXia', welcomeCode: code, mutual: true });
  const welcomes = (house: TestProduct) =>
    house.db.read.all<{ id: number }>(`SELECT id FROM outbox WHERE kind = 'send_welcome'`);

  it('is greeted before a long queue is through, and the queue goes on in between', async () => {
    const house = await aProduct(await open());
    await told(house, [...chatter, comes('wc1')]);
    await house.engine.advance();
    expect(await welcomes(house)).toHaveLength(1);
    expect(await factStore.countPending(house.db.read)).toBe(QUEUE);
    await told(house, [aFact('contact_added', MONDAY, { externalUserId: 'wmOther' }, { welcomeCode: 'wc2' })]);
    await house.engine.advance();
    expect(await factStore.countPending(house.db.read)).toBe(QUEUE + 1 - 500);
    await house.engine.advance();
    expect(await welcomes(house)).toHaveLength(2);
    await house.pump.drain();
    expect(await factStore.countPending(house.db.read)).toBe(0);
    expect(house.channel.ofKind('send_welcome').map((action) => action.welcomeCode)).toEqual(['wc1', 'wc2']);
  });

  it('is not taken before what was told of them earlier', async () => {
    const house = await aProduct(await open());
    const before = [
      aFact('contact_added', MONDAY - 9_000, xiaolu, { staff: 'LinXia' }),
      aFact('contact_lost', MONDAY - 8_000, xiaolu, { staff: 'LinXia', by: 'member' }),
    ];
    await told(house, [...chatter, ...before, comes('wc1')]);
    await house.engine.advance();
    expect(await factStore.countPending(house.db.read)).toBe(QUEUE);
    expect((await contactPairStore.open(house.db.read, ['wmXiaolu'])).get('wmXiaolu')).toHaveLength(1);
  });

  it('whose code is dead by now waits like everybody', async () => {
    const house = await aProduct(await open());
    await told(house, [...chatter, comes('wc1')]);
    house.clock.pushTo(MONDAY + 21_000);
    await house.engine.advance();
    expect(await welcomes(house)).toEqual([]);
  });

  it('does not wait until everybody has been reviewed', async () => {
    const house = await aProduct(await open());
    await house.db.write((tx) =>
      tx.insert(
        'member',
        Array.from({ length: 600 }, () => ({ created_at: 1, reviewed_day: 1 })),
      ),
    );
    const greeted: number[] = [];
    await house.engine.review(async () => {
      if (greeted.length === 0) await told(house, [comes('wc1')]);
      await house.engine.advance();
      greeted.push((await welcomes(house)).length);
    });
    expect(greeted[0]).toBe(1);
  });

  it('is tagged with one call on the first day, though they are read while the tags are on their way', async () => {
    const house = await aProduct(await open());
    await told(house, [comes('wc1')]);
    await house.engine.advance();
    const read = { name: '小鹿', gender: 0 as const, readAt: MONDAY, follows: [] };
    const follow = { staff: 'LinXia', createdAt: MONDAY, tagIds: [] };
    await told(house, [aFact('contact_read', MONDAY, xiaolu, { ...read, follows: [follow] })]);
    await house.engine.advance();
    const tellings = () => house.db.read.all<{ key: string }>(`SELECT key FROM outbox WHERE kind = 'mark_tags'`);
    expect(await tellings()).toHaveLength(1);
    house.channel.failNext('mark_tags', new GiveUp('no_permission', { blames: ['sender'] }));
    // The library is completed first.
    await house.later(1);
    await house.later(1);
    await house.later('2026-03-03T09:30');
    await house.later('2026-03-03T10:30');
    expect(await tellings()).toHaveLength(2);
    expect(house.channel.ofKind('mark_tags')).toHaveLength(1);
  });
});
