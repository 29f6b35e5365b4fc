import { expect, it } from 'vitest';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY } from '../../support/test-product.js';

const path = '/console/api/results/thanks';
const text = (weights: string, more = ''): string =>
  `---\nkey: thanks\nname: 谢谢\nkind: care\ntrigger: {on: reached, metric: orders_total, at: [1]}\nchannels: [mass_send]\nholdout: 20\nmeasure: {goal: order}\nvariants: ${weights}\n${more}---\n谢谢\n--- variant B ---\n多谢\n`;
const half = '[{name: A, weight: 1}, {name: B, weight: 1}]';

interface ResultsAnswer {
  readonly period: number;
  readonly periods: readonly { readonly versions: readonly number[]; readonly variants: readonly string[] }[];
  readonly plan: { readonly madeBy: string | null; readonly baseRate: number; readonly sizes: Record<string, number> };
  readonly arms: readonly { readonly arm: string; readonly due: number }[];
  readonly lift: { readonly verdict: { readonly kind: string; readonly missing?: number } } | null;
  readonly variants: readonly { readonly one: string; readonly verdict: { readonly kind: string } }[];
}

eachDatabase('the results of a campaign', (open) => {
  it('say honestly that there are not enough people yet, and begin anew with a size that is asked for', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product, { sharesRules: true });
    await app.asAdmin('PUT', '/console/api/templates/thanks', { text: text(half), baseVersion: 0 });
    const customers = Array.from({ length: 40 }, (_, n) => ({ externalUserId: `wm-${n}` }));
    await product.happens(...customers.map((ids) => aFact('contact_added', MONDAY - 60_000, ids)));
    await product.happens(
      ...customers.map((ids, n) => aFact('order_paid', MONDAY, ids, { orderId: `o${n}`, amountCents: 100 })),
    );
    await product.later(8 * 24);

    const first = (await app.asAdmin<ResultsAnswer>('GET', path)).body;
    expect(first.plan).toMatchObject({ madeBy: null });
    expect(first.arms.map(({ arm }) => arm)).toEqual(['holdout', 'variant:A', 'variant:B']);
    expect(first.arms.reduce((sum, { due }) => sum + due, 0)).toBe(40);
    expect(first.lift!.verdict.kind).toBe('not_enough_people');
    expect(first.variants).toMatchObject([{ one: 'B', verdict: { kind: 'not_enough_people' } }]);
    const list = (
      await app.asAdmin<{ items: readonly { key: string }[]; global: unknown }>('GET', '/console/api/results')
    ).body;
    expect(list.items.map(({ key }) => key)).toContain('thanks');
    expect(list.global).toMatchObject({ percent: 2 });

    const question = { baseRate: 10, difference: 5 };
    const asked = await app.asAdmin('POST', `${path}/plan`, question);
    expect(asked.body).toMatchObject({ sizes: { perVariant: 686 }, stored: false });
    expect((await app.asAdmin<ResultsAnswer>('GET', path)).body.plan.madeBy).toBeNull();
    await app.asAdmin('POST', `${path}/plan`, { ...question, store: true });
    const planned = (await app.asAdmin<ResultsAnswer>('GET', path)).body;
    expect(planned.plan).toMatchObject({ madeBy: 'admin', baseRate: 0.1, sizes: { perVariant: 686 } });
    // Whom it concerned before the size was asked for does not count.
    expect(planned.arms).toEqual([]);
    expect(planned.lift).toBeNull();

    expect((await app.asAdmin('POST', `${path}/plan`, { baseRate: 0, difference: 5 })).status).toBe(400);
    expect((await app.asAdmin('GET', '/console/api/results/nobody')).status).toBe(404);
    expect((await app.asAdmin('GET', `${path}?period=7`)).status).toBe(404);
    await app.close();
  });

  it('change by no rule: a text is stopped by a person, in a new version, and its time begins anew', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product, { sharesRules: true });
    await app.asAdmin('PUT', '/console/api/templates/thanks', { text: text(half), baseVersion: 0 });
    await product.later(24);
    const stop = (variant: string, baseVersion: number) =>
      app.asAdmin('POST', `${path}/stop-variant`, { variant, baseVersion });
    expect(await stop('C', 1)).toMatchObject({ status: 400, body: { code: 'no_such_variant' } });
    expect((await stop('B', 1)).body).toEqual({ version: 2 });
    expect(await stop('B', 1)).toMatchObject({ status: 409, body: { code: 'version_conflict', version: 2 } });
    expect(await stop('A', 2)).toMatchObject({ status: 400, body: { code: 'bad_template' } });

    const results = (await app.asAdmin<ResultsAnswer>('GET', path)).body;
    expect(results.periods).toMatchObject([
      { versions: [2], variants: ['A'] },
      { versions: [1], variants: ['A', 'B'] },
    ]);
    expect((await app.asAdmin<ResultsAnswer>('GET', `${path}?period=1`)).body.period).toBe(1);
    const audit = await product.db.read.all<{ what: string }>(`SELECT what FROM audit WHERE what = 'variant_stopped'`);
    expect(audit).toHaveLength(1);
    // Whoever is due from now on gets the other text.
    await product.happens(
      ...Array.from({ length: 12 }, (_, n) =>
        aFact('contact_added', product.clock.now(), { externalUserId: `wm-${n}` }),
      ),
    );
    await product.happens(
      ...Array.from({ length: 12 }, (_, n) =>
        aFact('order_paid', product.clock.now(), { externalUserId: `wm-${n}` }, { orderId: `o${n}`, amountCents: 100 }),
      ),
    );
    const arms = await product.db.read.all<{ arm: string }>(
      `SELECT DISTINCT arm FROM outbox WHERE campaign = 'thanks' ORDER BY arm`,
    );
    expect(arms.map(({ arm }) => arm)).toEqual(['holdout', 'variant:A']);
    await app.close();
  });
});
