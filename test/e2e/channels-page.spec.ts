import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FileBox } from 'file-box';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contactWayStore } from '../../src/features/contact-ways/contact-way.store.js';
import { openChannelWay, retireWay } from '../../src/features/contact-ways/contact-way-requests.js';
import { serviceWayStore } from '../../src/features/service/service-way.store.js';
import { DAY_MS } from '../../src/domain/day.js';
import { asMemberId } from '../../src/domain/ids.js';
import { ACQUISITION_QUOTA } from '../../src/domain/ways/acquisition-quota.js';
import { migrations } from '../../src/migrations/index.js';
import { Database } from '../../src/platform/database/database.js';
import { writeSetting } from '../../src/platform/database/settings.js';
import { storableJson } from '../../src/platform/database/storable.js';
import { axeFindings, standsStill } from '../support/axe.js';
import { DESK, openBrowser, PHONE, sidewaysScroll, visit } from '../support/browser.js';
import { aConsole, PASSWORD, type ConsoleApp } from '../support/console-app.js';
import { FakeChannel } from '../support/fake-channel.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../support/test-product.js';

const MENU = 'https://work.weixin.qq.com/kf/kfc1234567890abcdef?enc_scene=ENCabcdefgh12345678&scene_param=x7Qm2pLs90';
const PERSONAL_CODES = 130;

let db: Database;
let product: TestProduct;
let app: ConsoleApp;
let url: string;
let browser: Browser;
let folder: string;

/** Channels of every kind, one of them retired, and more personal codes than one page shows. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qunjie-channels-'));
  db = await Database.open({ url: 'sqlite::memory:', migrations });
  const abilities = ['ensure_acquisition_link', 'retire_acquisition_link', 'read_acquisition_stats'] as const;
  product = await aProduct(db, { channel: new FakeChannel([...new FakeChannel().abilities, ...abilities]) });
  const context = await product.engine.context();
  const now = product.clock.now();
  const [, old] = await db.write(async (tx) => {
    const channel = { staff: ['LinXia'], tags: [], skipVerify: true };
    const made = [
      await openChannelWay({ tx, context, now }, { ...channel, key: 'sms', kind: 'link', name: '短信链接' }),
      await openChannelWay({ tx, context, now }, { ...channel, key: 'expo', kind: 'link', name: '去年展会' }),
    ];
    const expires = { at: now + 20 * DAY_MS, count: 30 };
    await writeSetting(tx, ACQUISITION_QUOTA, storableJson({ total: 200, balance: 112, expires }), now);
    await serviceWayStore.add(tx, [{ scene: 'qunjie', kind: 'any', about: '', pass: 'x7Qm2pLs90' }], now);
    await serviceWayStore.setUrl(tx, 'qunjie', { url: MENU, account: 'wk1' });
    const codes = Array.from({ length: PERSONAL_CODES }, (_, index) => index + 1);
    await contactWayStore.open(
      tx,
      codes.map((member) => ({
        ...{ key: `vip-${member}`, kind: 'vip' as const, name: `成员${member}`, member: asMemberId(member) },
        ...{ staff: ['LinXia'], tags: [], skipVerify: true },
      })),
      now,
    );
    return made;
  });
  await product.workLoop.drain();
  const came = (who: string, state: string) =>
    aFact('contact_added', MONDAY, { externalUserId: who }, { staff: 'LinXia', state });
  await product.happens(came('wm1', 'sms'), came('wm2', 'expo'), came('wm3', 'vip-1'), came('wm4', 'by-hand'));
  await db.write((tx) => retireWay({ tx, context, now }, old!));
  app = await aConsole(product, { webRoot: resolve('dist/console/web') });
  url = `http://127.0.0.1:${await app.listen()}`;
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

async function openChannels(viewport: typeof DESK, language: 'zh' | 'en'): Promise<Awaited<ReturnType<typeof visit>>> {
  const visitor = await visit(browser, url, viewport);
  const { page } = visitor;
  await page.addInitScript(`localStorage.setItem('qunjie.language', '${language}')`);
  await page.goto('/ways');
  await page.locator('input').first().fill('admin');
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.locator('button[type="submit"]').click();
  await page.getByText('短信链接').first().waitFor();
  return visitor;
}

const picturesIn = process.env['PICTURES_DIR'];

describe('the channels page', () => {
  it.each([
    { name: 'desk-zh', viewport: DESK, language: 'zh' as const, code: '看「qunjie」的二维码，可下载' },
    { name: 'phone-zh', viewport: PHONE, language: 'zh' as const, code: '看「qunjie」的二维码，可下载' },
    { name: 'desk-en', viewport: DESK, language: 'en' as const, code: 'QR code of qunjie, to download' },
    { name: 'phone-en', viewport: PHONE, language: 'en' as const, code: 'QR code of qunjie, to download' },
  ])('fits, passes axe and shows the code of a scene: $name', async ({ name, viewport, language, code }) => {
    const { page, context, complaints } = await openChannels(viewport, language);
    if (picturesIn) await page.screenshot({ path: join(picturesIn, `ways-${name}.png`) });
    expect(await axeFindings(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
    await page.getByRole('button', { name: code }).click();
    await page.getByRole('dialog').getByText(MENU).waitFor();
    // The dialog grows for a moment.
    await standsStill(page);
    if (picturesIn) await page.screenshot({ path: join(picturesIn, `ways-${name}-code.png`) });
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('saves the code of an entry link as PNG and SVG, and both lead to the link', async () => {
    const { page, context } = await openChannels(DESK, 'zh');
    await page.getByRole('button', { name: '看「qunjie」的二维码，可下载' }).click();
    const saved = async (button: string): Promise<Buffer> => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button }).click(),
      ]);
      const path = join(folder, download.suggestedFilename());
      await download.saveAs(path);
      return readFile(path);
    };
    const png = await saved('下载 PNG');
    // 5 cm at 300 dpi are 591 pixels; the next whole number of pixels for each module.
    const width = png.readUInt32BE(16);
    expect(width).toBeGreaterThanOrEqual(591);
    expect(width).toBeLessThan(591 * 1.2);
    expect(await FileBox.fromBuffer(png, 'code.png').toQRCode()).toBe(MENU);
    const svg = (await saved('下载 SVG')).toString();
    expect(svg).toContain('width="5cm"');
    await page.setContent(svg);
    const drawn = await page.locator('svg').screenshot();
    expect(await FileBox.fromBuffer(drawn, 'drawn.png').toQRCode()).toBe(MENU);
    await context.close();
  });

  it('shows the uses left, marks a retired link that brought people, and loads more personal codes on request', async () => {
    const { page, context } = await openChannels(DESK, 'zh');
    await page.getByText('获客助手名额：剩 112，共 200').waitFor();
    await page.getByText('最早到期的 30 个：2026年3月22日').waitFor();
    await page.getByRole('row', { name: /去年展会.*已停用/ }).waitFor();
    await page.getByRole('row', { name: /成员的 1 个专属码/ }).waitFor();
    const codes = page.getByRole('region', { name: '专属码' }).getByRole('listitem');
    expect(await codes.count()).toBe(60);
    for (const shown of [120, PERSONAL_CODES]) {
      await page.getByRole('button', { name: '加载更多' }).click();
      await expect.poll(() => codes.count()).toBe(shown);
    }
    await context.close();
  });
});
