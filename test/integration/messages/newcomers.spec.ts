import { expect, it } from 'vitest';
import { GiveUp } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';
import type { Fact } from '../../../src/domain/fact.js';
import { FACTS_AT_ONCE } from '../../../src/engine/engine.js';
import { factStore } from '../../../src/inbox/fact.store.js';
import { contactPairStore } from '../../../src/features/members/contact-pair.store.js';

const QUEUE = 1_300;

eachDatabase('a newcomer while a long queue is processed', (open) => {
  const receive = (product: TestProduct, facts: readonly Fact[]) =>
    product.inbox.receive(facts.map((fact) => ({ kind: 'fact', fact })));
  const chatter = Array.from({ length: QUEUE }, (_, index) =>
    aFact('sent_message', MONDAY - 1_000, { externalUserId: `wm${index % 40}` }),
  );
  const comes = (code: string, at = MONDAY) =>
    aFact('contact_added', at, xiaolu, { staff: 'LinXia', welcomeCode: code, mutual: true });
  const welcomes = (product: TestProduct) =>
    product.db.read.all<{ id: number }>(`SELECT id FROM outbox WHERE kind = 'send_welcome'`);

  it('is greeted before the queue is done, and the queue goes on in between', async () => {
    const product = await aProduct(await open());
    await receive(product, [...chatter, comes('wc1')]);
    await product.engine.advance();
    expect(await welcomes(product)).toHaveLength(1);
    expect(await factStore.countPending(product.db.read)).toBe(QUEUE);
    await receive(product, [aFact('contact_added', MONDAY, { externalUserId: 'wmOther' }, { welcomeCode: 'wc2' })]);
    await product.engine.advance();
    expect(await factStore.countPending(product.db.read)).toBe(QUEUE + 1 - FACTS_AT_ONCE);
    await product.engine.advance();
    expect(await welcomes(product)).toHaveLength(2);
    await product.workLoop.drain();
    expect(await factStore.countPending(product.db.read)).toBe(0);
    expect(product.channel.ofKind('send_welcome').map((action) => action.welcomeCode)).toEqual(['wc1', 'wc2']);
  });

  it('is not processed before their own earlier facts', async () => {
    const product = await aProduct(await open());
    const before = [
      aFact('contact_added', MONDAY - 9_000, xiaolu, { staff: 'LinXia' }),
      aFact('contact_lost', MONDAY - 8_000, xiaolu, { staff: 'LinXia', by: 'member' }),
    ];
    await receive(product, [...chatter, ...before, comes('wc1')]);
    await product.engine.advance();
    expect(await factStore.countPending(product.db.read)).toBe(QUEUE);
    expect((await contactPairStore.open(product.db.read, ['wmXiaolu'])).get('wmXiaolu')).toHaveLength(1);
  });

  it('waits like everybody when their welcome code has expired', async () => {
    const product = await aProduct(await open());
    await receive(product, [...chatter, comes('wc1')]);
    product.clock.pushTo(MONDAY + 21_000);
    await product.engine.advance();
    expect(await welcomes(product)).toEqual([]);
  });

  it('does not wait for the daily review to end', async () => {
    const product = await aProduct(await open());
    await product.db.write((tx) =>
      tx.insert(
        'member',
        Array.from({ length: 600 }, () => ({ created_at: 1, reviewed_day: 1 })),
      ),
    );
    const greeted: number[] = [];
    await product.engine.review(async () => {
      if (greeted.length === 0) await receive(product, [comes('wc1')]);
      await product.engine.advance();
      greeted.push((await welcomes(product)).length);
    });
    expect(greeted[0]).toBe(1);
  });

  it('is tagged with one call on the first day, although a read comes while the tags are being sent', async () => {
    const product = await aProduct(await open());
    await receive(product, [comes('wc1')]);
    await product.engine.advance();
    const read = { name: '小鹿', gender: 0 as const, readAt: MONDAY, follows: [] };
    const follow = { staff: 'LinXia', createdAt: MONDAY, tagIds: [] };
    await receive(product, [aFact('contact_read', MONDAY, xiaolu, { ...read, follows: [follow] })]);
    await product.engine.advance();
    const tagSyncs = () => product.db.read.all<{ key: string }>(`SELECT key FROM outbox WHERE kind = 'mark_tags'`);
    expect(await tagSyncs()).toHaveLength(1);
    product.channel.failNext('mark_tags', new GiveUp('no_permission', { blames: ['sender'] }));
    // The first hour completes the tag library.
    await product.later(1);
    await product.later(1);
    await product.later('2026-03-03T09:30');
    await product.later('2026-03-03T10:30');
    expect(await tagSyncs()).toHaveLength(2);
    expect(product.channel.ofKind('mark_tags')).toHaveLength(1);
  });
});
