import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatGateway } from '../../../src/channels/chat/chat-gateway.js';
import { ChatCorp } from './chat-corp.js';
import { RecordedEvents } from './recorded-events.js';

export interface OpenGateway {
  readonly gateway: ChatGateway;
  close(): Promise<void>;
}

/** The behaviour of every chat gateway. */
export function chatGatewayContract(name: string, open: (corp: ChatCorp) => Promise<OpenGateway>): void {
  describe(`chat gateway: ${name}`, () => {
    let corp: ChatCorp;
    let events: RecordedEvents;
    let opened: OpenGateway;
    let gateway: ChatGateway;

    beforeEach(async () => {
      corp = new ChatCorp();
      events = new RecordedEvents();
      opened = await open(corp);
      gateway = opened.gateway;
      await gateway.start(events);
      await events.until(({ online }) => online > 0);
    });
    afterEach(() => opened.close());

    it('knows its own account once it is online', () => {
      expect(gateway.account()).toEqual({ id: '1680000000000001', name: '群小助' });
    });

    it('reports a message in a room with sender, time and mentions', async () => {
      corp.says('7882', '@小鹿\u2005你好', { roomId: 'R:1', mentionIds: ['7881'], id: 'm-a' });
      await events.until(({ messages }) => messages.length === 1);
      expect(events.messages[0]).toEqual({
        id: 'm-a',
        at: corp.at,
        roomId: 'R:1',
        text: '@小鹿\u2005你好',
        self: false,
        talker: { id: '7882', name: '阿豪', friend: false, staff: false },
        mentions: [
          { id: '7881', name: '小鹿', friend: true, staff: false, externalUserId: 'wmDeerQBAAAW9Zu9GtgKApHUlXB5Dox' },
        ],
      });
    });

    it('reports a direct message', async () => {
      corp.says('7881', '在吗');
      await events.until(({ messages }) => messages.length === 1);
      expect(events.messages[0]?.talker.id).toBe('7881');
      expect(events.messages[0]?.roomId).toBeUndefined();
    });

    it('marks colleagues and itself', async () => {
      corp.says('1688', '大家好', { roomId: 'R:1' });
      corp.says('1680000000000001', '我来了', { roomId: 'R:1' });
      await events.until(({ messages }) => messages.length === 2);
      expect(events.messages.map(({ talker, self }) => [talker.staff, self])).toEqual([
        [true, false],
        [true, true],
      ]);
    });

    it('reports joins and leaves, by whom or alone', async () => {
      corp.joins('R:2', '7882');
      corp.leaves('R:1', '7881', '1688');
      await events.until(({ changes }) => changes.length === 2);
      const reported = events.changes.map(({ direction, roomId, people, byId }) => [
        direction,
        roomId,
        people.map(({ id }) => id),
        byId,
      ]);
      expect(reported).toContainEqual(['join', 'R:2', ['7882'], '7882']);
      expect(reported).toContainEqual(['leave', 'R:1', ['7881'], '1688']);
    });

    it('posts in a room, with the mention before the text', async () => {
      const plain = await gateway.say('R:1', '晚上好');
      const called = await gateway.say('R:1', '你的等级是会员', '7881');
      expect(corp.posts).toEqual([
        { roomId: 'R:1', text: '晚上好', mentionIds: [] },
        { roomId: 'R:1', text: '@小鹿\u2005你的等级是会员', mentionIds: ['7881'] },
      ]);
      expect([plain, called]).toEqual(['sent1', 'sent2']);
    });

    it('writes to one person', async () => {
      expect(await gateway.dm('7881', '早')).toBe('sent1');
      expect(corp.posts).toEqual([{ contactId: '7881', text: '早', mentionIds: [] }]);
    });

    it('sends one person a picture, and does not mention anybody by an advertisement', async () => {
      const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
      await gateway.dmPicture('7881', { bytes, type: 'image/png' });
      corp.people.set('7882', {
        id: '7882',
        name: '加V:xx 免费领 http://evil.cc @所有人',
        friend: true,
        handle: '',
        staff: false,
      });
      await gateway.say('R:1', '已私信你。', '7882');
      expect(corp.posts).toEqual([
        { contactId: '7881', picture: Buffer.from(bytes).toString('base64'), mentionIds: [] },
        { roomId: 'R:1', text: '@朋友\u2005已私信你。', mentionIds: ['7882'] },
      ]);
    });

    it('reads rooms and members without a cache', async () => {
      expect(
        (await gateway.rooms()).map(({ id, topic, ownerId, members }) => [id, topic, ownerId, members.length]),
      ).toEqual([
        ['R:1', '潜在交流群①', '1688', 4],
        ['R:2', '会员群①', '1688', 3],
      ]);
      corp.roomOf('R:2').memberIds.push('7882');
      expect((await gateway.members('R:2'))?.map(({ id }) => id)).toEqual(['1688', '1680000000000001', '7883', '7882']);
      expect((await gateway.rooms())[1]?.members).toHaveLength(4);
    });

    it('finds an external_userid that a person got meanwhile', async () => {
      await gateway.rooms();
      corp.people.set('7882', {
        id: '7882',
        name: '阿豪',
        friend: true,
        handle: 'wmHaoxQBAAAW9Zu9GtgKApHUlXB5Dox',
        staff: false,
      });
      corp.says('7882', '我加了客服', { roomId: 'R:1' });
      await events.until(({ messages }) => messages.length === 1);
      const inRooms = (await gateway.rooms()).flatMap(({ members }) => members).find(({ id }) => id === '7882');
      expect(inRooms?.externalUserId).toBe('wmHaoxQBAAAW9Zu9GtgKApHUlXB5Dox');
    });

    it('returns no members for a room that it is not in', async () => {
      expect(await gateway.members('R:9')).toBeUndefined();
    });

    it('adds and removes people, and reports both', async () => {
      await gateway.addToRoom('R:2', '7881');
      await gateway.removeFromRoom('R:1', '7881');
      expect(corp.roomOf('R:2').memberIds).toContain('7881');
      expect(corp.roomOf('R:1').memberIds).not.toContain('7881');
      await events.until(({ changes }) => changes.length === 2);
    });

    it('distinguishes refused, throttled and unreachable', async () => {
      corp.refusal = 'not a friend';
      await expect(gateway.dm('7881', '早')).rejects.toMatchObject({ kind: 'refused' });
      corp.refusal = '操作过于频繁，请稍后再试';
      await expect(gateway.addToRoom('R:2', '7881')).rejects.toMatchObject({ kind: 'throttled' });
      await gateway.stop();
      await expect(gateway.dm('7881', '早')).rejects.toMatchObject({ kind: 'not_sent' });
      expect(gateway.account()).toBeUndefined();
    });
  });
}
