import { expect, it } from 'vitest';
import { setAsideStore } from '../../../src/set-aside/set-aside.store.js';
import { setAsideSources } from '../../../src/domain/set-aside-source.js';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, withKey } from '../../support/test-product.js';

interface Listed {
  readonly items: readonly { readonly id: string; readonly problemLabel: { readonly zh: string } }[];
  readonly next: string | null;
}

eachDatabase('a row that is set aside', (open) => {
  it('is counted on the home page, is listed with its reason, can be retried once, and leaves the list when dismissed', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    const facts = ['a', 'b'].map((key) =>
      withKey(key, aFact('order_paid', MONDAY, xiaolu, { orderId: key, amountCents: 100 })),
    );
    await product.inbox.receive(facts.map((fact) => ({ kind: 'fact', fact })));
    const ids = JSON.stringify(xiaolu);
    await product.db.write((tx) => tx.run(`UPDATE fact SET ids = '{'`));
    await product.workLoop.drain();
    const listed = async () => (await app.asAdmin<Listed>('GET', '/console/api/set-aside')).body.items;
    expect((await app.asAdmin('GET', '/console/api/home')).body).toMatchObject({ setAside: 2, standing: [] });
    expect((await listed()).map(({ id, problemLabel }) => [id, problemLabel.zh])).toEqual([
      ['fact:2', '存下的内容不完整，读不出来'],
      ['fact:1', '存下的内容不完整，读不出来'],
    ]);

    await product.db.write((tx) => tx.run('UPDATE fact SET ids = $1 WHERE id = 1', [ids]));
    const again = (row: number) => app.asAdmin('POST', '/console/api/set-aside/again', { source: 'fact', row });
    expect((await again(1)).status).toBe(200);
    expect((await again(1)).status).toBe(404);
    expect(await product.db.read.one('SELECT orders_total FROM member_metrics')).toEqual({ orders_total: 1 });
    // The cause of this one still exists, so it is set aside again.
    expect((await again(2)).status).toBe(200);
    expect((await listed()).map(({ id }) => id)).toEqual(['fact:2']);
    const dismiss = () => app.asAdmin('POST', '/console/api/set-aside/dismiss', { source: 'fact', row: 2 });
    expect([(await dismiss()).status, (await dismiss()).status]).toEqual([200, 404]);
    expect(await listed()).toEqual([]);
    const audit = await app.asAdmin<{ items: { title: { zh: string } }[] }>('GET', '/console/api/audit?about=upkeep');
    expect(audit.body.items.map(({ title }) => title.zh)).toEqual([
      '看过并移除了搁置的事件 #2',
      '让搁置的事件 #2 再试一次',
      '让搁置的事件 #1 再试一次',
    ]);
    await app.close();
  });

  it('is listed in pages without gaps, also if rows of several tables have the same id and time', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    const rows = setAsideSources.flatMap((source) => [1, 2].map((row) => ({ source, row, problem: 'ids: not JSON' })));
    await product.db.write((tx) => setAsideStore.add(tx, rows, MONDAY));
    for (const limit of [1, 3]) {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const url: string = `/console/api/set-aside?limit=${limit}${cursor && `&cursor=${cursor}`}`;
        const { items, next }: Listed = (await app.asAdmin<Listed>('GET', url)).body;
        seen.push(...items.map(({ id }) => id));
        cursor = next;
      }
      expect(seen).toEqual([2, 1].flatMap((row) => setAsideSources.map((source) => `${source}:${row}`)));
    }
    await app.close();
  });

  it('of another kind cannot be retried, and the list requires a login', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    const body = { source: 'member', row: 1 };
    expect((await app.asAdmin('POST', '/console/api/set-aside/again', body)).status).toBe(409);
    expect((await app.asAdmin('POST', '/console/api/set-aside/again', { source: 'audit', row: 1 })).status).toBe(400);
    expect((await app.ask('GET', '/console/api/set-aside')).status).toBe(401);
    await app.close();
  });
});
