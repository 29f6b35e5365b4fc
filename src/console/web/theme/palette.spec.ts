import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { palette, tones } from './palette.js';
import { theme } from './theme.js';

/** WCAG 2.2, relative luminance of `#rrggbb`. */
const luminance = (color: string): number =>
  [0.2126, 0.7152, 0.0722].reduce((sum, weight, index) => {
    const part = Number.parseInt(color.slice(1 + 2 * index, 3 + 2 * index), 16) / 255;
    return sum + weight * (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const { paper, surface, sunken, jadeWash } = palette;
const texts = {
  ink: palette.ink,
  inkSoft: palette.inkSoft,
  inkFaint: palette.inkFaint,
  jade: palette.jade,
  amber: palette.amber,
  crimson: palette.crimson,
  placeholder: theme.token?.colorTextPlaceholder ?? '',
};

describe('the colours of the console', () => {
  it.each(Object.entries(texts))('%s has a contrast of 4.5:1 on every ground', (_, color) => {
    for (const ground of [paper, surface, sunken, jadeWash])
      expect([ground, contrast(color, ground)]).toEqual([ground, expect.toSatisfy((ratio: number) => ratio >= 4.5)]);
  });

  it.each(Object.entries(tones))('%s has a contrast of 4.5:1 on its wash', (_, { ink, wash }) => {
    expect(contrast(ink, wash)).toBeGreaterThanOrEqual(4.5);
  });

  it('are the same in the style sheet', () => {
    const sheet = readFileSync(new URL('global.css', import.meta.url), 'utf8');
    for (const [name, color] of Object.entries(palette))
      expect(sheet).toContain(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${color};`);
  });
});
