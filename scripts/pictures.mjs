// node scripts/pictures.mjs <console> <password> <sandbox>: takes the pictures of docs/pictures anew from a running demo, whose
// three addresses `npm start` prints. Start it with ADMIN_PASSWORD set. Look at each picture before it is committed.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBrowser } from './browser.mjs';
import { root, stop } from './prepare.mjs';

const folder = join(root, 'docs/pictures');
/** A larger picture makes its page slow. */
const MAX_BYTES = 250 * 1024;
const GROUP = '铁杆群①';
/** The bot answers within a turn of corp and product; there is one each second. */
const ANSWER_MS = 3_000;
const SETTLED_MS = 2_500;

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
await visit(`/members/${await newlyPromoted()}`);
await take('member');
await visit('/templates/one-step');
await take('template');
await talkToTheBot();
await take('group-chat');
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
  return items.filter(({ isContact }) => isContact).sort((a, b) => b.tierSince - a.tierSince)[0].id;
}

/** Two members talk to the bot in a group, through the API of the sandbox's page. */
async function talkToTheBot() {
  const group = (await sandbox('page/corp')).groups.find(({ name }) => name === GROUP);
  const { members } = await sandbox(`page/group?id=${group.chatId}`);
  const [asks, leaves] = members.filter(({ isStaff, isBot }) => !isStaff && !isBot);
  for (const [who, text] of [
    [asks, '我的等级'],
    [leaves, '退订'],
    [leaves, '订阅'],
  ]) {
    await sandbox('sandbox/act', { do: 'speak', who: who.name, group: GROUP, text });
    await page.waitForTimeout(ANSWER_MS);
  }
  await page.goto(sandboxUrl);
  await page.getByRole('button', { name: GROUP }).click();
  await page.waitForTimeout(ANSWER_MS);
}

async function sandbox(path, body) {
  const answer = await fetch(new URL(path, sandboxUrl), body ? { method: 'POST', body: JSON.stringify(body) } : {});
  return answer.json();
}

async function take(name) {
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  const { size } = statSync(path);
  console.log(`${path} ${Math.round(size / 1024)} kB`);
  if (size > MAX_BYTES) process.exitCode = 1;
}
