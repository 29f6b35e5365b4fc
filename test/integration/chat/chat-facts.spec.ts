import { expect, it } from 'vitest';
import { RetryLater } from '../../../src/platform/errors.js';
import { ChatFailure, type ChatRoom } from '../../../src/channels/chat/chat-gateway.js';
import { aChatChannel } from './a-chat-channel.js';
import { ChatCorp } from './chat-corp.js';
import { FakeChatGateway } from './fake-chat-gateway.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('keeps the shape of what a member says, never the text', async () => {
  const { corp, taken } = await aChatChannel();
  corp.says('7882', '@小鹿\u2005晚上一起吃饭吗', {
    roomId: 'R:1',
    mentionIds: ['7881', '1688', '1680000000000001'],
    id: 'm-1',
  });
  await settled();
  expect(taken.of('sent_message')).toEqual([
    {
      key: 'chat:msg:m-1',
      kind: 'sent_message',
      at: corp.at,
      member: { chatContactId: '7882' },
      data: { chatId: 'R:1', length: 11, mentions: ['7881'], looksLikeAd: false },
    },
  ]);
  expect(taken.of('was_mentioned')).toEqual([
    {
      key: 'chat:msg:m-1:m:7881',
      kind: 'was_mentioned',
      at: corp.at,
      data: { chatId: 'R:1' },
      member: { chatContactId: '7881', externalUserId: 'wmDeerQBAAAW9Zu9GtgKApHUlXB5Dox' },
    },
  ]);
  expect(JSON.stringify([...taken.facts.values()])).not.toContain('吃饭');
});

it('has no room in the fact of a direct message', async () => {
  const { corp, taken } = await aChatChannel();
  corp.says('7881', '在吗');
  await settled();
  expect(taken.of('sent_message')[0]?.data).toEqual({ length: 2, mentions: [], looksLikeAd: false });
});

it('flags an advertisement', async () => {
  const { corp, taken } = await aChatChannel();
  corp.says('7882', '需要的加我微信 abc12345', { roomId: 'R:1' });
  await settled();
  expect(taken.of('sent_message')[0]?.data.looksLikeAd).toBe(true);
});

it('makes nothing of what the account itself or a colleague says', async () => {
  const { corp, taken } = await aChatChannel();
  const before = taken.facts.size;
  corp.says('1680000000000001', '我的等级', { roomId: 'R:1' });
  corp.says('1688', '@小鹿 我的等级', { roomId: 'R:1', mentionIds: ['7881'] });
  await settled();
  expect(taken.facts.size).toBe(before);
  expect(taken.commands.size).toBe(0);
});

it('tells joins and leaves, and whether somebody was taken out', async () => {
  const { corp, taken } = await aChatChannel();
  corp.joins('R:2', '7882');
  corp.leaves('R:2', '7882');
  corp.leaves('R:1', '7881', '1688');
  await settled();
  expect(taken.of('joined_group')).toMatchObject([
    { key: `chat:join:R:2:7882:${corp.at}`, at: corp.at, data: { chatId: 'R:2', name: '阿豪' } },
  ]);
  expect(taken.of('left_group').map(({ key, data }) => [key, data.removed])).toEqual([
    [`chat:leave:R:2:7882:${corp.at}`, false],
    [`chat:leave:R:1:7881:${corp.at}`, true],
  ]);
});

it.each([
  ['no time', Number.NaN],
  ['zero', 0],
  ['a time ahead', Date.UTC(2031, 0, 1)],
])('dates what comes with %s by its arrival', async (_what, at) => {
  const { corp, taken } = await aChatChannel();
  corp.says('7882', '退订', { id: 'm-1', at });
  corp.joins('R:2', '7882', '', at);
  corp.leaves('R:2', '7882', '', at);
  await settled();
  expect([...taken.facts.values(), ...taken.commands.values()].map((one) => one.at)).toEqual(
    [...taken.facts.values(), ...taken.commands.values()].map(() => corp.at),
  );
  expect(taken.of('sent_message')).toHaveLength(1);
  expect(taken.of('joined_group')).toHaveLength(1);
  expect([...taken.commands.keys()]).toEqual(['chat:msg:m-1']);
});

it('tells a join of a clock that is ahead once, though it comes twice', async () => {
  const { corp, clock, taken } = await aChatChannel();
  corp.joins('R:2', '7882', '', corp.at + 2_000);
  await settled();
  clock.pushTo(corp.at + 1_000);
  corp.joins('R:2', '7882', '', corp.at + 2_000);
  await settled();
  expect(taken.of('joined_group')).toHaveLength(1);
});

it('tells a name once, and a new name anew', async () => {
  const { corp, taken } = await aChatChannel();
  corp.says('7882', '一', { roomId: 'R:1', at: corp.at - 9_000 });
  corp.says('7882', '二', { roomId: 'R:1' });
  await settled();
  expect(taken.of('profile_updated').map(({ data }) => data.name)).toEqual(['阿豪']);
  const renamed = async (name: string, at: number): Promise<void> => {
    corp.people.set('7882', { id: '7882', name, friend: false, handle: '', staff: false });
    corp.says('7882', '三', { roomId: 'R:1', at });
    await settled();
  };
  await renamed('阿豪豪', corp.at - 3_000);
  expect(taken.of('profile_updated').map(({ data }) => data.name)).toEqual(['阿豪', '阿豪豪']);
  // The former name is news again, and no repeat of the fact that told it first.
  await renamed('阿豪', corp.at - 2_000);
  await renamed('阿豪豪', corp.at - 1_000);
  const names = taken.of('profile_updated');
  expect(names.map(({ data }) => data.name)).toEqual(['阿豪', '阿豪豪', '阿豪', '阿豪豪']);
  expect(new Set(names.map(({ key }) => key)).size).toBe(4);
});

it('gives the same keys when a new process hears it all again', async () => {
  const corp = new ChatCorp();
  corp.says('7881', '@阿豪 我的等级', { roomId: 'R:1', mentionIds: ['7882'] });
  corp.joins('R:2', '7882');
  corp.says('7882', '退订');
  const first = await aChatChannel({ gateway: new FakeChatGateway(corp) });
  const second = await aChatChannel({ gateway: new FakeChatGateway(corp) });
  expect([...second.taken.facts.keys()]).toEqual([...first.taken.facts.keys()]);
  expect([...second.taken.commands.keys()]).toEqual([...first.taken.commands.keys()]);
  expect(first.taken.facts.size).toBeGreaterThan(6);
});

it('waits until a fact can be stored, and loses none', async () => {
  const { corp, taken } = await aChatChannel();
  taken.failures = [new RetryLater('database_busy', 1), new RetryLater('database_busy', 1)];
  const told = taken.tellings;
  corp.says('7881', '你好', { roomId: 'R:1', id: 'm-1' });
  await expect.poll(() => taken.facts.has('chat:msg:m-1')).toBe(true);
  expect(taken.tellings - told).toBe(3);
});

it('asks for what a member wants of the bot in a group, and for every word in private, once', async () => {
  const { corp, taken } = await aChatChannel();
  corp.says('7881', '@群小助\u2005我的等级', { roomId: 'R:1', mentionIds: ['1680000000000001'], id: 'm-1' });
  corp.says('7882', ' 退订 ', { id: 'm-2' });
  corp.says('7882', '退一步海阔天空', { id: 'm-3' });
  corp.says('7882', '退一步海阔天空', { roomId: 'R:1', id: 'm-4' });
  corp.says('7882', '我通过了你的朋友验证请求，现在我们可以开始聊天了', { id: 'm-5' });
  corp.says('7882', ' 退订 ', { id: 'm-2' });
  await settled();
  expect([...taken.commands.values()]).toEqual([
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
  expect(taken.of('sent_message')).toHaveLength(5);
});

it('reads the rooms when it comes online, with the ids that tell who is who', async () => {
  const { corp, taken } = await aChatChannel();
  const [first] = taken.of('group_read');
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
  expect(taken.of('group_read')).toHaveLength(2);
});

it('tells a room again only when it changed', async () => {
  const { channel, corp, taken, clock } = await aChatChannel();
  clock.pushTo(corp.at + 60_000);
  expect(await channel.readRooms()).toEqual({ rooms: 2, told: 0 });
  corp.roomOf('R:2').memberIds.push('7882');
  expect(await channel.readRooms()).toEqual({ rooms: 2, told: 1 });
  expect(taken.of('group_read').at(-1)?.data.chatId).toBe('R:2');
});

it('tells a room that went back to how it was: somebody may have left unseen', async () => {
  const { channel, corp, taken, clock } = await aChatChannel();
  corp.joins('R:2', '7882');
  await settled();
  corp.roomOf('R:2').memberIds.pop();
  clock.pushTo(corp.at + 60_000);
  expect(await channel.readRooms()).toEqual({ rooms: 2, told: 1 });
  expect(
    taken
      .of('group_read')
      .at(-1)
      ?.data.people.map(({ chatContactId }) => chatContactId),
  ).not.toContain('7882');
});

it('tells a reading again that could not be stored', async () => {
  const { channel, corp, taken } = await aChatChannel();
  corp.roomOf('R:2').memberIds.push('7882');
  taken.failures = [new Error('a bug')];
  await expect(channel.readRooms()).rejects.toThrow('a bug');
  expect(await channel.readRooms()).toEqual({ rooms: 2, told: 1 });
});

it('does not say that it reads the rooms again once the account has gone', async () => {
  class Leaving extends FakeChatGateway {
    override async rooms(): Promise<never> {
      await this.stop();
      throw new ChatFailure('not_sent', 'the chat account is not online');
    }
  }
  const { log, taken } = await aChatChannel({ gateway: new Leaving() });
  expect(taken.of('group_read')).toEqual([]);
  expect(log.lines).toEqual([]);
});

it('says that it reads the rooms again while the account is there, and does', async () => {
  let failures = 1;
  class Stumbling extends FakeChatGateway {
    override async rooms(): Promise<readonly ChatRoom[]> {
      if (failures-- > 0) throw new ChatFailure('not_sent', 'no answer');
      return super.rooms();
    }
  }
  const { log, taken } = await aChatChannel({ gateway: new Stumbling() });
  expect(log.lines).toEqual([expect.stringContaining('trying again')]);
  expect(taken.of('group_read')).toHaveLength(2);
});
