import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mobileNumber } from './phone.js';

it.each(['13800138000', '+86 138-0013-8000', '0086 13800138000', '86 138 0013 8000', '(+86) 13800138000'])(
  'reads %s',
  (written) => {
    expect(mobileNumber(written)).toBe('+8613800138000');
  },
);
it.each([
  null,
  '',
  '12345',
  '010-62770334',
  '12800138000',
  '138001380001',
  '+1 415 555 0100',
  '+852 6123 4567',
  '1380013800x',
])('takes %s for no mobile number of the mainland', (written) => {
  expect(mobileNumber(written)).toBeNull();
});
it('makes one number of all its spellings, and that number of itself', () => {
  const local = fc
    .tuple(fc.integer({ min: 3, max: 9 }), fc.stringMatching(/^\d{9}$/))
    .map(([a, rest]) => `1${a}${rest}`);
  fc.assert(
    fc.property(local, fc.constantFrom('', '+86', '86', '0086', '+86 '), (number, country) => {
      const read = mobileNumber(`${country}${number.slice(0, 3)} ${number.slice(3)}`);
      expect(read).toBe(`+86${number}`);
      expect(mobileNumber(read)).toBe(read);
    }),
  );
});
