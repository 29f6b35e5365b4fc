import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY } from '../../support/test-product.js';

const PEOPLE = 20;

interface Noted {
  readonly items: readonly { readonly metric: string; readonly chosen: string; readonly suggested: string }[];
}

eachDatabase('a threshold that a person took from the data', (open) => {
  /** Twenty who have spoken 11 to 30 times, and a rule that was cut at 2. */
  async function aCommunity(cut = 'messages_total >= 2') {
    const product = await aProduct(await open());
    const app = await aConsole(product, { sharesRules: true });
    await product.happens(
      ...Array.from({ length: PEOPLE }, (_, index) => index).flatMap((index) =>
        Array.from({ length: 11 + index }, () => aFact('sent_message', MONDAY, { externalUserId: `wm${index}` })),
      ),
    );
    await app.asAdmin('POST', '/api/v1/rules/thresholds/chosen', {
      metric: 'messages_total',
      method: 'quantiles',
      cut: 2,
      classes: 2,
    });
    const text = (await readFile('config/tiers.yaml', 'utf8')).replace('messages_total > 0', cut);
    expect((await app.asAdmin('PUT', '/api/v1/rules/tiers', { text, base: 1, note: '' })).status).toBe(200);
    const notes = async () => (await app.asAdmin<Noted>('GET', '/api/v1/rules/thresholds/notes')).body.items;
    const audited = () =>
      product.db.read.all<{ who: string; what: string }>(
        `SELECT who, what FROM audit WHERE what = 'threshold_suggested' ORDER BY id`,
      );
    return { product, app, notes, audited };
  }

  it('is compared once a month with what the same method suggests, which is noted and changes no rule', async () => {
    const { product, app, notes, audited } = await aCommunity();
    expect(await notes()).toEqual([]);
    await product.later('2026-04-01T03:00');
    expect(await audited()).toEqual([{ who: 'thresholds', what: 'threshold_suggested' }]);
    expect(await notes()).toMatchObject([{ metric: 'messages_total', chosen: '2', suggested: '21', between: 10 }]);
    const again = await product.rebuilt();
    await again.later('2026-04-02T03:00');
    expect(await audited()).toHaveLength(1);
    await again.later('2026-05-01T03:00');
    expect(await audited()).toHaveLength(2);
    expect(await notes()).toHaveLength(1);
    const { body } = await app.asAdmin<{ text: string }>('GET', '/api/v1/rules/tiers');
    expect(body.text).toContain('messages_total >= 2');
    await app.close();
  });

  it('is not noted when no rule uses it any more, nor after somebody has chosen anew', async () => {
    const unused = await aCommunity('messages_total >= 3');
    await unused.product.later('2026-04-01T03:00');
    expect(await unused.audited()).toEqual([]);
    await unused.app.close();
    const { product, app, notes } = await aCommunity();
    await product.later('2026-04-01T03:00');
    expect(await notes()).toHaveLength(1);
    product.clock.pushTo(product.clock.now() + 1_000);
    await app.asAdmin('POST', '/api/v1/rules/thresholds/chosen', {
      metric: 'messages_total',
      method: 'quantiles',
      cut: 21,
    });
    expect(await notes()).toEqual([]);
    await app.close();
  });
});
