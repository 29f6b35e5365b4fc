import { expect, it } from 'vitest';
import { RetryLater } from '../../../src/platform/errors.js';
import { ChatFailure, type ChatRoom } from '../../../src/channels/chat/chat-gateway.js';
import { aChatChannel } from './a-chat-channel.js';
import { ChatCorp } from './chat-corp.js';
import { FakeChatGateway } from './fake-chat-gateway.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('stores the properties of a message, never its text', async () => {
  const { corp, inbox } = await aChatChannel();
  corp.says('7882', '@小鹿\u2005晚上一起吃饭吗', {
    roomId: 'R:1',
    mentionIds: ['7881', '1688', '1680000000000001'],
    id: 'm-1',
  });
  await settled();
  expect(inbox.factsOf('sent_message')).toEqual([
    {
      key: 'chat:msg:m-1',
      kind: 'sent_message',
      at: corp.at,
      member: { chatContactId: '7882' },
      data: { chatId: 'R:1', length: 11, mentions: ['7881'], looksLikeAd: false },
    },
  ]);
  expect(inbox.factsOf('was_mentioned')).toEqual([
    {
      key: 'chat:msg:m-1:m:7881',
      kind: 'was_mentioned',
      at: corp.at,
      data: { chatId: 'R:1' },
      member: { chatContactId: '7881', externalUserId: 'wmDeerQBAAAW9Zu9GtgKApHUlXB5Dox' },
    },
  ]);
  expect(JSON.stringify([...inbox.facts.values()])).not.toContain('吃饭');
});

it('stores no room for a direct message', async () => {
  const { corp, inbox } = await aChatChannel();
  corp.says('7881', '在吗');
  await settled();
  expect(inbox.factsOf('sent_message')[0]?.data).toEqual({ length: 2, mentions: [], looksLikeAd: false });
});

it('flags an advertisement', async () => {
  const { corp, inbox } = await aChatChannel();
  corp.says('7882', '需要的加我微信 abc12345', { roomId: 'R:1' });
  await settled();
  expect(inbox.factsOf('sent_message')[0]?.data.looksLikeAd).toBe(true);
});

it('ignores messages of the account itself and of colleagues', async () => {
  const { corp, inbox } = await aChatChannel();
  const before = inbox.facts.size;
  corp.says('1680000000000001', '我的等级', { roomId: 'R:1' });
  corp.says('1688', '@小鹿 我的等级', { roomId: 'R:1', mentionIds: ['7881'] });
  await settled();
  expect(inbox.facts.size).toBe(before);
  expect(inbox.commands.size).toBe(0);
});

it('reports joins and leaves, and whether somebody was removed', async () => {
  const { corp, inbox } = await aChatChannel();
  corp.joins('R:2', '7882');
  corp.leaves('R:2', '7882');
  corp.leaves('R:1', '7881', '1688');
  await settled();
  expect(inbox.factsOf('joined_group')).toMatchObject([
    { key: `chat:join:R:2:7882:${corp.at}`, at: corp.at, data: { chatId: 'R:2', name: '阿豪' } },
  ]);
  expect(inbox.factsOf('left_group').map(({ key, data }) => [key, data.removed])).toEqual([
    [`chat:leave:R:2:7882:${corp.at}`, false],
    [`chat:leave:R:1:7881:${corp.at}`, true],
  ]);
});

it.each([
  ['no time', Number.NaN],
  ['zero', 0],
  ['a time ahead', Date.UTC(2031, 0, 1)],
])('uses the time of arrival for an event with %s', async (_what, at) => {
  const { corp, inbox } = await aChatChannel();
  corp.says('7882', '退订', { id: 'm-1', at });
  corp.joins('R:2', '7882', '', at);
  corp.leaves('R:2', '7882', '', at);
  await settled();
  expect([...inbox.facts.values(), ...inbox.commands.values()].map((one) => one.at)).toEqual(
    [...inbox.facts.values(), ...inbox.commands.values()].map(() => corp.at),
  );
  expect(inbox.factsOf('sent_message')).toHaveLength(1);
  expect(inbox.factsOf('joined_group')).toHaveLength(1);
  expect([...inbox.commands.keys()]).toEqual(['chat:msg:m-1']);
});

it('reports a join once when the clock of the sender is ahead and the event arrives twice', async () => {
  const { corp, clock, inbox } = await aChatChannel();
  corp.joins('R:2', '7882', '', corp.at + 2_000);
  await settled();
  clock.pushTo(corp.at + 1_000);
  corp.joins('R:2', '7882', '', corp.at + 2_000);
  await settled();
  expect(inbox.factsOf('joined_group')).toHaveLength(1);
});

it('reports a name once, and every change of it', async () => {
  const { corp, inbox } = await aChatChannel();
  corp.says('7882', '一', { roomId: 'R:1', at: corp.at - 9_000 });
  corp.says('7882', '二', { roomId: 'R:1' });
  await settled();
  expect(inbox.factsOf('profile_updated').map(({ data }) => data.name)).toEqual(['阿豪']);
  const renamed = async (name: string, at: number): Promise<void> => {
    corp.people.set('7882', { id: '7882', name, friend: false, handle: '', staff: false });
    corp.says('7882', '三', { roomId: 'R:1', at });
    await settled();
  };
  await renamed('阿豪豪', corp.at - 3_000);
  expect(inbox.factsOf('profile_updated').map(({ data }) => data.name)).toEqual(['阿豪', '阿豪豪']);
  // A return to the former name is a new fact.
  await renamed('阿豪', corp.at - 2_000);
  await renamed('阿豪豪', corp.at - 1_000);
  const names = inbox.factsOf('profile_updated');
  expect(names.map(({ data }) => data.name)).toEqual(['阿豪', '阿豪豪', '阿豪', '阿豪豪']);
  expect(new Set(names.map(({ key }) => key)).size).toBe(4);
});

it('makes the same keys when a new process receives the events again', async () => {
  const corp = new ChatCorp();
  corp.says('7881', '@阿豪 我的等级', { roomId: 'R:1', mentionIds: ['7882'] });
  corp.joins('R:2', '7882');
  corp.says('7882', '退订');
  const first = await aChatChannel({ gateway: new FakeChatGateway(corp) });
  const second = await aChatChannel({ gateway: new FakeChatGateway(corp) });
  expect([...second.inbox.facts.keys()]).toEqual([...first.inbox.facts.keys()]);
  expect([...second.inbox.commands.keys()]).toEqual([...first.inbox.commands.keys()]);
  expect(first.inbox.facts.size).toBeGreaterThan(6);
});

it('waits until a fact can be stored and loses none', async () => {
  const { corp, inbox } = await aChatChannel();
  inbox.failures = [new RetryLater('database_busy', 1), new RetryLater('database_busy', 1)];
  const before = inbox.deliveries;
  corp.says('7881', '你好', { roomId: 'R:1', id: 'm-1' });
  await expect.poll(() => inbox.facts.has('chat:msg:m-1')).toBe(true);
  expect(inbox.deliveries - before).toBe(3);
});

it('makes one command of a command word in a group and of every direct message', async () => {
  const { corp, inbox } = await aChatChannel();
  corp.says('7881', '@群小助\u2005我的等级', { roomId: 'R:1', mentionIds: ['1680000000000001'], id: 'm-1' });
  corp.says('7882', ' 退订 ', { id: 'm-2' });
  corp.says('7882', '退一步海阔天空', { id: 'm-3' });
  corp.says('7882', '退一步海阔天空', { roomId: 'R:1', id: 'm-4' });
  corp.says('7882', '我通过了你的朋友验证请求，现在我们可以开始聊天了', { id: 'm-5' });
  corp.says('7882', ' 退订 ', { id: 'm-2' });
  await settled();
  expect([...inbox.commands.values()]).toEqual([
    {
      key: 'chat:msg:m-1',
      at: corp.at,
      text: '我的等级',
      from: { kind: 'member', ids: { chatContactId: '7881', externalUserId: 'wmDeerQBAAAW9Zu9GtgKApHUlXB5Dox' } },
      replyTo: { kind: 'group', chatId: 'R:1', mention: '7881' },
    },
    {
      key: 'chat:msg:m-2',
      at: corp.at,
      text: '退订',
      from: { kind: 'member', ids: { chatContactId: '7882' } },
      replyTo: { kind: 'dm', chatContactId: '7882' },
    },
    {
      key: 'chat:msg:m-3',
      at: corp.at,
      text: '退一步海阔天空',
      from: { kind: 'member', ids: { chatContactId: '7882' } },
      replyTo: { kind: 'dm', chatContactId: '7882' },
    },
  ]);
  expect(inbox.factsOf('sent_message')).toHaveLength(5);
});

it('reads the rooms and the ids of their members when it comes online', async () => {
  const { corp, inbox } = await aChatChannel();
  const [first] = inbox.factsOf('group_read');
  expect(first?.data).toEqual({
    chatId: 'R:1',
    name: '潜在交流群①',
    owner: '1688',
    dismissed: false,
    readAt: corp.at,
    people: [
      { chatContactId: '1680000000000001', staff: '1680000000000001', name: '群小助' },
      { chatContactId: '1688', staff: '1688', name: '客服小周' },
      { chatContactId: '7881', externalUserId: 'wmDeerQBAAAW9Zu9GtgKApHUlXB5Dox', name: '小鹿' },
      { chatContactId: '7882', name: '阿豪' },
    ],
  });
  expect(inbox.factsOf('group_read')).toHaveLength(2);
});

it('reports a room again only when it changed', async () => {
  const { channel, corp, inbox, clock } = await aChatChannel();
  clock.pushTo(corp.at + 60_000);
  expect(await channel.readRooms()).toEqual({ rooms: 2, reported: 0 });
  corp.roomOf('R:2').memberIds.push('7882');
  expect(await channel.readRooms()).toEqual({ rooms: 2, reported: 1 });
  expect(inbox.factsOf('group_read').at(-1)?.data.chatId).toBe('R:2');
});

it('reports a room with its former content after an event, because a leave may have been lost', async () => {
  const { channel, corp, inbox, clock } = await aChatChannel();
  corp.joins('R:2', '7882');
  await settled();
  corp.roomOf('R:2').memberIds.pop();
  clock.pushTo(corp.at + 60_000);
  expect(await channel.readRooms()).toEqual({ rooms: 2, reported: 1 });
  expect(
    inbox
      .factsOf('group_read')
      .at(-1)
      ?.data.people.map(({ chatContactId }) => chatContactId),
  ).not.toContain('7882');
});

it('reports a read again that could not be stored', async () => {
  const { channel, corp, inbox } = await aChatChannel();
  corp.roomOf('R:2').memberIds.push('7882');
  inbox.failures = [new Error('a bug')];
  await expect(channel.readRooms()).rejects.toThrow('a bug');
  expect(await channel.readRooms()).toEqual({ rooms: 2, reported: 1 });
});

it('does not log a new try when the account went offline', async () => {
  class Leaving extends FakeChatGateway {
    override async rooms(): Promise<never> {
      await this.stop();
      throw new ChatFailure('not_sent', 'the chat account is not online');
    }
  }
  const { log, inbox } = await aChatChannel({ gateway: new Leaving() });
  expect(inbox.factsOf('group_read')).toEqual([]);
  expect(log.lines).toEqual([]);
});

it('logs a new try and reads the rooms while the account is online', async () => {
  let failures = 1;
  class FailingOnce extends FakeChatGateway {
    override async rooms(): Promise<readonly ChatRoom[]> {
      if (failures-- > 0) throw new ChatFailure('not_sent', 'no answer');
      return super.rooms();
    }
  }
  const { log, inbox } = await aChatChannel({ gateway: new FailingOnce() });
  expect(log.lines).toEqual([expect.stringContaining('trying again')]);
  expect(inbox.factsOf('group_read')).toHaveLength(2);
});
