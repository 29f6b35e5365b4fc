// Finds a Chromium for the console's tests, or downloads one.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run } from './prepare.mjs';

const FETCH_LIMIT_MS = 300_000;

/** The path of a Chromium that starts; undefined if none could be found or downloaded. */
export async function ensureBrowser() {
  const browser = (await findInstalled()) ?? (await download());
  if (browser) await ensureChineseFont();
  return browser;
}

async function findInstalled() {
  const names = [
    process.env.CHROMIUM_PATH,
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    await playwrightPath(),
  ];
  for (const name of names) {
    const path = name && (await pathOf(name));
    if (path && (await starts(path))) return path;
  }
  return undefined;
}

async function download() {
  console.log('Fetching Chromium for the console’s tests …');
  await run(process.execPath, [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium'], {
    timeoutMs: FETCH_LIMIT_MS,
  });
  const own = await playwrightPath();
  if (own && (await starts(own))) return own;
  await apt(['chromium']);
  return findInstalled();
}

async function playwrightPath() {
  try {
    const { chromium } = await import(pathToFileURL(join(root, 'node_modules/playwright-core/index.mjs')).href);
    return chromium.executablePath();
  } catch {
    return undefined;
  }
}

async function pathOf(name) {
  if (name.includes('/')) return name;
  const found = await run('sh', ['-c', `command -v ${name}`]);
  return found.code === 0 ? found.output.trim() : undefined;
}

/** `--version` loads all libraries that Chromium needs. */
async function starts(path) {
  return (await run(path, ['--version'], { timeoutMs: 30_000 })).code === 0;
}

/** Without a Chinese font, text is shown as boxes of the wrong width. */
async function ensureChineseFont() {
  const fonts = await run('fc-list', [':lang=zh', 'family']);
  if (fonts.code === 0 && fonts.output.trim() !== '') return;
  await apt(['fonts-noto-cjk']);
}

async function apt(packages) {
  if (process.getuid?.() !== 0) return;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { env, timeoutMs: FETCH_LIMIT_MS });
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env, timeoutMs: FETCH_LIMIT_MS });
}
