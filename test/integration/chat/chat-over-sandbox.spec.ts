import { afterEach, expect, it } from 'vitest';
import type { ChatChannel } from '../../../src/channels/chat/chat.channel.js';
import { noPacing } from '../../../src/channels/chat/chat-settings.js';
import { createChatChannel } from '../../../src/channels/chat/create-chat-channel.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { createSandboxPuppet } from '../../../src/sandbox/puppet/sandbox-puppet.js';
import { startSandbox } from '../../../src/sandbox/sandbox.js';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/sandbox.js';
import { RecordingInbox, isMemberCommand } from './a-chat-channel.js';
import { aLog } from './recorded-events.js';

const START = Date.UTC(2026, 2, 2, 1);
const DAY = 86_400_000;
const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function aCorp(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({
    people: 0,
    startAt: START,
    corpId: 'ww1',
    agentId: '1000002',
    secret: 's',
    callbackToken: 't',
    callbackAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    chat: true,
    ...options,
  });
  open.push({ stop: () => sandbox.close() });
  return sandbox;
}

async function aProduct(
  sandbox: Sandbox,
): Promise<{ channel: ChatChannel; inbox: RecordingInbox; log: ReturnType<typeof aLog> }> {
  const log = aLog();
  const channel = createChatChannel(
    { pacing: noPacing, forgetOlderThanMs: null },
    {
      clock: new PushedClock(sandbox.now()),
      logger: log,
      isMemberCommand,
      puppet: createSandboxPuppet({ url: sandbox.url }),
    },
  );
  const inbox = new RecordingInbox();
  open.push(channel);
  await channel.start(inbox.receive);
  await expect.poll(() => inbox.factsOf('group_read').length).toBeGreaterThan(0);
  return { channel, inbox, log };
}

it('receives a command in the sandbox, answers in the group, and acknowledges the event', async () => {
  const sandbox = await aCorp();
  const { channel, inbox, log } = await aProduct(sandbox);
  const group = inbox.factsOf('group_read')[0]!.data;
  await sandbox.act({ do: 'newcomer', name: '小鹿' });
  await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
  await sandbox.act({ do: 'invite', who: '小鹿', group: group.chatId, staff: 'LinXia' });
  await sandbox.act({ do: 'speak', who: '小鹿', group: group.chatId, text: '我的等级' });
  await expect.poll(() => inbox.commands.size).toBe(1);
  const [command] = inbox.commands.values();
  await expect
    .poll(() => inbox.factsOf('joined_group').map(({ data, member }) => [data.chatId, member.chatContactId]))
    .toEqual([[group.chatId, command!.from.kind === 'member' ? command!.from.ids.chatContactId : '']]);

  const replyTo = command!.replyTo;
  if (replyTo.kind !== 'group') throw new Error('asked in a group');
  const { ref } = await channel.send({
    kind: 'group_say',
    chatId: replyTo.chatId,
    mention: replyTo.mention,
    text: '你现在是普通成员',
  });
  expect(ref).toMatch(/.+/);
  const received = sandbox.record().received.filter(({ text }) => text.includes('你现在是普通成员'));
  expect(received).toHaveLength(1);
  await expect.poll(() => sandbox.clock().chat.unacknowledged).toBe(0);
  expect(log.lines).toEqual([]);
});

it('sends a QR code in a direct message as a picture', async () => {
  const sandbox = await aCorp();
  const { channel, inbox } = await aProduct(sandbox);
  const { chatContactId } = (await sandbox.act({ do: 'newcomer', name: '栗子' })) as { chatContactId: string };
  await sandbox.act({ do: 'add_contact', who: '栗子', staff: 'LinXia' });
  const ask = async (path: string, body?: object) => {
    const answer = await fetch(`${sandbox.url}/cgi-bin/${path}`, {
      method: body ? 'POST' : 'GET',
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return (await answer.json()) as Record<string, string> & { join_way: { qr_code: string } };
  };
  const { access_token: token } = await ask('gettoken?corpid=ww1&corpsecret=s');
  const group = inbox.factsOf('group_read').find(({ data }) => data.name === '会员群①')!.data;
  const chatId = sandbox.record().groups.find(({ name }) => name === group.name)!.chatId;
  const way = await ask(`externalcontact/groupchat/add_join_way?access_token=${token}`, {
    scene: 2,
    chat_id_list: [chatId],
  });
  const { join_way: found } = await ask(`externalcontact/groupchat/get_join_way?access_token=${token}`, {
    config_id: way['config_id'],
  });

  await channel.send({
    kind: 'chat_dm',
    chatContactId,
    message: { text: '长按识别二维码', attachments: [{ kind: 'image', title: group.name, url: found.qr_code }] },
  });
  const received = sandbox.record().received.filter(({ via }) => via === 'dm');
  expect(received.map(({ text, attachments, joinWay }) => [text, attachments.length, joinWay])).toEqual([
    ['', 1, way['config_id']],
    ['长按识别二维码', 0, undefined],
  ]);
});

it('moves a person from one group to another and receives both events', async () => {
  const sandbox = await aCorp();
  const { channel, inbox } = await aProduct(sandbox);
  const [from, to] = inbox.factsOf('group_read').map(({ data }) => data.chatId);
  const { externalUserId, chatContactId } = (await sandbox.act({ do: 'newcomer', name: '栗子' })) as {
    externalUserId: string;
    chatContactId: string;
  };
  await sandbox.act({ do: 'add_contact', who: '栗子', staff: 'LinXia' });
  await sandbox.act({ do: 'invite', who: '栗子', group: from!, staff: 'LinXia' });
  await expect.poll(() => inbox.factsOf('joined_group').length).toBe(1);

  expect(await channel.send({ kind: 'room_add', chatId: to!, member: { chatContactId } })).toEqual({
    result: { state: 'requested' },
  });
  expect(await channel.send({ kind: 'room_remove', chatId: from!, member: { externalUserId } })).toEqual({
    result: { state: 'requested' },
  });
  await expect.poll(() => inbox.factsOf('left_group').length).toBe(1);
  await expect.poll(() => inbox.factsOf('joined_group').map(({ data }) => data.chatId)).toEqual([from, to]);
  expect(inbox.factsOf('left_group')[0]).toMatchObject({
    data: { chatId: from, removed: true },
    member: { chatContactId },
  });
});

it('stores each message of sixty people in a month once, without an error', async () => {
  const sandbox = await aCorp({ people: 60, months: 1 });
  const { inbox, log } = await aProduct(sandbox);
  for (let until = START + DAY; until <= START + 30 * DAY;) {
    const { at, urgent } = await sandbox.advance(until);
    if (!urgent) until = at + DAY;
  }
  await expect.poll(() => sandbox.clock().chat.unacknowledged).toBe(0);
  expect(inbox.factsOf('sent_message').length).toBeGreaterThan(100);
  expect(log.lines).toEqual([]);
});
