import type { Puppet } from 'wechaty-puppet';
import type { ChannelDefinition } from '../channel-definition.js';
import { isInstalled } from '../wechaty-installed.js';
import { chatReasons } from './chat-reasons.js';
import { noPacing, type ChatSettingsInput } from './chat-settings.js';
import { createChatChannel } from './create-chat-channel.js';

interface ChatAccount {
  readonly settings: ChatSettingsInput;
  /** The puppet of the sandbox. It has no limits, so past writes need not be loaded. */
  readonly sandboxPuppet?: Puppet;
}

export const chat: ChannelDefinition<ChatAccount> = {
  id: 'chat',
  label: { zh: '聊天账号', en: 'Chat account' },
  settings({ chat: account }, { sandboxPuppet }) {
    if (sandboxPuppet) return { sandboxPuppet, settings: { pacing: noPacing, forgetOlderThanMs: null } };
    if (!account) return null;
    const { puppet, puppetServiceToken } = account;
    return { settings: { puppet, puppetOptions: puppetServiceToken ? { token: puppetServiceToken } : {} } };
  },
  problems: ({ settings: { puppet } }) =>
    puppet === undefined
      ? []
      : ['wechaty', puppet]
          .filter((name) => !isInstalled(name))
          .map(
            (name) =>
              `WECHATY_PUPPET: the package ${name} is not installed; run npm install${name === 'wechaty' ? ' --include=optional' : ` ${name}`}, or unset WECHATY_PUPPET to use the official API only`,
          ),
  reasons: chatReasons,
  open({ settings, sandboxPuppet }, { clock, logger, isMemberCommand, pastChatWrites }) {
    const own = sandboxPuppet ? { puppet: sandboxPuppet } : { pastWrites: pastChatWrites };
    return { channel: createChatChannel(settings, { clock, logger, isMemberCommand, ...own }) };
  },
};
