import type { ActionKind } from '../action.js';

/** The channels that can be paused by themselves, with the kind of action by which each sends. */
export const pausableChannels = {
  mass_send: 'mass_send',
  chat_dm: 'chat_dm',
  group_mention: 'group_say',
  kf: 'kf_say',
  sms: 'sms',
} as const satisfies Readonly<Record<string, ActionKind>>;

export type PausableChannel = keyof typeof pausableChannels;

export const isPausable = (name: string): name is PausableChannel => Object.hasOwn(pausableChannels, name);

/** What of the proactive messages is stopped. Welcomes, answers and notices for staff go on. */
export interface Pause {
  readonly all: boolean;
  readonly channels: readonly PausableChannel[];
  /** Ids of the broadcasts that are stopped. */
  readonly broadcasts: readonly number[];
}

/** Kinds of action whose proactive rows wait. */
export const pausedKinds = ({ channels }: Pause): readonly ActionKind[] =>
  channels.map((channel) => pausableChannels[channel]);
