import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { log } from 'wechaty';
import { chatSettings, noPacing } from '../../../src/channels/chat/chat-settings.js';
import { WechatyGateway } from '../../../src/channels/chat/wechaty.gateway.js';
import { createSandboxPuppet } from '../../../src/sandbox/puppet/sandbox-puppet.js';
import { ChatCorp } from './chat-corp.js';
import { openChatDoor, type ChatDoorServer } from './chat-door-server.js';
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

describe('a gateway over Wechaty', () => {
  let corp: ChatCorp;
  let door: ChatDoorServer;
  beforeEach(async () => {
    corp = new ChatCorp();
    door = await openChatDoor(corp);
  });
  afterEach(() => door.close());

  const aGateway = (puppet = createSandboxPuppet({ url: door.url })): WechatyGateway =>
    new WechatyGateway(chatSettings.parse({ pacing: noPacing }), { logger: aLog(), now: () => corp.at, puppet });

  it('silences the warnings of Wechaty after a stop, until a gateway starts again', async () => {
    const printed = vi.spyOn(console, 'warn').mockReturnValue();
    const said = () =>
      printed.mock.calls.map(([text]) => String(text)).filter((text) => text.includes('not logged in'));
    const warn = () => log.warn('Room', 'findAll() message.ready() rejection: %s', 'not logged in');
    try {
      for (const round of [1, 2]) {
        const gateway = aGateway();
        await gateway.start(new RecordedEvents());
        warn();
        expect(said()).toHaveLength(round);
        await gateway.stop();
        warn();
        expect(said()).toHaveLength(round);
      }
    } finally {
      printed.mockRestore();
    }
  });

  it('keeps Wechaty silent for an operator who silenced it', async () => {
    // Its start ends the silence of an earlier stop.
    const first = aGateway();
    await first.start(new RecordedEvents());
    log.level('silent');
    const second = aGateway();
    try {
      await first.stop();
      await second.start(new RecordedEvents());
      expect(log.level()).toBe('silent');
    } finally {
      await second.stop();
      log.level('warn');
    }
  });

  it('does not go online when it is stopped during its start', async () => {
    const puppet = createSandboxPuppet({ url: door.url });
    const gateway = aGateway(puppet);
    const started = gateway.start(new RecordedEvents());
    await gateway.stop();
    await started;
    // ESLint cannot resolve the type of `state`.
    const { state } = puppet as unknown as { readonly state: { active(): boolean | 'pending' } };
    expect(state.active()).toBe(false);
  });
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
