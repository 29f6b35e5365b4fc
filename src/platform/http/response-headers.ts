export interface RequestTarget {
  /** The requested host; the X-Forwarded-Host of a trusted proxy if there is one. */
  readonly host: string;
  readonly protocol: string;
}

/** Headers of every answer. The product's pages need none of the features that the policy disables. */
const commonHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
  'referrer-policy': 'same-origin',
};

/** One year, without subdomains: another service may run on one. */
const STRICT_TRANSPORT = 'max-age=31536000';

/** True if a trusted proxy says so, or if the request names the host of the public https origin. */
export function isHttps({ host, protocol }: RequestTarget, publicUrl: string | undefined): boolean {
  if (protocol === 'https') return true;
  if (publicUrl === undefined) return false;
  const { protocol: published, host: publishedHost } = new URL(publicUrl);
  return published === 'https:' && host.toLowerCase() === publishedHost;
}

export const responseHeaders = (
  target: RequestTarget,
  publicUrl: string | undefined,
): Readonly<Record<string, string>> =>
  isHttps(target, publicUrl) ? { ...commonHeaders, 'strict-transport-security': STRICT_TRANSPORT } : commonHeaders;
