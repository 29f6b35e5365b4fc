import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionKey } from '../../domain/action-keys.js';
import type { PlacedLink } from '../../domain/links/link.js';
import { codeIn, LinkCodes } from './link-codes.js';

const codes = new LinkCodes('secret-of-the-test', 'https://bot.example');

const link = fc.record<PlacedLink>({
  url: fc.webUrl(),
  name: fc.constantFrom('menu', 'shop', '菜单'),
  template: fc.constantFrom('a', 'b'),
  version: fc.integer({ min: 1, max: 3 }),
  delivery: fc.option(fc.constantFrom('a:1', 'a:2', 'b:1') as fc.Arbitrary<ActionKey>),
  identify: fc.boolean(),
});

describe('the code of a link', () => {
  it('is the same whenever the same text is filled again', () => {
    fc.assert(
      fc.property(link, fc.integer({ min: 1, max: 9 }), (given, version) => {
        expect(new LinkCodes('secret-of-the-test', 'https://other.example').codeOf({ ...given })).toBe(
          codes.codeOf(given),
        );
        // A newer version fills the text of one delivery with the same code.
        if (given.delivery !== null) expect(codes.codeOf({ ...given, version })).toBe(codes.codeOf(given));
      }),
    );
  });

  it('differs with the address, the name and whoever gets it', () => {
    fc.assert(
      fc.property(link, link, (one, other) => {
        const place = ({ delivery, template, version }: PlacedLink) => delivery ?? `${template}@${version}`;
        const isSame = one.url === other.url && one.name === other.name && place(one) === place(other);
        expect(codes.codeOf(one) === codes.codeOf(other)).toBe(isSame);
      }),
    );
  });

  it('is 12 letters and digits that cannot be computed without the secret', () => {
    fc.assert(
      fc.property(link, (given) => {
        expect(codes.codeOf(given)).toMatch(/^[0-9A-Za-z]{12}$/);
        expect(new LinkCodes('another secret', undefined).codeOf(given)).not.toBe(codes.codeOf(given));
      }),
    );
  });

  it('is found in what a messenger makes of the address', () => {
    expect(['0123456789ab', '0123456789ab。', '0123456789ab点击', '0123456789ab/'].map(codeIn)).toEqual(
      Array(4).fill('0123456789ab'),
    );
    expect(['', '0123456789a', '0123456789abc', ' 0123456789ab', '../0123456789ab'].map(codeIn)).toEqual(
      Array(5).fill(null),
    );
  });
});
