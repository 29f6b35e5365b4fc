import { expect, it } from 'vitest';
import type { KnownCustomer } from '../insights/known-customers.js';
import type { SandboxRecord } from '../sandbox/sandbox.js';
import { routeReport } from './route-report.js';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-06-01T12:00:00+08:00');
const daysAgo = (days: number): number => NOW - days * DAY_MS;

const person = (name: string, own: Partial<SandboxRecord['people'][number]>): SandboxRecord['people'][number] => ({
  name,
  externalUserId: `wm-${name}`,
  unionid: `un-${name}`,
  chatContactId: `chat-${name}`,
  phone: '13800138000',
  persona: 'talker',
  isContact: true,
  messages: 0,
  kfMessages: 0,
  orders: 0,
  spendCents: 0,
  refundedCents: 0,
  optedOut: false,
  isRegistered: false,
  lastActiveAt: null,
  ...own,
});
const customer = (name: string, own: Partial<KnownCustomer>): KnownCustomer => ({
  externalUserId: `wm-${name}`,
  tier: 'regular',
  stage: 'active',
  isContact: true,
  optedOut: false,
  lastSeenAt: null,
  groups: [],
  ...own,
});
const group = (chatId: string, names: readonly string[]): SandboxRecord['groups'][number] => ({
  chatId,
  roomId: `R:${chatId}`,
  name: chatId,
  owner: 'LinXia',
  capacity: 200,
  version: '1',
  members: names.map((name) => ({
    id: `wm-${name}`,
    name,
    staff: false,
    joinedAt: NOW,
    scene: 3,
    state: undefined,
  })),
});

it('counts as recorded whose product record lies within 60 days before their own latest act', () => {
  const people = [
    person('a', { lastActiveAt: daysAgo(10) }),
    person('b', { lastActiveAt: daysAgo(10) }),
    person('c', { lastActiveAt: daysAgo(200) }),
    person('never', {}),
  ];
  const report = routeReport({ now: NOW, people, groups: [] }, [
    customer('a', { lastSeenAt: daysAgo(69) }),
    customer('b', { lastSeenAt: daysAgo(71) }),
    customer('c', { lastSeenAt: daysAgo(250) }),
  ]);
  expect(report.recorded).toEqual({ count: 2, of: 3, missing: ['b'] });
});

it('counts as awake who was active within 30 days and is neither asleep nor lost; unknown people are not', () => {
  const people = ['a', 'b', 'c'].map((name) => person(name, { lastActiveAt: daysAgo(29) }));
  people.push(person('old', { lastActiveAt: daysAgo(31) }));
  const report = routeReport({ now: NOW, people, groups: [] }, [
    customer('a', { stage: 'dozing' }),
    customer('b', { stage: 'asleep' }),
    customer('old', { stage: 'lost' }),
  ]);
  expect(report.awake).toEqual({ count: 1, of: 3, missing: ['b', 'c'] });
});

it('counts as placed which contacts are, by the record of the sandbox, in a group of the tier the product gave them', () => {
  const people = ['a', 'b', 'c'].map((name) => person(name, {}));
  people.push(person('stranger', { isContact: false }));
  const groups = [group('普通群', ['a', 'b']), group('会员群', ['c'])];
  const tiers = [
    { chatId: '普通群', tier: 'regular' },
    { chatId: '会员群', tier: 'member' },
  ];
  const report = routeReport({ now: NOW, people, groups }, [
    customer('a', { tier: 'regular', groups: [tiers[0]!] }),
    customer('b', { tier: 'member', groups: [tiers[0]!] }),
    customer('c', { tier: 'member', groups: [tiers[1]!] }),
  ]);
  expect(report.placed).toEqual({ count: 2, of: 3, missing: ['b'] });
});

it('counts as opted out only whom the product opted out', () => {
  const people = ['a', 'b'].map((name) => person(name, { optedOut: true }));
  const report = routeReport({ now: NOW, people, groups: [] }, [customer('a', { optedOut: true }), customer('b', {})]);
  expect(report.optedOut).toEqual({ count: 1, of: 2, missing: ['b'] });
});
