import { afterEach, expect, test } from 'vitest';
import { aSandbox } from '../testing/a-sandbox.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aChat() {
  const corp = await aSandbox({ chat: true });
  open.push(corp.sandbox);
  const say = async (path: string, body: unknown) => {
    const answer = await fetch(`${corp.sandbox.url}/chat/${path}`, { method: 'POST', body: JSON.stringify(body) });
    return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) };
  };
  const events = async (after: number, wait = 0) =>
    (await corp.json(`/chat/events?after=${after}&wait=${wait}`)) as unknown as {
      events: Record<string, unknown>[];
      last: number;
    };
  const { rooms } = (await corp.json('/chat/rooms')) as unknown as {
    rooms: { id: string; topic: string; memberIds: string[] }[];
  };
  const roomId = rooms.find((room) => room.topic === '会员群①')!.id;
  const deer = (await corp.sandbox.act({ do: 'newcomer', name: '小鹿' })) as {
    chatContactId: string;
    externalUserId: string;
  };
  return { ...corp, say, events, rooms, roomId, deer };
}

test('the account is a member of all groups and sees their members under chat ids', async () => {
  const { json, rooms, sandbox, deer } = await aChat();
  const account = await json('/chat/account');
  expect(account).toMatchObject({ name: '小阶' });
  expect(rooms).toHaveLength(sandbox.record().groups.length);
  expect(rooms.every((room) => room.id.startsWith('R:') && room.memberIds.includes(account.contactId))).toBe(true);
  expect(await json(`/chat/contacts/${deer.chatContactId}`)).toEqual({
    id: deer.chatContactId,
    name: '小鹿',
    friend: false,
    handle: '',
    staff: false,
  });
  await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
  expect(await json(`/chat/contacts/${deer.chatContactId}`)).toMatchObject({
    friend: true,
    handle: deer.externalUserId,
  });
});

test('events are sent until they are acknowledged', async () => {
  const { sandbox, events, roomId } = await aChat();
  await sandbox.act({ do: 'invite', who: '小鹿', group: '会员群①', staff: 'ChenYu' });
  await sandbox.act({ do: 'speak', who: '小鹿', group: '会员群①', text: '我的等级', mentions: ['小阶'] });
  const first = await events(0);
  expect(first.events).toMatchObject([
    { seq: 1, kind: 'room-join', roomId },
    { seq: 2, kind: 'message', roomId, text: '我的等级', mentionIds: [expect.stringMatching(/^7880/)] },
  ]);
  expect(await events(0)).toEqual(first);
  expect((await events(1)).events).toMatchObject([{ seq: 2 }]);
  expect(await events(2)).toEqual({ events: [], last: 2 });
});

test('a long poll is answered when something is said', async () => {
  const { sandbox, events, deer } = await aChat();
  const polled = events(0, 10_000);
  await sandbox.act({ do: 'speak', who: '小鹿', text: '退订' });
  expect((await polled).events).toMatchObject([
    { kind: 'message', talkerId: deer.chatContactId, listenerId: expect.stringMatching(/^7880/), text: '退订' },
  ]);
  expect(sandbox.record().people).toMatchObject([{ name: '小鹿', optedOut: true }]);
});

test('the account writes in rooms and to friends, but not to strangers', async () => {
  const { say, sandbox, roomId, deer } = await aChat();
  expect(await say('say', { roomId, text: '@小鹿 恭喜升级', mentionIds: [deer.chatContactId] })).toMatchObject({
    status: 200,
  });
  expect(await say('say', { contactId: deer.chatContactId, text: '你好' })).toEqual({
    status: 403,
    error: 'not_a_friend',
  });
  await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
  await say('say', { contactId: deer.chatContactId, text: '你好' });
  expect(sandbox.record()).toMatchObject({
    posts: [{ group: '会员群①', via: 'chat', mentions: [deer.externalUserId] }],
    received: [
      { via: 'mention', text: '@小鹿 恭喜升级' },
      { via: 'dm', text: '你好' },
    ],
  });
});

test('when the account adds or removes somebody, it gets a chat event and WeCom sends a callback', async () => {
  const { say, sandbox, roomId, deer, events } = await aChat();
  expect(await say(`rooms/${roomId}/add`, { contactId: deer.chatContactId })).toEqual({
    status: 403,
    error: 'not_a_friend',
  });
  await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia', welcome: false });
  expect(await say(`rooms/${roomId}/add`, { contactId: deer.chatContactId })).toEqual({ status: 200 });
  expect(await say(`rooms/${roomId}/remove`, { contactId: deer.chatContactId })).toEqual({ status: 200 });
  expect((await events(0)).events).toMatchObject([
    { kind: 'room-join', inviteeIds: [deer.chatContactId] },
    { kind: 'room-leave', removeeIds: [deer.chatContactId] },
  ]);
  const details = sandbox
    .record()
    .callbacks.map((callback) =>
      /<UpdateDetail><!\[CDATA\[(\w+)\]\]><\/UpdateDetail><(\w+)>(\d)/.exec(callback.plaintext)?.slice(1),
    );
  expect(details.slice(1)).toEqual([
    ['add_member', 'JoinScene', '0'],
    ['del_member', 'QuitScene', '1'],
  ]);
});
