import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mobileNumber, phoneNumber } from './phone.js';

it.each([
  '13800138000',
  '+86 138-0013-8000',
  '0086 13800138000',
  '86 138 0013 8000',
  '86-13800138000',
  '(+86) 13800138000',
  '+86 (0)138 0013 8000',
  '１３８００１３８０００',
  '＋８６　１３８．００１３．８０００',
  '138\u00a00013\u200b8000',
  '138–0013—8000',
  ' 013800138000 ',
])('reads %s as one mobile number', (written) => {
  expect(phoneNumber(written)).toBe('+8613800138000');
  expect(mobileNumber(written)).toBe('+8613800138000');
});

it.each([
  ['+1 (415) 555-0100', '+14155550100'],
  ['001 415 555 0100', '+14155550100'],
  ['+852 6123 4567', '+85261234567'],
  ['00852-6123-4567', '+85261234567'],
  ['010-62770334', '+861062770334'],
  ['+86 10 6277 0334', '+861062770334'],
  ['0086 (0)571 8765 4321', '+8657187654321'],
])('reads %s as %s, which is no mainland mobile number', (written, number) => {
  expect(phoneNumber(written)).toBe(number);
  expect(mobileNumber(written)).toBeNull();
});

it.each(['', '12345', '12800138000', '138001380001', '1380013800x', '138****8000', '61234567', '+', '+0123456789'])(
  'rejects %j',
  (written) => {
    expect(phoneNumber(written)).toBeNull();
    expect(mobileNumber(written)).toBeNull();
  },
);

it('gives one number for all its spellings, and is idempotent', () => {
  const local = fc
    .tuple(fc.integer({ min: 3, max: 9 }), fc.stringMatching(/^\d{9}$/))
    .map(([a, rest]) => `1${a}${rest}`);
  const separator = fc.constantFrom('', ' ', '-', '.', '　', '－', ')(');
  fc.assert(
    fc.property(
      local,
      fc.constantFrom('', '+86', '86', '0086', '+86 ', '＋86-'),
      separator,
      (number, country, between) => {
        const read = phoneNumber(`${country}${number.slice(0, 3)}${between}${number.slice(3)}`);
        expect(read).toBe(`+86${number}`);
        expect(phoneNumber(read!)).toBe(read);
      },
    ),
  );
});
