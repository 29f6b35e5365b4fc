import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TierRules } from '../domain/ruleset.js';
import type { AssetPaths } from './pages/layout.js';
import { tierColours } from './style/tier-colours.js';

export interface Asset {
  readonly type: string;
  readonly content: string;
}

const FOLDER = new URL('assets/', import.meta.url);

/** What the page loads beside its HTML. The address contains the hash of the content, so it never changes. */
export class PageAssets {
  private readonly byName = new Map<string, Asset>();
  private readonly style = this.add('page', 'css', readFileSync(new URL('page.css', FOLDER), 'utf8'));
  private readonly script = this.add('page', 'js', readFileSync(new URL('page.js', FOLDER), 'utf8'));
  private readonly icon = this.add('icon', 'svg', readFileSync(new URL('icon.svg', FOLDER), 'utf8'));

  /** The addresses; the colours are those of these tiers. */
  paths(tiers: readonly Pick<TierRules, 'color'>[]): AssetPaths {
    const colours = this.add('tiers', 'css', tierStyles(tiers));
    return { style: this.style, script: this.script, icon: this.icon, tiers: colours };
  }

  find(name: string): Asset | undefined {
    return this.byName.get(name);
  }

  private add(name: string, ending: keyof typeof types, content: string): string {
    const file = `${name}.${createHash('sha256').update(content).digest('hex').slice(0, 12)}.${ending}`;
    this.byName.set(file, { type: types[ending], content });
    return `/m/assets/${file}`;
  }
}

const types = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' } as const;

/** A stylesheet and not a `style` attribute: the content security policy allows none. */
function tierStyles(tiers: readonly Pick<TierRules, 'color'>[]): string {
  const colours = tiers.map(({ color }) => tierColours(color));
  const rules = (ink: 'inkLight' | 'inkDark'): string =>
    colours
      .map(
        (tier, rank) =>
          `.tier-${rank}{--fill:${tier.fill};--deep:${tier.deep};--on-fill:${tier.onFill};--ink:${tier[ink]}}`,
      )
      .join('\n');
  return `${rules('inkLight')}\n@media (prefers-color-scheme:dark){\n${rules('inkDark')}\n}\n`;
}
