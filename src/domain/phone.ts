/**
 * A mobile number of the Chinese mainland as carriers take it, `+8613800138000`; null for anything else. People write it
 * with spaces, dashes, and with or without the country in front.
 */
export function mobileNumber(written: string | null): string | null {
  const digits = (written ?? '').replace(/[\s()-]/g, '');
  const local = /^(?:\+86|0086|86)?(1[3-9]\d{9})$/.exec(digits)?.[1];
  return local === undefined ? null : `+86${local}`;
}
