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
  lastActivity: null,
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
  lastMove: null,
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
  const people = ['a', 'b', 'c'].map((name) => person(name, { lastActiveAt: daysAgo(29), lastActivity: 'talk' }));
  people.push(person('old', { lastActiveAt: daysAgo(31) }));
  const report = routeReport({ now: NOW, people, groups: [] }, [
    customer('a', { stage: 'dozing' }),
    customer('b', { stage: 'asleep' }),
    customer('old', { stage: 'lost' }),
  ]);
  expect(report.awake).toEqual({ count: 1, of: 3, missing: ['b', 'c'] });
  expect(report.notAwake).toEqual([
    { name: 'b', last: 'talk' },
    { name: 'c', last: 'talk' },
  ]);
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

it('says of each contact who is in no group of their tier why', () => {
  const move = { tier: 'regular', state: 'failed', note: 'not_confirmed', wasInvited: false, waitsForApproval: false };
  const customers = [
    customer('staff forgot', { lastMove: move }),
    customer('ignored it', { lastMove: { ...move, state: 'expired', wasInvited: true } }),
    customer('holds it', { lastMove: { ...move, state: 'invited', wasInvited: true } }),
    customer('waits', { lastMove: { ...move, state: 'planned' } }),
    customer('asked about', { lastMove: { ...move, state: 'planned', waitsForApproval: true } }),
    customer('refused', { lastMove: { ...move, note: 'refused_by_operator' } }),
    customer('left', { lastMove: { ...move, state: 'done' } }),
    customer('stop', { optedOut: true, lastMove: move }),
    customer('gone', { isContact: false }),
    customer('lost', { stage: 'lost' }),
    customer('just rose', { tier: 'member', lastMove: { ...move, state: 'done' } }),
    customer('no room', { tier: 'loyal' }),
  ];
  const people = [...customers.map(({ externalUserId }) => person(externalUserId.slice(3), {})), person('new', {})];
  const groups = [group('普通群', []), group('会员群', []), { ...group('铁杆群', []), capacity: 0 }];
  const known = customer('placed', {
    groups: [
      { chatId: '普通群', tier: 'regular' },
      { chatId: '会员群', tier: 'member' },
      { chatId: '铁杆群', tier: 'loyal' },
    ],
  });
  const { notPlaced } = routeReport({ now: NOW, people, groups }, [...customers, known]);
  expect(Object.fromEntries(notPlaced.map(({ name, because }) => [name, because]))).toEqual({
    'staff forgot': 'staff_did_not_send',
    'ignored it': 'did_not_join',
    'holds it': 'holds_a_code',
    waits: 'waits_for_staff',
    'asked about': 'waits_for_approval',
    refused: 'refused_by_operator',
    left: 'left_again',
    stop: 'opted_out',
    gone: 'deleted_staff',
    lost: 'lost',
    'just rose': 'never_planned',
    'no room': 'groups_full',
    new: 'unknown',
  });
});

it('counts as opted out only whom the product opted out', () => {
  const people = ['a', 'b'].map((name) => person(name, { optedOut: true }));
  const report = routeReport({ now: NOW, people, groups: [] }, [customer('a', { optedOut: true }), customer('b', {})]);
  expect(report.optedOut).toEqual({ count: 1, of: 2, missing: ['b'] });
});
