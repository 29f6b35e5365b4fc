import { BlockList, isIP } from 'node:net';

/** The fields of a request that say where it comes from. */
export interface Sender {
  /** Fastify's: the socket's address, or the one a trusted proxy names. */
  readonly ip: string;
  readonly raw?: { readonly socket?: { readonly remoteAddress?: string | undefined } | null };
}

/** The client's address in normal form; the peer's if the proxy passed on no valid address. */
export function addressOf({ ip, raw }: Sender): string {
  for (const given of [ip, raw?.socket?.remoteAddress ?? '']) {
    const bare = given.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
    if (isIP(bare) !== 0) return bare.toLowerCase();
  }
  return 'unknown';
}

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  privateNetworks.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
] as const)
  privateNetworks.addSubnet(network, prefix, 'ipv6');

/** Loopback, RFC 1918 or RFC 4193: where an operator's own proxy usually is. */
export const isPrivateNetwork = (address: string): boolean =>
  isIP(address) !== 0 && privateNetworks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * The key under which an address is counted. One household or server has a whole /64 of IPv6 addresses, so these count as
 * one (RFC 6177 gives a site at least a /56; a /64 is the smallest network).
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end counts as two groups.
  const groupCount = [...groups, ...rest].reduce((sum, group) => sum + (group.includes('.') ? 2 : 1), 0);
  const whole =
    tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, 8 - groupCount)).fill('0'), ...rest];
  const network = whole.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
