import { Module, type DynamicModule } from '@nestjs/common';
import type { Puppet } from 'wechaty-puppet';
import type { Clock } from '../platform/clock.js';
import type { Config, WecomCredentials } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';
import type { Logger } from '../platform/logger/logger.js';
import { CHANNELS, type Channel, type Receive } from './channel.js';
import type { ChatChannelDeps } from './chat/chat.channel.js';
import { createChatChannel } from './chat/create-chat-channel.js';
import { noPacing } from './chat/chat-settings.js';
import type { Check } from './connection.js';
import type { KnownCorp, RunLog } from './reconciliation.js';
import { SmsChannel } from './sms/sms.channel.js';
import { createWecomChannel } from './wecom/create-wecom-channel.js';
import type { WecomCallback } from './wecom/callback/callback.js';
import { CALLBACK_PATH } from './wecom/callback/callback.routes.js';
import { CallLedger } from './wecom/rate-limits/call-ledger.store.js';
import type { Quotas } from './wecom/rate-limits/published-quotas.js';
import type { WecomSettings } from './wecom/settings.js';
import { WecomModule } from './wecom/wecom.module.js';

export interface ChannelWorld {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isMemberCommand: (text: string) => boolean;
  /** What was written through the chat account since a time, so that a restart forgets no allowance. */
  readonly pastChatWrites: ChatChannelDeps['pastWrites'];
  /** What the product holds of the corp, and its record of holding the two against each other; the doctor has neither. */
  readonly known?: KnownCorp;
  readonly runs?: RunLog;
  /** Where the calls of a corp are counted, so that several processes share its quotas; the doctor counts its own alone. */
  readonly database?: Database;
  /** A chat account that cannot be banned and repeats itself exactly: only the sandbox's. */
  readonly tamePuppet?: Puppet;
  /** Other quotas than WeCom's published ones: where somebody else pushes the clock, waiting in place waits for nothing. */
  readonly wecomQuotas?: Quotas;
}

export interface OpenChannels {
  readonly channels: readonly Channel[];
  readonly callback: WecomCallback | null;
}

/** Every way to reach people that is configured. A new channel is one more entry here. */
export function openChannels(config: Config, world: ChannelWorld): OpenChannels {
  const { clock, logger } = world;
  const wecom = config.wecom
    ? createWecomChannel(wecomSettings(config, config.wecom), {
        clock,
        logger,
        ...(world.database ? { ledger: new CallLedger(world.database, config.wecom.corpId) } : {}),
        ...(world.known ? { known: world.known } : {}),
        ...(world.runs ? { runs: world.runs } : {}),
        ...(world.wecomQuotas ? { quotas: world.wecomQuotas } : {}),
      })
    : null;
  const chat = world.tamePuppet
    ? createChatChannel(
        { pacing: noPacing, forgetOlderThanMs: null },
        { clock, logger, puppet: world.tamePuppet, isMemberCommand: world.isMemberCommand },
      )
    : config.chat
      ? createChatChannel(
          {
            puppet: config.chat.puppet,
            puppetOptions: config.chat.puppetServiceToken ? { token: config.chat.puppetServiceToken } : {},
          },
          { clock, logger, isMemberCommand: world.isMemberCommand, pastWrites: world.pastChatWrites },
        )
      : null;
  const sms = config.sms ? new SmsChannel(config.sms, clock) : null;
  return {
    channels: [...(wecom ? [wecom.channel] : []), ...(chat ? [chat] : []), ...(sms ? [sms] : [])],
    callback: wecom?.callback ?? null,
  };
}

/** The questions of the check-up, asked where no product runs and nothing is known of the corp. */
export async function examineChannels(
  config: Config,
  { clock, logger }: Pick<ChannelWorld, 'clock' | 'logger'>,
): Promise<readonly Check[]> {
  if (!config.wecom) return [];
  return createWecomChannel(wecomSettings(config, config.wecom), { clock, logger }).channel.checkUp();
}

const wecomSettings = (config: Config, wecom: WecomCredentials): WecomSettings => ({
  ...wecom,
  apiBase: config.wecomApiBase,
  callbackMaxAgeHours: config.wecomCallbackMaxAgeHours,
  callbackUrl: config.wecomCallbackUrl,
  localCallbackUrl: localCallbackUrl(config),
});

/** Where this machine itself finds the door; any port is not known before it is opened. */
const localCallbackUrl = ({ host, port }: Config): string | undefined =>
  port === 0
    ? undefined
    : `http://${host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}${CALLBACK_PATH}`;

/** Intake hands each channel its `receive`; nothing of src knows an adapter but this file. */
export async function startChannels(channels: readonly Channel[], receive: Receive): Promise<void> {
  for (const channel of channels) await channel.start(receive);
}

@Module({})
export class ChannelsModule {
  static of({ channels, callback }: OpenChannels): DynamicModule {
    return {
      module: ChannelsModule,
      imports: callback ? [WecomModule.forCallback(callback)] : [],
      providers: [{ provide: CHANNELS, useValue: channels }],
      exports: [CHANNELS],
    };
  }
}
