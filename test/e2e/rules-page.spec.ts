import { join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/domain/day.js';
import { migrations } from '../../src/migrations/index.js';
import { Database } from '../../src/platform/database/database.js';
import { axeFindings, standsStill } from '../support/axe.js';
import { DESK, openBrowser, PHONE, sidewaysScroll, visit, type Visit } from '../support/browser.js';
import { aConsole, PASSWORD, type ConsoleApp } from '../support/console-app.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../support/test-product.js';

const TWICE = 24;
const THRICE = 6;
const SPENT_CENTS = 60_000;
const picturesIn = process.env['PICTURES_DIR'];

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

/** Thirty who spent the same in the last month: most with two orders, some with three. */
async function aShopWithRegulars(db: Database): Promise<TestProduct> {
  const product = await aProduct(db);
  const people = Array.from({ length: TWICE + THRICE }, (_, index) => ({
    who: { externalUserId: `wm${index}` },
    name: `客人${index + 1}`,
    orders: index < TWICE ? 2 : 3,
  }));
  await product.happens(
    ...people.flatMap(({ who, name, orders }) => [
      aFact('contact_added', MONDAY - 20 * DAY_MS, who),
      aFact('profile_updated', MONDAY - 20 * DAY_MS, who, { name }),
      ...Array.from({ length: orders }, (_, index) =>
        aFact('order_paid', MONDAY - (10 - index) * DAY_MS, who, {
          orderId: `${who.externalUserId}-${index}`,
          amountCents: SPENT_CENTS / orders,
        }),
      ),
    ]),
  );
  // The figures of the corp, which the rules compare with, are those of the evening before.
  await product.later(24);
  return product;
}

describe.each([
  { name: 'desk', viewport: DESK },
  { name: 'phone', viewport: PHONE },
])('somebody who knows no CEL, at the $name', ({ name: width, viewport }) => {
  let db: Database;
  let product: TestProduct;
  let app: ConsoleApp;
  let visitor: Visit;

  beforeEach(async () => {
    db = await Database.open({ url: 'sqlite::memory:', migrations });
    product = await aShopWithRegulars(db);
    app = await aConsole(product, { webRoot: resolve('dist/console/web'), sharesRules: true });
    visitor = await visit(browser, `http://127.0.0.1:${await app.listen()}`, viewport);
    const { page } = visitor;
    await page.goto('/rules');
    await page.getByLabel('账号', { exact: true }).fill('admin');
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { level: 1, name: '规则' }).waitFor();
  });
  afterEach(async () => {
    expect(visitor.complaints).toEqual([]);
    if (picturesIn) await visitor.page.screenshot({ path: join(picturesIn, `${width}-end.png`) });
    await visitor.context.close();
    await app.close();
    await db.close();
  });

  const tiers = async (): Promise<Record<string, number>> => {
    const rows = await db.read.all<{ tier: string; n: number }>(
      'SELECT tier, COUNT(*) AS n FROM member_metrics GROUP BY tier',
    );
    return Object.fromEntries(rows.map(({ tier, n }) => [tier, Number(n)]));
  };

  /** Looks at what is on the screen: nothing hangs over the edge, and axe finds nothing. */
  async function fits(page: Page, name: string): Promise<void> {
    await standsStill(page);
    if (picturesIn) await page.screenshot({ path: join(picturesIn, `${width}-${name}.png`) });
    expect(await sidewaysScroll(page), name).toBe(0);
    expect(await axeFindings(page), name).toEqual([]);
  }

  /** Opens the condition of the highest tier and asks for two orders instead of three. */
  async function asksForTwoOrders(page: Page): Promise<void> {
    await page.getByRole('link', { name: /^层级/ }).first().click();
    await page.getByText('近90天订单至少 3 笔').first().waitFor();
    await fits(page, '1-words');
    await page.getByRole('button', { name: '改条件：铁杆 · 进入条件' }).click();
    const dialog = page.getByRole('dialog');
    const orders = dialog.getByRole('spinbutton', { name: '数值' }).first();
    await orders.waitFor();
    expect(await orders.inputValue()).toBe('3');
    await orders.fill('2');
    await dialog.getByText('近90天订单至少 2 笔').waitFor();
    await fits(page, '2-blocks');
    await dialog.getByRole('button', { name: '用这个条件' }).click();
    await page.getByText('已改').first().waitFor();
  }

  const publishButton = (within: Page | Locator): Locator => within.getByRole('button', { name: '发布', exact: true });

  it('changes three orders to two, sees who would move, publishes, sees it happen, and takes it back', async () => {
    const { page } = visitor;
    expect(await tiers()).toEqual({ member: TWICE, loyal: THRICE });
    await asksForTwoOrders(page);

    await page.getByRole('button', { name: '试算' }).click();
    const dryRun = page.getByRole('dialog', { name: '试算' });
    await dryRun.getByText(`${TWICE + THRICE} 位成员里，${TWICE} 位会变`).waitFor();
    const flows = dryRun.getByRole('region', { name: '会换层的人' });
    await flows.getByText(`${TWICE} 人`).waitFor();
    await dryRun.locator('svg text', { hasText: '铁杆' }).first().waitFor();
    await fits(page, '3-dry-run');
    const sample = dryRun.getByRole('region', { name: /^举例/ }).locator('details').first();
    await sample.locator('summary').first().click();
    await sample.getByText('近90天订单').first().waitFor();
    await sample.scrollIntoViewIfNeeded();
    await fits(page, '4-sample');
    expect(await tiers()).toEqual({ member: TWICE, loyal: THRICE });

    await publishButton(dryRun).click();
    const publishing = page.getByRole('dialog', { name: '发布为第 2 版' });
    await publishing.getByLabel('为什么改').fill('三单太难，先试两单');
    await fits(page, '5-publish');
    await publishButton(publishing).click();
    await page.getByText('第 2 版已生效').waitFor();

    // More than a fifth of a tier would leave it: the review stops, and a person says yes.
    await product.workLoop.drain();
    const stopped = page.getByRole('alert').filter({ hasText: '已先停下' });
    await stopped.getByText(`会员 → 铁杆 ${TWICE} 人`).waitFor();
    expect(await tiers()).toEqual({ member: TWICE, loyal: THRICE });
    await fits(page, '6-stopped');
    await stopped.getByRole('button', { name: '同意执行' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '同意执行' }).click();
    await stopped.waitFor({ state: 'detached' });
    await product.workLoop.drain();
    expect(await tiers()).toEqual({ loyal: TWICE + THRICE });
    const now = page.getByRole('list', { name: '现在各层人数' });
    await now.getByText(`+${TWICE}`).waitFor();
    await fits(page, '7-happened');

    await page.getByRole('button', { name: '撤回', exact: true }).click();
    await page.getByText('第 2 版已撤回').waitFor();
    await page.getByText('近90天订单至少 3 笔').first().waitFor();
    await fits(page, '8-taken-back');
    await product.workLoop.drain();
    // Two orders are enough to stay, so nobody is sent back at once.
    expect(await tiers()).toEqual({ loyal: TWICE + THRICE });
    expect(product.rulesets.compiled.texts.tiers).toContain('enter: (orders_90d >= 3');
  });

  it('takes the change back from the history while the review waits, and nobody has moved', async () => {
    const { page } = visitor;
    await asksForTwoOrders(page);
    await publishButton(page).click();
    await publishButton(page.getByRole('dialog', { name: '发布为第 2 版' })).click();
    await page.getByText('第 2 版已生效').waitFor();
    await product.workLoop.drain();
    const stopped = page.getByRole('alert').filter({ hasText: '已先停下' });
    await stopped.waitFor();
    await page.getByRole('button', { name: '历史版本' }).click();
    const history = page.getByRole('dialog', { name: '历史版本' });
    await history.getByRole('button', { name: '第 2 版改了什么' }).click();
    await history.locator('ins', { hasText: '2' }).waitFor();
    await fits(page, '9-history');
    await history.getByRole('button', { name: '恢复第 1 版' }).click();
    const restoring = page.getByRole('dialog', { name: '恢复第 1 版' });
    await restoring.locator('ins', { hasText: '3' }).waitFor();
    await fits(page, '10-restore');
    await restoring.getByRole('button', { name: /^恢\s?复$/ }).click();
    await page.getByText('第 2 版已撤回').waitFor();
    await product.workLoop.drain();
    await stopped.waitFor({ state: 'detached' });
    expect(await tiers()).toEqual({ member: TWICE, loyal: THRICE });
  });
});
