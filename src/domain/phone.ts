/**
 * Normalises a phone number to E.164 (`+` and digits). Accepts spaces, dashes, dots, parentheses and full-width digits, and
 * numbers of the Chinese mainland with or without the country code. Null when it is no phone number: too short, masked
 * (`138****8000`), or of another country without its code.
 */
export function phoneNumber(written: string): string | null {
  const digits = written
    .normalize('NFKC')
    .replace(/[\p{White_Space}\p{Pd}\p{Cf}\u2212.()/·]/gu, '')
    .replace(/^00/, '+');
  const mainland = /^(?:\+?86)?0?(1[3-9]\d{9})$/.exec(digits)?.[1];
  if (mainland !== undefined) return `+86${mainland}`;
  const landline = /^(?:\+?86)?0([2-9]\d{8,10}|10\d{8})$/.exec(digits)?.[1];
  if (landline !== undefined) return `+86${landline}`;
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : null;
}

/** A mobile number of the Chinese mainland in E.164, `+8613800138000`; null for anything else. */
export function mobileNumber(written: string | null): string | null {
  const number = written === null ? null : phoneNumber(written);
  return number !== null && /^\+861[3-9]\d{9}$/.test(number) ? number : null;
}
