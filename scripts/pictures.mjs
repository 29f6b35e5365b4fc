// node scripts/pictures.mjs <console> <password> <sandbox>: takes the pictures of docs/pictures anew from a running demo, whose
// three addresses `npm start` prints. Start it with ADMIN_PASSWORD set. Look at each picture before it is committed.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBrowser } from './browser.mjs';
import { root, stop } from './prepare.mjs';

const folder = join(root, 'docs/pictures');
/** A larger picture makes its page slow. */
const MAX_BYTES = 200 * 1024;
const PHONE = { width: 390, height: 844 };
/** Customer service is read within a turn of corp and product; there is one each second. */
const ANSWER_MS = 6_000;
/** Simulated ms per second. */
const REAL_PACE = 1_000;
const DEMO_PACE = 300_000;
const SETTLED_MS = 6_000;

const [consoleUrl, password, sandboxUrl] = process.argv.slice(2);
if (!sandboxUrl)
  stop('Three arguments are wanted: the address of the console, its password, the address of the sandbox.');
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({ executablePath: await ensureBrowser(), args: ['--headless', '--no-sandbox'] });
const context = await browser.newContext({
  viewport: { width: 1440, height: 900 },
  locale: 'zh-CN',
  timezoneId: 'Asia/Shanghai',
});
const page = await context.newPage();

await logIn();
await visit('/');
await take('home');
const member = await newlyPromoted();
await visit(`/members/${member.id}`);
await take('member');
await visit('/templates/one-step');
await take('template');
const customer = await sandbox(`page/person?id=${encodeURIComponent(member.name)}`);
await writeToCustomerService(customer);
// Without the log of calls on the right.
await take('customer-service', { x: 0, y: 0, width: 1_068, height: 900 });
await openMemberPage(customer.id);
await browser.close();

async function logIn() {
  await page.goto(`${consoleUrl}/login`);
  await page.locator('input').first().fill('admin');
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL((url) => url.pathname === '/');
}

async function visit(path) {
  await page.goto(`${consoleUrl}${path}`);
  // The pages poll, so the network is never idle.
  await page.waitForTimeout(SETTLED_MS);
}

/** The member with the latest tier change: their page shows why first. */
async function newlyPromoted() {
  const answer = await page.request.get(`${consoleUrl}/api/v1/members?tier=member&limit=200`);
  const { items } = await answer.json();
  return items.filter(({ isContact }) => isContact).sort((a, b) => b.tierSince - a.tierSince)[0];
}

/** A customer writes to customer service, through the API of the sandbox's page. */
async function writeToCustomerService({ id: who, name }) {
  // At the pace of real life; faster, the clock of a message is minutes ahead of the one before it.
  await sandbox('page/time', { msPerSecond: REAL_PACE });
  for (const text of ['我的等级', '打卡', '换群']) {
    await sandbox('sandbox/act', { do: 'write_to_assistant', who, text });
    await page.waitForTimeout(ANSWER_MS);
  }
  await sandbox('page/time', { msPerSecond: DEMO_PACE });
  await page.goto(sandboxUrl);
  await page.locator('[data-do=tab][data-tab=people]').click();
  await page.locator('[data-do=find-field]').fill(name);
  await page.keyboard.press('Enter');
  await page.locator(`[data-do=open-person][data-id="${who}"]`).click();
  await page.locator('[data-do=phone][data-phone=assistant]').click();
  await page.waitForTimeout(SETTLED_MS);
}

/** The member's page on a phone, opened as the customer. */
async function openMemberPage(who) {
  await page.setViewportSize(PHONE);
  const to = new URLSearchParams({ who, to: `${consoleUrl}/m/sign-in` });
  await page.goto(new URL(`/connect/as?${to}`, sandboxUrl).href);
  await page.locator('#check-in').waitFor();
  await take('member-page');
  await page.goto(`${consoleUrl}/m/messages`);
  await take('member-messages');
}

async function sandbox(path, body) {
  const answer = await fetch(new URL(path, sandboxUrl), body ? { method: 'POST', body: JSON.stringify(body) } : {});
  return answer.json();
}

async function take(name, clip) {
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, ...(clip ? { clip } : {}) });
  const { size } = statSync(path);
  console.log(`${path} ${Math.round(size / 1024)} kB`);
  if (size > MAX_BYTES) process.exitCode = 1;
}
