import { describe, expect, it } from 'vitest';
import type { Action } from '../../../src/domain/action.js';
import { ChatFailure } from '../../../src/channels/chat/chat-gateway.js';
import { noPacing } from '../../../src/channels/chat/chat-settings.js';
import { GiveUp } from '../../../src/platform/errors.js';
import { aChatChannel } from './a-chat-channel.js';

const MINUTE = 60_000;
const say = (text: string, chatId = 'R:1'): Action => ({ kind: 'group_say', chatId, text });
const dm = (chatContactId: string, text = '早'): Action => ({
  kind: 'chat_dm',
  chatContactId,
  message: { text, attachments: [] },
});
const add = (chatContactId: string, chatId = 'R:2'): Action => ({
  kind: 'room_add',
  chatId,
  member: { chatContactId },
});
const remove = (chatContactId: string, chatId = 'R:1'): Action => ({
  kind: 'room_remove',
  chatId,
  member: { chatContactId },
});
const fails =
  (kind: ChatFailure['kind'], message = 'no') =>
  () =>
    Promise.reject(new ChatFailure(kind, message));

describe('chat writes', () => {
  it('posts in a group, mentions a person, and sends a direct message', async () => {
    const { channel, corp } = await aChatChannel();
    expect(await channel.send(say('晚上好'))).toEqual({ ref: 'sent1' });
    expect(await channel.send({ kind: 'group_say', chatId: 'R:1', mention: '7881', text: '你是会员' })).toEqual({
      ref: 'sent2',
    });
    const message = {
      text: '新群在这里',
      attachments: [{ kind: 'link', title: '入群', url: 'https://example.com/j', description: '今晚有效' }],
    } as const;
    await channel.send({ kind: 'chat_dm', chatContactId: '7882', message });
    expect(corp.posts.map(({ text }) => text)).toEqual([
      '晚上好',
      '@小鹿\u2005你是会员',
      '新群在这里\n入群（今晚有效）：https://example.com/j',
    ]);
  });

  describe('with a picture', () => {
    const url = 'http://pictures.example/qr.png';
    const invitation: Action = {
      kind: 'chat_dm',
      chatContactId: '7881',
      message: { text: '长按识别二维码', attachments: [{ kind: 'image', title: '铁杆群①', url }] },
    };
    const picture = { bytes: new Uint8Array([1, 2, 3]), type: 'image/png' as const };
    const fetchPicture = () => Promise.resolve(picture);

    it('sends the picture, then the text without a link', async () => {
      const { channel, corp } = await aChatChannel({ fetchPicture });
      await channel.send(invitation);
      expect(corp.posts).toEqual([
        { contactId: '7881', picture: 'AQID', mentionIds: [] },
        { contactId: '7881', text: '长按识别二维码', mentionIds: [] },
      ]);
    });

    it('sends the link when the picture is unavailable or refused', async () => {
      const without = await aChatChannel({ fetchPicture: () => Promise.reject(new GiveUp('picture_not_found')) });
      await without.channel.send(invitation);
      const words = `长按识别二维码\n点开链接，长按识别二维码：${url}`;
      expect(without.corp.posts.map(({ text }) => text)).toEqual([words]);

      const refused = await aChatChannel({ fetchPicture });
      refused.gateway.nextWrite = fails('refused');
      await refused.channel.send(invitation);
      expect(refused.corp.posts.map(({ text }) => text)).toEqual([words]);
    });

    it('sends nothing while the account is offline, and nothing twice', async () => {
      const { channel, corp, gateway } = await aChatChannel({ fetchPicture });
      gateway.nextWrite = fails('not_sent');
      await expect(channel.send(invitation)).rejects.toMatchObject({
        name: 'RetryLater',
        code: 'chat_not_sent',
        countsAsAttempt: true,
      });
      await channel.send(invitation);
      expect(corp.posts.map(({ picture, text }) => picture ?? text)).toEqual(['AQID', '长按识别二维码']);
    });

    it.each(['not_sent', 'throttled', 'refused', 'unknown'] as const)(
      'is neither retried nor sent another way when its text ends as %s',
      async (ending) => {
        const { channel, corp, gateway } = await aChatChannel({ fetchPicture });
        gateway.dm = fails(ending);
        await expect(channel.send(invitation)).rejects.toMatchObject({ name: 'GiveUp', code: 'chat_outcome_unknown' });
        expect(corp.posts.map(({ picture }) => picture)).toEqual(['AQID']);
      },
    );

    it('can be sent another way when both picture and text were refused', async () => {
      const { channel, corp, gateway } = await aChatChannel({ fetchPicture });
      corp.refusal = 'not a friend';
      await expect(channel.send(invitation)).rejects.toMatchObject({ name: 'GiveUp', code: 'chat_refused' });
      expect(gateway.calls).toEqual(['picture 7881', 'dm 7881']);
    });

    it('sends the links of all pictures after one with an unknown outcome', async () => {
      const { channel, corp, gateway } = await aChatChannel({ fetchPicture });
      gateway.nextWrite = fails('unknown');
      const attachments = ['1', '2'].map((n) => ({ kind: 'image', title: n, url: `http://pictures.example/${n}.png` }));
      await channel.send({ ...invitation, message: { text: '两张图', attachments } } as Action);
      expect(gateway.calls).toEqual(['picture 7881', 'dm 7881']);
      expect(corp.posts).toMatchObject([{ text: expect.stringMatching(/1\.png[^]*2\.png/u) as string }]);
    });
  });

  describe('with a picture and pacing', () => {
    const url = 'http://pictures.example/qr.png';
    const picture = { bytes: new Uint8Array([1, 2, 3]), type: 'image/png' as const };
    const invitation: Action = {
      kind: 'chat_dm',
      chatContactId: '7881',
      message: { text: '长按识别二维码', attachments: [{ kind: 'image', title: '铁杆群①', url }] },
    };
    const postsOf = ({ corp }: Awaited<ReturnType<typeof aChatChannel>>) =>
      corp.posts.map((one) => one.picture ?? one.text);

    it('pauses between the picture and its text without a retry', async () => {
      const chat = await aChatChannel({ pacing: {}, fetchPicture: () => Promise.resolve(picture) });
      const start = chat.clock.now();
      await chat.channel.send(invitation);
      expect(postsOf(chat)).toEqual(['AQID', '长按识别二维码']);
      expect(chat.clock.now() - start).toBe(1_500);
    });

    it('starts when the hourly limit allows all its writes', async () => {
      const pacing = { ...noPacing, messagesPerRoomAndHour: 2 };
      const chat = await aChatChannel({ pacing, fetchPicture: () => Promise.resolve(picture) });
      await chat.channel.send(dm('7881'));
      await expect(chat.channel.send(invitation)).rejects.toMatchObject({
        code: 'chat_message_limit',
        countsAsAttempt: false,
        retryAfterMs: 60 * MINUTE,
      });
      expect(postsOf(chat)).toEqual(['早']);
      chat.clock.pushTo(chat.clock.now() + 60 * MINUTE);
      await chat.channel.send(invitation);
      expect(postsOf(chat)).toEqual(['早', 'AQID', '长按识别二维码']);
    });

    it('is sent whole with more writes than the hourly limit, and uses up the hour', async () => {
      const pacing = { ...noPacing, messagesPerRoomAndHour: 1 };
      const chat = await aChatChannel({ pacing, fetchPicture: () => Promise.resolve(picture) });
      await chat.channel.send(invitation);
      expect(postsOf(chat)).toEqual(['AQID', '长按识别二维码']);
      await expect(chat.channel.send(dm('7881'))).rejects.toMatchObject({
        code: 'chat_message_limit',
        countsAsAttempt: false,
        retryAfterMs: 60 * MINUTE,
      });
    });
  });

  it('does not post a personal answer in a room that the person has left', async () => {
    const { channel, corp } = await aChatChannel();
    await expect(
      channel.send({ kind: 'group_say', chatId: 'R:2', mention: '7881', text: '你是会员' }),
    ).rejects.toMatchObject({ code: 'chat_mention_left' });
    expect(corp.posts).toEqual([]);
  });

  it('requests a join and reports only the request', async () => {
    const { channel, corp, gateway } = await aChatChannel();
    expect(await channel.send(add('7882'))).toEqual({ result: { state: 'requested' } });
    expect(corp.roomOf('R:2').memberIds).toContain('7882');
    expect(await channel.send(add('7882'))).toEqual({ result: { state: 'already_in' } });
    expect(gateway.calls).toEqual(['add 7882 R:2']);
  });

  it('removes once when asked twice', async () => {
    const { channel, gateway } = await aChatChannel();
    expect(await channel.send(remove('7881'))).toEqual({ result: { state: 'requested' } });
    expect(await channel.send(remove('7881'))).toEqual({ result: { state: 'already_out' } });
    expect(gateway.calls).toEqual(['remove 7881 R:1']);
  });

  it('finds people by external_userid when the platform has reported it', async () => {
    const { channel, gateway } = await aChatChannel();
    await channel.send({
      kind: 'room_add',
      chatId: 'R:2',
      member: { externalUserId: 'wmDeerQBAAAW9Zu9GtgKApHUlXB5Dox' },
    });
    await channel.send({
      kind: 'room_remove',
      chatId: 'R:1',
      member: { externalUserId: 'wmDeerQBAAAW9Zu9GtgKApHUlXB5Dox' },
    });
    expect(gateway.calls).toEqual(['add 7881 R:2', 'remove 7881 R:1']);
    await expect(
      channel.send({ kind: 'room_add', chatId: 'R:2', member: { externalUserId: 'wmNobody' } }),
    ).rejects.toMatchObject({ name: 'GiveUp', code: 'chat_contact_unknown' });
  });

  it('gives up on a room that it is not in and on a refusal', async () => {
    const { channel, corp } = await aChatChannel();
    await expect(channel.send(add('7882', 'R:9'))).rejects.toMatchObject({ name: 'GiveUp', code: 'chat_room_unknown' });
    corp.refusal = 'not a friend';
    await expect(channel.send(dm('7882'))).rejects.toMatchObject({ name: 'GiveUp', code: 'chat_refused' });
  });

  it('asks for a retry with the time when a write must wait', async () => {
    const { channel, clock, gateway } = await aChatChannel({ pacing: {} });
    await channel.send(add('7882'));
    await expect(channel.send(remove('7882'))).rejects.toMatchObject({
      name: 'RetryLater',
      code: 'chat_paced',
      countsAsAttempt: false,
      retryAfterMs: 20_000,
    });
    await channel.send(say('晚上好', 'R:1'));
    await expect(channel.send(say('晚上好', 'R:2'))).rejects.toMatchObject({
      code: 'chat_paced',
      retryAfterMs: 3_000,
      countsAsAttempt: false,
    });
    clock.pushTo(clock.now() + 20_000);
    await channel.send(remove('7882'));
    await channel.send(say('晚上好', 'R:2'));
    expect(gateway.calls).toEqual(['add 7882 R:2', 'say R:1', 'remove 7882 R:1', 'say R:2']);
  });

  it('keeps the hourly limit of adds over a restart', async () => {
    const pastWrites = async () => [{ kind: 'room_add', to: 'R:2', at: Date.UTC(2026, 2, 2, 8, 50) }] as const;
    const { channel, clock } = await aChatChannel({ pacing: { ...noPacing, addsPerHour: 1 }, pastWrites });
    await expect(channel.send(add('7882'))).rejects.toMatchObject({
      code: 'chat_add_limit',
      countsAsAttempt: false,
      retryAfterMs: 50 * MINUTE,
    });
    clock.pushTo(clock.now() + 50 * MINUTE);
    expect(await channel.send(add('7882'))).toEqual({ result: { state: 'requested' } });
  });

  it('writes one action at a time', async () => {
    const { channel, gateway } = await aChatChannel();
    let release = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (release = resolve));
    gateway.nextWrite = () => blocked as Promise<never>;
    const first = channel.send(say('一'));
    const second = channel.send(say('二'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(gateway.calls).toEqual(['say R:1']);
    release();
    await Promise.all([first, second]);
    expect(gateway.corp.posts.map(({ text }) => text)).toEqual(['一', '二']);
  });

  it('stops all writes for an hour when the platform throttles, for a day when it does again, and reports it', async () => {
    const { channel, corp, clock, gateway } = await aChatChannel();
    corp.refusal = 'WorkproErrorCode: 20001, Feature temporarily unavailable';
    await expect(channel.send(add('7882'))).rejects.toMatchObject({
      name: 'RetryLater',
      code: 'chat_throttled',
      countsAsAttempt: false,
      retryAfterMs: 60 * MINUTE,
    });
    expect(channel.health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('约 60 分钟后恢复') as string,
    });
    corp.refusal = undefined;
    await expect(channel.send(dm('7881'))).rejects.toMatchObject({
      code: 'chat_resting',
      retryAfterMs: 60 * MINUTE,
      countsAsAttempt: false,
    });
    expect(gateway.calls).toHaveLength(1);
    clock.pushTo(clock.now() + 61 * MINUTE);
    expect(channel.health()).toEqual({ ok: true, detail: '' });
    await channel.send(dm('7881'));
    corp.refusal = '操作过于频繁';
    await expect(channel.send(dm('7881'))).rejects.toMatchObject({
      code: 'chat_throttled',
      countsAsAttempt: false,
      retryAfterMs: 24 * 60 * MINUTE,
    });
  });

  it('retries what was not sent', async () => {
    const { channel, gateway } = await aChatChannel();
    gateway.nextWrite = fails('not_sent');
    await expect(channel.send(say('晚上好'))).rejects.toMatchObject({
      name: 'RetryLater',
      code: 'chat_not_sent',
      countsAsAttempt: true,
    });
    gateway.online = false;
    await expect(channel.send(say('晚上好'))).rejects.toMatchObject({
      name: 'RetryLater',
      code: 'chat_offline',
      countsAsAttempt: false,
    });
    expect(channel.health().ok).toBe(false);
  });

  it('never repeats a message with an unknown outcome, and repeats an add', async () => {
    const { channel, gateway } = await aChatChannel();
    gateway.nextWrite = fails('unknown', '4 DEADLINE_EXCEEDED');
    await expect(channel.send(say('晚上好'))).rejects.toMatchObject({ name: 'GiveUp', code: 'chat_outcome_unknown' });
    gateway.nextWrite = fails('unknown', '4 DEADLINE_EXCEEDED');
    await expect(channel.send(add('7882'))).rejects.toMatchObject({ name: 'RetryLater', code: 'chat_outcome_unknown' });
    expect(channel.isRepeatable('group_say')).toBe(false);
    expect(channel.isRepeatable('room_add')).toBe(true);
    expect(await channel.findOutcome(say('晚上好'))).toEqual({ outcome: 'unknown' });
  });

  it('stops waiting for a call that hangs', async () => {
    const { channel, gateway } = await aChatChannel({ pacing: { ...noPacing, writeTimeoutMs: 20 } });
    gateway.nextWrite = () => new Promise(() => undefined);
    await expect(channel.send(say('晚上好'))).rejects.toMatchObject({ code: 'chat_outcome_unknown' });
    expect(await channel.send(say('还在'))).toEqual({ ref: 'sent1' });
  });

  it('checks the membership for the outcome of an add or remove', async () => {
    const { channel, gateway } = await aChatChannel();
    expect(await channel.findOutcome(add('7881'))).toEqual({ outcome: 'not_done' });
    expect(await channel.findOutcome(add('7883'))).toEqual({ outcome: 'done', done: {} });
    expect(await channel.findOutcome(remove('7881'))).toEqual({ outcome: 'not_done' });
    expect(await channel.findOutcome(remove('7883'))).toEqual({ outcome: 'done', done: {} });
    gateway.online = false;
    expect(await channel.findOutcome(add('7881'))).toEqual({ outcome: 'unknown' });
  });

  it('refuses an action that is not for the chat account', async () => {
    const { channel } = await aChatChannel();
    await expect(channel.send({ kind: 'read_tags' })).rejects.toMatchObject({ code: 'not_a_chat_action' });
  });
});
