import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contrast, tierColours } from './tier-colours.js';

const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

it('gives every colour a fill for its text and an ink for either ground, with a contrast of 4.5', () => {
  fc.assert(
    fc.property(color, (own) => {
      const { fill, deep, onFill, inkLight, inkDark } = tierColours(own);
      expect(contrast(fill, onFill)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(deep, onFill)).toBeGreaterThanOrEqual(4.5);
      for (const ground of ['#ffffff', '#f0f1f4']) expect(contrast(inkLight, ground)).toBeGreaterThanOrEqual(4.5);
      for (const ground of ['#16181d', '#1f2229', '#262a33'])
        expect(contrast(inkDark, ground)).toBeGreaterThanOrEqual(4.5);
    }),
    { numRuns: 300 },
  );
});

it('keeps a colour that can be read as it is', () => {
  expect(tierColours('#8a2d24')).toMatchObject({ fill: '#8a2d24', onFill: '#ffffff', inkLight: '#8a2d24' });
  expect(tierColours('#d9a21b')).toMatchObject({ fill: '#d9a21b', onFill: '#1a1d23' });
});

it.each(['red', '', '#12'])('takes a grey for %s, which is no colour in hexadecimal', (given) => {
  expect(tierColours(given)).toEqual(tierColours('#5a6474'));
});
