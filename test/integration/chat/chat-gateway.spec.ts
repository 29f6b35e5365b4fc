import { expect, it, vi } from 'vitest';
import { log } from 'wechaty';
import { chatSettings, noPacing } from '../../../src/channels/chat/chat-settings.js';
import { WechatyGateway } from '../../../src/channels/chat/wechaty.gateway.js';
import { createSandboxPuppet } from '../../../src/sandbox/puppet/sandbox-puppet.js';
import { ChatCorp } from './chat-corp.js';
import { openChatDoor } from './chat-door-server.js';
import { chatGatewayContract } from './chat-gateway.contract.js';
import { FakeChatGateway } from './fake-chat-gateway.js';
import { aLog, RecordedEvents } from './recorded-events.js';

it('reports a message without a valid time, and drops an old one', async () => {
  const corp = new ChatCorp();
  const door = await openChatDoor(corp);
  const gateway = new WechatyGateway(chatSettings.parse({ pacing: noPacing, forgetOlderThanMs: 60_000 }), {
    logger: aLog(),
    now: () => corp.at,
    puppet: createSandboxPuppet({ url: door.url }),
  });
  try {
    const events = new RecordedEvents();
    await gateway.start(events);
    await events.until(({ online }) => online > 0);
    corp.says('7881', '早先的', { at: corp.at - 120_000 });
    corp.says('7881', '退订', { at: 0 });
    corp.says('7881', '在吗');
    await events.until(({ messages }) => messages.some(({ text }) => text === '在吗'));
    expect(events.messages.map(({ text }) => text)).toEqual(['退订', '在吗']);
  } finally {
    await gateway.stop();
    await door.close();
  }
});

it('silences the warnings of Wechaty after a stop, until a gateway starts again', async () => {
  const printed = vi.spyOn(console, 'warn').mockReturnValue();
  const said = () => printed.mock.calls.map(([text]) => String(text)).filter((text) => text.includes('not logged in'));
  const warn = () => log.warn('Room', 'findAll() message.ready() rejection: %s', 'not logged in');
  try {
    for (const round of [1, 2]) {
      const corp = new ChatCorp();
      const door = await openChatDoor(corp);
      const gateway = new WechatyGateway(chatSettings.parse({ pacing: noPacing }), {
        logger: aLog(),
        now: () => corp.at,
        puppet: createSandboxPuppet({ url: door.url }),
      });
      await gateway.start(new RecordedEvents());
      warn();
      expect(said()).toHaveLength(round);
      await gateway.stop();
      warn();
      expect(said()).toHaveLength(round);
      await door.close();
    }
  } finally {
    printed.mockRestore();
  }
});

chatGatewayContract('in memory', async (corp) => {
  const gateway = new FakeChatGateway(corp);
  return { gateway, close: () => gateway.stop() };
});

chatGatewayContract('Wechaty over the sandbox', async (corp) => {
  const door = await openChatDoor(corp);
  const settings = chatSettings.parse({ pacing: noPacing, forgetOlderThanMs: null });
  const gateway = new WechatyGateway(settings, {
    logger: aLog(),
    now: () => corp.at,
    puppet: createSandboxPuppet({ url: door.url }),
  });
  return {
    gateway,
    close: async () => {
      await gateway.stop();
      await door.close();
    },
  };
});
