import type { Contact, Wechaty } from 'wechaty';
import { expect, it } from 'vitest';
import { WechatyPeople } from './wechaty-people.js';

const people = new WechatyPeople({ isLoggedIn: false } as Wechaty, {
  staff: new Set(),
  lookUpsPerReading: 0,
  now: () => 0,
});
const idOf = (handle: string | undefined) =>
  people.contactOf({ id: '7881', payload: { name: '小鹿', ...(handle === undefined ? {} : { handle }) } } as Contact)
    .externalUserId;

it('accepts only the shape of an external_userid, not a WeChat id that a person chose', () => {
  expect(idOf('wmZk3p9QBAAAW9Zu9GtgKApHUlXB5Dox')).toBe('wmZk3p9QBAAAW9Zu9GtgKApHUlXB5Dox');
  expect(idOf('woZk3p9QBAAAW9Zu9GtgKApHUlXB5Dox')).toBe('woZk3p9QBAAAW9Zu9GtgKApHUlXB5Dox');
  for (const handle of [
    undefined,
    '',
    'a-wechat-id-i-chose',
    'wmShort',
    'wxid_0123456789abcdef0123456789abcd',
    'wm 0123456789abcdef0123456789abcd',
  ])
    expect(idOf(handle), handle).toBeUndefined();
});
