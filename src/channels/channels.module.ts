import { Module, type DynamicModule } from '@nestjs/common';
import { asListedChannel, type ListedChannel } from './channel-definition.js';
import { CHANNELS, type Channel } from './channel.js';
import { chat } from './chat/chat.definition.js';
import { sms } from './sms/sms.definition.js';
import { wecom } from './wecom/wecom.definition.js';

/** Every way to reach people, in the order in which they are shown. A new channel is one more line. */
export const knownChannels: readonly ListedChannel[] = [
  asListedChannel(wecom),
  asListedChannel(chat),
  asListedChannel(sms),
];

export interface OpenChannels {
  readonly channels: readonly Channel[];
  /** Doors of theirs on the product's HTTP server. */
  readonly doors: readonly DynamicModule[];
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
