import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, sidewaysScroll } from '../support/browser.js';
import { axeFindings } from '../support/axe.js';
import { API_TOKEN, aRunningProduct, type RunningProduct } from '../support/product.js';

const NAME = '小鹿';
const PAGES = ['/m', '/m/group', '/m/messages', '/m/invite', '/m/help'];
const DAY_MS = 86_400_000;
const FIRST_LOAD_BYTES = 60 * 1_024;

let product: RunningProduct;
let browser: Browser;
let customer: string;

beforeAll(async () => {
  [product, browser] = await Promise.all([aRunningProduct(), openBrowser()]);
  product.corp.setDoors({ callbackUrl: `${product.url}/wecom/callback`, trustedDomain: new URL(product.url).host });
  const { externalUserId } = await product.corp.act({ do: 'newcomer', name: NAME });
  customer = externalUserId as string;
  await product.corp.act({ do: 'add_contact', who: NAME, staff: 'LinXia', welcome: true });
  const ago = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
  const facts = [
    ...[1, 2, 3, 6, 12].map((days) => ({ key: `c${days}`, kind: 'checked_in', at: ago(days), data: {} })),
    { key: 'o1', kind: 'order_paid', at: ago(3), data: { orderId: 'o1', amountCents: 12_900 } },
    { key: 'a1', kind: 'asked', at: ago(1), data: { text: '礼品卡怎么用？' } },
  ];
  await fetch(`${product.url}/api/v1/facts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ facts: facts.map((fact) => ({ ...fact, member: { externalUserId: customer } })) }),
  });
  await product.workLoop.drain();
});
afterAll(async () => {
  await browser.close();
  await product.close();
});

/** A new tab. Appends to `complaints`: errors, and requests to anybody but us for what a page shows. */
async function tab(context: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', (request) => {
    const { host } = new URL(request.url());
    if (request.resourceType() !== 'document' && host !== new URL(product.url).host) complaints.push(request.url());
  });
  return page;
}

/** Opens the page as somebody of the sandbox corp, through its sign-in. */
async function opened(
  options: Parameters<Browser['newContext']>[0] = {},
  who = NAME,
): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly complaints: string[] }> {
  const context = await browser.newContext({
    baseURL: product.url,
    viewport: { width: 390, height: 844 },
    locale: 'zh-CN',
    ...options,
  });
  const complaints: string[] = [];
  const page = await tab(context, complaints);
  const to = new URLSearchParams({ who, to: `${product.url}/m` });
  await page.goto(`${product.corp.url}/connect/as?${to.toString()}`);
  return { context, page, complaints };
}

const factsOf = async (kind: string): Promise<number> => {
  const row = await product.database.read.one<{ n: number }>('SELECT COUNT(*) AS n FROM fact WHERE kind = $1', [kind]);
  return Number(row?.n);
};

describe('the member page in a browser', () => {
  const sizes = [
    { width: 390, height: 844 },
    { width: 360, height: 640 },
  ];
  const locales = ['zh-CN', 'en-US'];
  const looks = sizes.flatMap((viewport) =>
    (['light', 'dark'] as const).flatMap((colorScheme) =>
      [100, 200].flatMap((letters) => locales.map((locale) => ({ viewport, colorScheme, letters, locale }))),
    ),
  );

  describe('in every look', () => {
    interface Tabs {
      readonly context: BrowserContext;
      readonly tabs: readonly { readonly path: string; readonly page: Page }[];
      readonly complaints: readonly string[];
    }
    const tabsOf = new Map<string, Tabs>();
    /** One tab for each page, which changes its size, colours and letters as a phone does. */
    const tabsIn = async (locale: string): Promise<Tabs> => {
      const { context, page: first, complaints } = await opened({ locale });
      const tabs = [{ path: PAGES[0]!, page: first }];
      for (const path of PAGES.slice(1)) {
        const page = await tab(context, complaints);
        await page.goto(path);
        tabs.push({ path, page });
      }
      return { context, tabs, complaints };
    };
    beforeAll(async () => {
      for (const locale of locales) tabsOf.set(locale, await tabsIn(locale));
    });
    afterAll(async () => {
      for (const { context } of tabsOf.values()) await context.close();
    });

    it.each(looks)(
      'fits and passes axe: $viewport.width, $colorScheme, letters of $letters %, $locale',
      async (look) => {
        const { letters, viewport, colorScheme, locale } = look;
        const { tabs, complaints } = tabsOf.get(locale)!;
        for (const { path, page } of tabs) {
          await page.bringToFront();
          await page.setViewportSize(viewport);
          await page.emulateMedia({ colorScheme });
          await page.evaluate(`document.documentElement.style.fontSize = '${letters}%'`);
          expect({
            path: new URL(page.url()).pathname,
            lang: await page.evaluate<string>('document.documentElement.lang.slice(0, 2)'),
            width: await page.evaluate<number>('innerWidth'),
            isDark: await page.evaluate<boolean>(`matchMedia('(prefers-color-scheme: dark)').matches`),
            aside: await sidewaysScroll(page),
            findings: await axeFindings(page, ['best-practice']),
          }).toEqual({
            path,
            lang: locale.slice(0, 2),
            width: viewport.width,
            isDark: colorScheme === 'dark',
            aside: 0,
            findings: [],
          });
        }
        expect(complaints).toEqual([]);
      },
    );
  });

  it('loads less than 60 kB the first time, and nothing from anybody else', async () => {
    const { context } = await opened();
    const page = await context.newPage();
    const responses: Response[] = [];
    page.on('response', (response) => responses.push(response));
    await page.goto('/m', { waitUntil: 'networkidle' });
    const sizes: Record<string, number> = {};
    for (const response of responses)
      sizes[response.url().replace(product.url, '')] = gzipSync(await response.body()).length;
    // Without the hashes, which would decide on the order.
    const paths = Object.keys(sizes).map((path) => path.replace(/\.[0-9a-f]+\./, '.HASH.'));
    expect(paths.sort()).toEqual([
      '/m',
      '/m/assets/icon.HASH.svg',
      '/m/assets/page.HASH.css',
      '/m/assets/page.HASH.js',
      '/m/assets/tiers.HASH.css',
    ]);
    const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(2_000);
    expect(total).toBeLessThan(FIRST_LOAD_BYTES);
    await context.close();
  });

  it('has the colour of the tier', async () => {
    const { context, page } = await opened();
    // tiers.yaml: the gold of 会员.
    expect(await page.evaluate(`getComputedStyle(document.querySelector('.hero')).backgroundColor`)).toBe(
      'rgb(217, 162, 27)',
    );
    await context.close();
  });

  it('shows the level and takes an opt-out without scripts', async () => {
    const { context, page } = await opened({ javaScriptEnabled: false });
    expect(await page.locator('h1').innerText()).toContain('会员');
    await page.getByRole('link', { name: '消息' }).click();
    await page.getByLabel('不再打扰').check();
    await page.locator('#pace').getByRole('button', { name: '保存' }).click();
    await page.getByText('之后不再主动发消息给你').waitFor();
    expect(await page.getByLabel('不再打扰').isChecked()).toBe(true);
    await page.getByLabel('少一点').check();
    await page.locator('#pace').getByRole('button', { name: '保存' }).click();
    await page.getByText('欢迎回来').waitFor();
    expect(await page.getByLabel('少一点').isChecked()).toBe(true);
    await context.close();
  });

  it('counts a double press once', async () => {
    const { context, page } = await opened();
    const before = await factsOf('checked_in');
    await page.getByRole('button', { name: '打卡' }).dblclick();
    await page.getByText('打卡成功').waitFor();
    await page.getByText('今天已打卡').waitFor();
    expect((await factsOf('checked_in')) - before).toBe(1);
    await context.close();
  });

  it('shows the code of the group to who asks for it, served by us', async () => {
    const { context, page } = await opened();
    await page.goto('/m/group');
    await page.getByRole('button', { name: '要群码' }).click();
    await page.locator('img.code').waitFor();
    await page.waitForLoadState('load');
    expect(await page.evaluate<number>(`document.querySelector('img.code').naturalWidth`)).toBeGreaterThan(100);
    await context.close();
  });
});

describe('the sign-in against the sandbox corp', () => {
  it.each([
    [{ code: 'used' }, '登录已经用过了'],
    [{ code: 'made_up' }, '登录已经用过了'],
    [{ code: 'expired' }, '登录已经用过了'],
    [{ code: 'other_app' }, '企业的设置还差一步'],
    [{ code: 'none' }, '微信没有告诉我们你是谁'],
    [{ state: 'changed' }, '登录没有完成'],
    [{ state: 'dropped' }, '登录没有完成'],
    [{ externalUserId: 'nobody' }, '还不认识你'],
  ] as const)('answers %j with what to do', async (signIn, words) => {
    product.corp.trouble({ signIn });
    try {
      const { context, page } = await opened();
      expect(await page.locator('main').innerText()).toContain(words);
      await context.close();
    } finally {
      product.corp.trouble({ signIn: { code: 'good', state: 'kept', externalUserId: 'customers' } });
    }
  });

  it('shows a colleague that the page is for customers, and a stranger how to add us', async () => {
    const colleague = await opened({}, 'LinXia');
    expect(await colleague.page.locator('main').innerText()).toContain('这一页是给客户看的');
    expect(await axeFindings(colleague.page, ['best-practice'])).toEqual([]);
    await colleague.context.close();
    const stranger = await opened({}, 'somebody in WeChat');
    expect(await stranger.page.locator('main').innerText()).toContain('先加我们为好友');
    await stranger.context.close();
  });

  it('says what to do while WeCom is down, and works again afterwards', async () => {
    product.corp.trouble({ down: true });
    const { context, page } = await opened();
    expect(await page.locator('main').innerText()).toContain('微信现在很忙');
    product.corp.trouble({ down: false });
    await page.getByRole('link', { name: '再试一次' }).click();
    await page.getByText('你现在是').waitFor();
    await context.close();
  });
});
