import { describe, expect, it } from 'vitest';
import { addressOf, isPrivateNetwork, networkOf } from './client-address.js';

describe('the client address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['FE80::1%eth0', 'fe80::1'],
    ['2001:DB8::A', '2001:db8::a'],
  ])('%s is written %s', (ip, written) => {
    expect(addressOf({ ip })).toBe(written);
  });

  it('is the address of the peer when the proxy passed on no valid address', () => {
    const raw = { socket: { remoteAddress: '::ffff:10.0.0.1' } };
    for (const ip of ['unknown', '_hidden', '203.0.113.7:4711', "' OR 1=1", '', '9'.repeat(10_000)])
      expect(addressOf({ ip, raw })).toBe('10.0.0.1');
    expect(addressOf({ ip: 'unknown' })).toBe('unknown');
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

it.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['10.9.0.1', true],
  ['172.31.255.1', true],
  ['172.32.0.1', false],
  ['192.168.3.4', true],
  ['fd12::1', true],
  ['203.0.113.9', false],
  ['2001:db8::1', false],
  ['unknown', false],
])('%s is in a private network: %s', (address, own) => {
  expect(isPrivateNetwork(address)).toBe(own);
});
