import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chatSettings } from '../../../src/channels/chat/chat-settings.js';
import { WechatyGateway } from '../../../src/channels/chat/wechaty.gateway.js';
import { createSandboxPuppet } from '../../../src/sandbox/puppet/sandbox-puppet.js';
import { ChatCorp } from './chat-corp.js';
import { openChatDoor } from './chat-door-server.js';
import type { ChatDoorServer } from './chat-door-server.js';
import { RecordedEvents, aLog } from './recorded-events.js';

describe('sandbox puppet', () => {
  let corp: ChatCorp;
  let door: ChatDoorServer;
  const open: WechatyGateway[] = [];

  beforeEach(async () => {
    corp = new ChatCorp();
    door = await openChatDoor(corp);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((gateway) => gateway.stop()));
    await door.close();
  });

  async function aProduct(log = aLog()): Promise<{ events: RecordedEvents; gateway: WechatyGateway; log: typeof log }> {
    const events = new RecordedEvents();
    const puppet = createSandboxPuppet({ url: door.url, retryAfterMs: 5 });
    const gateway = new WechatyGateway(chatSettings.parse({ forgetOlderThanMs: null }), {
      logger: log,
      now: () => corp.at,
      puppet,
    });
    open.push(gateway);
    await gateway.start(events);
    return { events, gateway, log };
  }

  it('acknowledges a message only when it is stored, and repeats it to the next process', async () => {
    const first = await aProduct();
    let taking = 0;
    first.events.beforeDone = () => {
      taking += 1;
      return new Promise(() => undefined);
    };
    corp.says('7881', '第一句', { roomId: 'R:1', id: 'm-1' });
    await first.events.until(({ messages }) => messages.length === 1);
    expect(taking).toBe(1);
    await first.gateway.stop();
    expect(door.acknowledged.every((after) => after === 0)).toBe(true);

    const second = await aProduct();
    await second.events.until(({ messages }) => messages.length === 1);
    expect(second.events.messages[0]).toEqual(first.events.messages[0]);
    corp.says('7881', '第二句', { roomId: 'R:1', id: 'm-2' });
    await second.events.until(({ messages }) => messages.length === 2);
    expect(second.events.messages.map(({ id }) => id)).toEqual(['m-1', 'm-2']);
    expect(door.acknowledged).toContain(1);
  });

  it('repeats a message when the listener fails', async () => {
    const { events } = await aProduct();
    events.beforeDone = async () => {
      if (events.messages.length < 3) throw new Error('no room on disk');
    };
    corp.says('7881', '第一句', { id: 'm-1' });
    await events.until(({ messages }) => messages.length === 3);
    corp.says('7881', '第二句', { id: 'm-2' });
    await events.until(({ messages }) => messages.length === 4);
    expect(events.messages.map(({ id }) => id)).toEqual(['m-1', 'm-1', 'm-1', 'm-2']);
  });

  it('skips a message after five failures, so that it does not block the rest', async () => {
    const { events } = await aProduct();
    events.beforeDone = async ({ id }) => {
      if (id === 'm-bad') throw new Error('a bug');
    };
    corp.says('7881', '有毒', { id: 'm-bad' });
    await events.until(({ messages }) => messages.length === 5);
    corp.says('7881', '没毒', { id: 'm-good' });
    await events.until(({ messages }) => messages.at(-1)?.id === 'm-good');
    expect(events.messages.filter(({ id }) => id === 'm-bad')).toHaveLength(5);
  });

  it('waits for an unreachable sandbox, at the start and later', async () => {
    door.setAway(true);
    const { events, gateway, log } = await aProduct();
    expect(gateway.account()).toBeUndefined();
    door.setAway(false);
    await events.until(({ online }) => online === 1);
    door.setAway(true);
    corp.says('7881', '有人吗', { id: 'm-1' });
    door.setAway(false);
    await events.until(({ messages }) => messages.length === 1);
    expect(gateway.account()?.name).toBe('群小助');
    expect(log.lines.length).toBeLessThanOrEqual(2);
  });

  it('starts over with a sandbox that restarts its sequence numbers', async () => {
    const { events } = await aProduct();
    for (let n = 1; n <= 3; n += 1) corp.says('7881', `${n}`, { id: `old-${n}` });
    await events.until(({ messages }) => messages.length === 3);
    const { port } = new URL(door.url);
    await door.close();
    corp = new ChatCorp();
    door = await openChatDoor(corp, Number(port));
    corp.says('7881', '新的', { id: 'new-1' });
    await events.until(({ messages }) => messages.length === 4);
    expect(events.messages.at(-1)?.id).toBe('new-1');
  });

  it('causes no spurious errors when people come and go', async () => {
    const { events, log } = await aProduct();
    corp.joins('R:2', '7882');
    corp.leaves('R:2', '7882');
    await events.until(({ changes }) => changes.length === 2);
    expect(log.lines).toEqual([]);
  });

  it('reports hundreds of messages in order and once', async () => {
    const { events } = await aProduct();
    for (let n = 0; n < 450; n += 1)
      corp.says(n % 2 === 0 ? '7881' : '7882', `第${n}句`, { roomId: 'R:1', id: `m-${n}` });
    await events.until(({ messages }) => messages.length === 450);
    expect(events.messages.map(({ id }) => id)).toEqual(Array.from({ length: 450 }, (_, n) => `m-${n}`));
  });

  it('refuses what a text-only account cannot do, by name', async () => {
    const puppet = createSandboxPuppet({ url: door.url });
    await expect(puppet.roomQRCode('R:1')).rejects.toThrow("the sandbox's chat account cannot roomQRCode");
  });
});
