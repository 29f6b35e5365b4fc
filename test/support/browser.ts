import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** Whoever sits here asked their device for less motion; who holds the phone did not. */
export const DESK: Viewport = { width: 1440, height: 900 };
export const PHONE: Viewport = { width: 390, height: 844 };

/** Whatever a browser may ask the outside world for, it does not: the tests run where there is none. */
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
/** What is waited for comes within a second on an idle machine; this is for a busy one. */
const PATIENCE_MS = 30_000;

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args: FLAGS });

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors in the console and exceptions that nobody caught. */
  readonly complaints: readonly string[];
}

/** A visitor with an empty cookie jar, who reads Chinese in Shanghai. */
export async function visit(browser: Browser, baseURL: string, viewport: Viewport): Promise<Visit> {
  const context = await browser.newContext({
    baseURL,
    viewport,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    // A button that still grows under the mouse can be pressed in one place and let go beside it, which is no click.
    reducedMotion: viewport === DESK ? 'reduce' : 'no-preference',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // The browser prints every refusal; those of what a visitor typed are answers, not faults.
    const isRefusal = /^Failed to load resource: .* status of (400|401|409)\b/.test(message.text());
    if (message.type() === 'error' && !isRefusal) complaints.push(`console: ${message.text()}`);
  });
  return { context, page, complaints };
}

/** By how many pixels the page is wider than the window; 0 when nobody has to scroll sideways. */
export const sidewaysScroll = (page: Page): Promise<number> =>
  page.evaluate<number>('Math.max(0, document.scrollingElement.scrollWidth - window.innerWidth)');
