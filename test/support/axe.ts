import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const wcag = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] as const;
const running = `document.getAnimations().filter(({ playState }) => playState === 'running').length`;

/** Waits until nothing on the page moves: what is still fading in has another contrast than it will have. */
export async function standsStill(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate<number>(running)).toBe(0);
}

/** Rules of WCAG 2.2 A and AA that the page breaks, and of `more`, each with the element. */
export async function axeFindings(page: Page, more: readonly 'best-practice'[] = []): Promise<string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axe.source);
  return page.evaluate<string[]>(
    `axe.run({ runOnly: ${JSON.stringify([...wcag, ...more])} }).then(({ violations }) =>
       violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ': ' + failureSummary)))`,
  );
}
