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

/** Codes in words, by code. */
export type ReasonWords = Readonly<Record<string, LocalizedText>>;

/** Something that was written through the chat account. `to`: the room or the person; `at`: epoch ms. */
export interface PastChatWrite {
  readonly kind: 'chat_dm' | 'group_say' | 'room_add' | 'room_remove';
  readonly to: string;
  readonly at: number;
}

/** What the product hands to its channels when it opens them. */
export interface ChannelEnvironment {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether a text, cut of mentions and odd spaces, is one of the words that members may say to the bot. */
  readonly isMemberCommand: (text: string) => boolean;
  /** What was written through the chat account since a time, so that a restart forgets no allowance. */
  readonly pastChatWrites: (since: number) => Promise<readonly PastChatWrite[]>;
  /** What the product holds of the corp, and its record of holding the two against each other; the doctor has neither. */
  readonly corpState?: CorpState;
  readonly runLog?: RunLog;
  /** Where the calls of a corp are counted, so that several processes share its quotas; the doctor counts its own alone. */
  readonly database?: Database;
  /** A chat account that cannot be banned and repeats itself exactly: only the sandbox's. */
  readonly sandboxPuppet?: Puppet;
  /** Other quotas than WeCom's published ones: where somebody else pushes the clock, waiting in place waits for nothing. */
  readonly wecomQuotas?: Quotas;
}

export interface OpenedChannel {
  readonly channel: Channel;
  /** Hangs the channel's own door on the product's HTTP server. */
  readonly door?: DynamicModule;
}

/**
 * A way to reach people. A channel is one such object and one line in `channels.module.ts`; what it can do it says itself,
 * once it is open (`Channel.abilities`).
 */
export interface ChannelDefinition<S> {
  readonly id: string;
  /** Its name for operators. */
  readonly label: LocalizedText;
  /** Its part of the settings; null when it is not configured. */
  settings(config: Config, world: Pick<ChannelEnvironment, 'sandboxPuppet'>): S | null;
  /** What hinders it, in words for the one who starts the product; left out: nothing can. */
  problems?(settings: S): readonly string[];
  /** What the codes that it throws mean to operators. */
  readonly reasons: ReasonWords;
  open(settings: S, world: ChannelEnvironment): OpenedChannel;
  /** The doctor asks its questions where no product runs; left out: nothing is asked. */
  checkUp?(settings: S, world: Pick<ChannelEnvironment, 'clock' | 'logger'>): Promise<readonly Check[]>;
}

export interface ListedChannel {
  readonly id: string;
  readonly label: LocalizedText;
  readonly reasons: ReasonWords;
  problems(config: Config, world: Pick<ChannelEnvironment, 'sandboxPuppet'>): readonly string[];
  open(config: Config, world: ChannelEnvironment): readonly OpenedChannel[];
  checkUp(config: Config, world: Pick<ChannelEnvironment, 'clock' | 'logger'>): Promise<readonly Check[]>;
}

/** A channel as the list has it: its settings are its own affair. */
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
