import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Conductor } from '../../src/demo/conductor.js';
import { DESK, openBrowser, PHONE, sidewaysScroll, visit, type Visit } from '../support/browser.js';

const MINUTE = 60_000;
const PASSWORD = 'password-of-the-connector-desk';

let folder: string;
let conductor: Conductor;
let browser: Browser;
let admin: Visit;

/** A corp with one customer, whom staff tagged while callbacks were lost. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qunjie-connector-'));
  conductor = await Conductor.open({
    startAt: Date.parse('2026-01-05T10:00:00+08:00'),
    databaseUrl: `sqlite:${join(folder, 'product.sqlite')}`,
    people: 0,
    logLevel: 'fatal',
    adminPassword: PASSWORD,
    productFile: resolve('dist/demo/product-process.js'),
  });
  await conductor.startProduct();
  const { sandbox } = conductor;
  await sandbox.act({ do: 'newcomer', name: '小鹿' });
  await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
  await conductor.liveUntil(sandbox.now() + 5 * MINUTE);
  sandbox.trouble({ mischief: { lose: 1 } });
  await sandbox.act({ do: 'new_tag', group: '喜好', name: '爱喝茶' });
  await sandbox.act({ do: 'tag', who: '小鹿', staff: 'LinXia', add: ['爱喝茶'] });
  await conductor.liveUntil(sandbox.now() + 5 * MINUTE);
  browser = await openBrowser();
  admin = await visit(browser, conductor.url, DESK);
  await admin.page.goto('/');
  await admin.page.getByLabel('账号', { exact: true }).fill('admin');
  await admin.page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await admin.page.getByRole('button', { name: '登录' }).click();
  await admin.page.getByRole('heading', { level: 1, name: '首页' }).waitFor();
});
afterAll(async () => {
  expect(admin?.complaints).toEqual([]);
  await browser?.close();
  await conductor?.close();
  await rm(folder, { recursive: true, force: true });
});

it('shows the differences that a reconciliation found, their correction, and the members concerned', async () => {
  const { page } = admin;
  await page.goto('/connection');
  await page.getByRole('button', { name: '立即核对' }).click();
  await page.getByRole('link', { name: '处不一致' }).click();
  const rows = page.getByRole('table', { name: '核对出的不一致' }).locator('tbody tr.ant-table-row');
  const tagged = rows.filter({ hasText: '有人打上了标签「爱喝茶」' });
  await tagged.waitFor();
  await conductor.catchUp();
  await page.reload();
  await tagged.getByText('已改正').waitFor();
  await page.getByRole('combobox', { name: '类别' }).click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: '标签库' }).click();
  await rows.filter({ hasText: '新建了标签' }).waitFor();
  await expect.poll(() => tagged.count()).toBe(0);
  await page.goto(page.url().replace(/\?.*/, ''));
  await tagged.getByRole('button').click();
  await page.getByRole('link', { name: '看「小鹿」的完整时间线' }).click();
  await page.getByText('核对发现：有人打上了标签「爱喝茶」').waitFor();
});

it('opens the same reconciliation from the audit, on a phone too', async () => {
  const { page } = admin;
  await page.setViewportSize(PHONE);
  await page.goto('/audit');
  await page.getByRole('list', { name: '操作记录' }).getByText('要求立即核对').waitFor();
  expect(await sidewaysScroll(page)).toBe(0);
  await page.getByRole('link', { name: /核对出 \d+ 处不一致/ }).click();
  await page.getByRole('list', { name: '核对出的不一致' }).getByRole('link', { name: '小鹿' }).first().waitFor();
  expect(await sidewaysScroll(page)).toBe(0);
  await page.setViewportSize(DESK);
});

it('shows whom a template would reach and the taps of staff before it is sent, and sends nothing', async () => {
  const { page } = admin;
  const received = conductor.sandbox.record().received.length;
  await page.goto('/templates/one-week');
  await page.getByRole('button', { name: '试算' }).click();
  const drawer = page.getByRole('dialog', { name: '试算' });
  await drawer.getByText('只是试算').waitFor();
  await drawer.getByRole('region', { name: '员工要点确认' }).waitFor();
  expect(conductor.sandbox.record().received).toHaveLength(received);
  await page.goto('/templates/welcome');
  await page.getByRole('button', { name: '试算' }).click();
  await page.getByText('跟着事情一个一个地发').waitFor();
});
