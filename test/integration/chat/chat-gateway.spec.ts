import { chatSettings, noPacing } from '../../../src/channels/chat/chat-settings.js';
import { WechatyGateway } from '../../../src/channels/chat/wechaty.gateway.js';
import { createSandboxPuppet } from '../../../src/sandbox/puppet/sandbox-puppet.js';
import { openChatDoor } from './chat-door-server.js';
import { chatGatewayContract } from './chat-gateway.contract.js';
import { FakeChatGateway } from './fake-chat-gateway.js';
import { aLog } from './heard-news.js';

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
