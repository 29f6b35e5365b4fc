import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { dayOf } from '../../../src/domain/day.js';
import { dailyReport, renderDailyReport } from '../../../src/insights/daily-report.js';
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
    const atHome = async () => (await app.asAdmin('GET', '/console/api/home')).body['driftedThresholds'];
    const reported = async (day: string) =>
      dailyReport(product.db.read, dayOf(Date.parse(`${day}T04:00:00Z`), 'Asia/Shanghai'), 'Asia/Shanghai');
    return { product, app, notes, audited, atHome, reported };
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

  it('is named at home until somebody settles it, and in the report of the day on which it was compared', async () => {
    const { product, app, notes, atHome, reported } = await aCommunity();
    expect(await atHome()).toBe(0);
    await product.later('2026-04-01T03:00');
    expect(await atHome()).toBe(1);
    expect(renderDailyReport(await reported('2026-04-01'))).toContain('规则里有 1 个门槛和数据对不上');
    expect((await reported('2026-03-31')).driftedThresholds).toBe(0);
    expect((await reported('2026-04-02')).driftedThresholds).toBe(0);
    // The rule is changed: the comparison of the next month notes nothing, and the note of this month is over.
    const { body } = await app.asAdmin<{ text: string; base: number }>('GET', '/api/v1/rules/tiers');
    const text = body.text.replace('messages_total >= 2', 'messages_total >= 21');
    expect((await app.asAdmin('PUT', '/api/v1/rules/tiers', { text, base: 2, note: '' })).status).toBe(200);
    await product.later('2026-05-01T03:00');
    expect([await notes(), await atHome()]).toEqual([[], 0]);
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
