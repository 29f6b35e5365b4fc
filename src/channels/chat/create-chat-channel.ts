import type { Puppet } from 'wechaty-puppet';
import { OperatorMistake } from '../../platform/errors.js';
import { ChatChannel } from './chat.channel.js';
import type { ChatChannelDeps } from './chat.channel.js';
import { chatSettings } from './chat-settings.js';
import type { ChatSettingsInput } from './chat-settings.js';
import { WechatyGateway } from './wechaty.gateway.js';

/** The chat channel over Wechaty, which is loaded by `start`. Create it only when a chat account is configured. */
export function createChatChannel(
  settings: ChatSettingsInput,
  deps: ChatChannelDeps & { readonly puppet?: Puppet },
): ChatChannel {
  const { puppet, ...channelDeps } = deps;
  const parsed = chatSettings.parse(settings);
  if (!puppet && parsed.puppet === undefined) {
    throw new OperatorMistake('chat_puppet_missing', 'a chat account needs the npm name of a Wechaty puppet', {
      setting: 'puppet',
    });
  }
  const now = (): number => deps.clock.now();
  return new ChatChannel(new WechatyGateway(parsed, { logger: deps.logger, now, puppet }), parsed.pacing, channelDeps);
}
