/** As much of a request as says by what way it came. */
export interface Arrived {
  /** The host it was sent to; a trusted proxy's word where one is in front. */
  readonly host: string;
  readonly protocol: string;
}

/** On every answer, whatever it is. The product's pages use none of what the policy takes away. */
const always: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
  'referrer-policy': 'same-origin',
};

/** A year, without subdomains: those may belong to somebody else's service. */
const STRICT_TRANSPORT = 'max-age=31536000';

/** By https as far as we can know it: told by a proxy we trust, or asked for under our public https address. */
export function isByHttps({ host, protocol }: Arrived, publicUrl: string | undefined): boolean {
  if (protocol === 'https') return true;
  if (publicUrl === undefined) return false;
  const { protocol: published, host: publishedHost } = new URL(publicUrl);
  return published === 'https:' && host.toLowerCase() === publishedHost;
}

export const responseHeaders = (arrived: Arrived, publicUrl: string | undefined): Readonly<Record<string, string>> =>
  isByHttps(arrived, publicUrl) ? { ...always, 'strict-transport-security': STRICT_TRANSPORT } : always;
