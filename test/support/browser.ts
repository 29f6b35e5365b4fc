import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** `visit` sets reduced motion for the desktop, not for the phone. */
export const DESK: Viewport = { width: 1440, height: 900 };
export const PHONE: Viewport = { width: 390, height: 844 };

/** Without background requests: the tests run without internet access. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Generous, for a busy machine; on an idle one everything appears within a second. */
const PATIENCE_MS = 30_000;

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args: FLAGS });

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors in the browser console and uncaught exceptions. */
  readonly complaints: readonly string[];
}

/** A new browser context without cookies, in Chinese and in the time zone of Shanghai. */
export async function visit(browser: Browser, baseURL: string, viewport: Viewport): Promise<Visit> {
  const context = await browser.newContext({
    baseURL,
    viewport,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    // While a button grows, a mouse press and its release can hit different elements, which is no click.
    reducedMotion: viewport === DESK ? 'reduce' : 'no-preference',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // The browser logs every refused request; refusals of what the visitor typed are expected.
    const isRefusal = /^Failed to load resource: .* status of (400|401|409)\b/.test(message.text());
    if (message.type() === 'error' && !isRefusal) complaints.push(`console: ${message.text()}`);
  });
  return { context, page, complaints };
}

/** By how many pixels the page is wider than the window; 0 without horizontal scrolling. */
export const sidewaysScroll = (page: Page): Promise<number> =>
  page.evaluate<number>('Math.max(0, document.scrollingElement.scrollWidth - window.innerWidth)');
