import { Module, type DynamicModule } from '@nestjs/common';
import { asListedChannel, type ListedChannel } from './channel-definition.js';
import { CHANNELS, type Channel } from './channel.js';
import { acquisition } from './acquisition/acquisition.definition.js';
import { chat } from './chat/chat.definition.js';
import { kf } from './kf/kf.definition.js';
import { sms } from './sms/sms.definition.js';
import { wecom } from './wecom/wecom.definition.js';
import type { WecomApp } from './wecom-app.js';

/** All channels in display order. A new channel is one more entry. */
export const knownChannels: readonly ListedChannel[] = [
  asListedChannel(wecom),
  asListedChannel(kf),
  asListedChannel(acquisition),
  asListedChannel(chat),
  asListedChannel(sms),
];

export interface OpenChannels {
  readonly channels: readonly Channel[];
  /** The modules with the HTTP routes of the channels. */
  readonly doors: readonly DynamicModule[];
  /** The app of the corp; undefined when WeCom is not configured. */
  readonly wecomApp?: WecomApp | undefined;
}

@Module({})
export class ChannelsModule {
  static of({ channels, doors }: OpenChannels): DynamicModule {
    return {
      module: ChannelsModule,
      imports: [...doors],
      providers: [{ provide: CHANNELS, useValue: channels }],
      exports: [CHANNELS],
    };
  }
}
