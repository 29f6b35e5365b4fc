import type { LocalizedText } from '../domain/localized-text.js';
import type { DynamicModule } from '@nestjs/common';
import type { Puppet } from 'wechaty-puppet';
import type { Clock } from '../platform/clock.js';
import type { Config } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';
import type { Logger } from '../platform/logger/logger.js';
import type { Channel } from './channel.js';
import type { Check } from './connection.js';
import type { Quotas } from './quotas.js';
import type { CorpState, RunLog } from './reconciliation.js';
import type { WecomApp } from './wecom-app.js';

/** Labels for operators, by reason code. */
export type ReasonWords = Readonly<Record<string, LocalizedText>>;

/** A past write of the chat account. `to`: the room or the person; `at`: epoch ms. */
export interface PastChatWrite {
  readonly kind: 'chat_dm' | 'group_say' | 'room_add' | 'room_remove';
  readonly to: string;
  readonly at: number;
}

/** What the product gives to its channels when it opens them. */
export interface ChannelEnvironment {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether a text, without mentions and surplus spaces, is a command that members may give the bot. */
  readonly isMemberCommand: (text: string) => boolean;
  /** The writes of the chat account since a time, so that its limits survive a restart. */
  readonly pastChatWrites: (since: number) => Promise<readonly PastChatWrite[]>;
  /** The stored state of the corp and the log of reconciliations. The doctor has neither. */
  readonly corpState?: CorpState;
  readonly runLog?: RunLog;
  /** Stores call counts, so that several processes share the quotas of a corp. The doctor counts only its own calls. */
  readonly database?: Database;
  /** The chat account of the sandbox. It cannot be banned, and it replays messages exactly. */
  readonly sandboxPuppet?: Puppet;
  /** The app of the corp, for the channels listed after the WeCom channel. */
  readonly wecomApp?: WecomApp;
  /** Replaces the published quotas. The demo pushes the clock itself, so a wait in real time would have no effect. */
  readonly wecomQuotas?: Quotas;
}

export interface OpenedChannel {
  readonly channel: Channel;
  /** The HTTP routes of the channel. */
  readonly door?: DynamicModule;
  /** What the WeCom channel offers to the channels after it and to the member's page. */
  readonly wecomApp?: WecomApp;
}

/**
 * A way to reach people. A new channel is one such object and one line in `channels.module.ts`. `Channel.abilities` says
 * which actions it can perform.
 */
export interface ChannelDefinition<S> {
  readonly id: string;
  /** The name that operators see. */
  readonly label: LocalizedText;
  /** The settings of this channel; null when it is not configured. */
  settings(config: Config, world: Pick<ChannelEnvironment, 'sandboxPuppet'>): S | null;
  /** Why the channel cannot be opened, for the person who starts the product. */
  problems?(settings: S): readonly string[];
  /** Labels for the reason codes that this channel throws. */
  readonly reasons: ReasonWords;
  open(settings: S, world: ChannelEnvironment): OpenedChannel;
  /** The checks of the doctor, which runs without the product. */
  checkUp?(settings: S, world: Pick<ChannelEnvironment, 'clock' | 'logger' | 'wecomApp'>): Promise<readonly Check[]>;
}

export interface ListedChannel {
  readonly id: string;
  readonly label: LocalizedText;
  readonly reasons: ReasonWords;
  problems(config: Config, world: Pick<ChannelEnvironment, 'sandboxPuppet'>): readonly string[];
  open(config: Config, world: ChannelEnvironment): readonly OpenedChannel[];
  checkUp(config: Config, world: Pick<ChannelEnvironment, 'clock' | 'logger' | 'wecomApp'>): Promise<readonly Check[]>;
}

/** Hides the type of the settings, so that channels with different settings fit into one list. */
export function asListedChannel<S>(definition: ChannelDefinition<S>): ListedChannel {
  const { id, label, reasons } = definition;
  const settingsIn = (...given: Parameters<typeof definition.settings>): readonly S[] => {
    const settings = definition.settings(...given);
    return settings === null ? [] : [settings];
  };
  return {
    id,
    label,
    reasons,
    problems: (config, world) => settingsIn(config, world).flatMap((settings) => definition.problems?.(settings) ?? []),
    open: (config, world) => settingsIn(config, world).map((settings) => definition.open(settings, world)),
    async checkUp(config, world) {
      const [settings] = settingsIn(config, {});
      return settings === undefined ? [] : ((await definition.checkUp?.(settings, world)) ?? []);
    },
  };
}
