import { BlockList, isIP } from 'node:net';

/** As much of a request as says where it comes from. */
export interface Sender {
  /** Fastify's: the socket's address, or the one a trusted proxy names. */
  readonly ip: string;
  readonly raw?: { readonly socket?: { readonly remoteAddress?: string | undefined } | null };
}

/** The address of the one who asks, in one spelling. What a proxy passed on and is no address is not believed. */
export function addressOf({ ip, raw }: Sender): string {
  for (const given of [ip, raw?.socket?.remoteAddress ?? '']) {
    const bare = given.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
    if (isIP(bare) !== 0) return bare.toLowerCase();
  }
  return 'unknown';
}

const ownNetworks = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  ownNetworks.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
] as const)
  ownNetworks.addSubnet(network, prefix, 'ipv6');

/** Of this machine or a network without a public address (RFC 1918, RFC 4193): where a proxy of one's own stands. */
export const isOwnNetwork = (address: string): boolean =>
  isIP(address) !== 0 && ownNetworks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * Under what an address is counted. One household or server has a whole /64 of IPv6 addresses, so they count as one
 * (RFC 6177 gives a site a /56 at least; a /64 is the smallest network there is).
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end stands for two groups.
  const held = [...groups, ...rest].reduce((sum, group) => sum + (group.includes('.') ? 2 : 1), 0);
  const whole = tail === undefined ? groups : [...groups, ...Array<string>(Math.max(0, 8 - held)).fill('0'), ...rest];
  const network = whole.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
