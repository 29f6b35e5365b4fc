import type { LocalizedText } from '../domain/localized-text.js';
import type { Config } from '../platform/config/config.js';
import type { ChannelEnvironment, ReasonWords } from './channel-definition.js';
import type { Channel, Receive } from './channel.js';
import { knownChannels, type OpenChannels } from './channels.module.js';
import type { Check } from './connection.js';

/** What the codes of all channels mean to operators. */
export const channelReasons = (): ReasonWords =>
  Object.fromEntries(knownChannels.flatMap(({ reasons }) => Object.entries(reasons)));

/** A channel's name for operators. */
export const channelLabel = (id: string): LocalizedText =>
  knownChannels.find((known) => known.id === id)?.label ?? { zh: id, en: id };

/** What hinders the configured channels, in words for the one who starts the product. */
export const channelProblems = (config: Config, world: Pick<ChannelEnvironment, 'sandboxPuppet'>): readonly string[] =>
  knownChannels.flatMap((known) => known.problems(config, world));

/** Every way to reach people that is configured. */
export function openChannels(config: Config, world: ChannelEnvironment): OpenChannels {
  const opened = knownChannels.flatMap((known) => known.open(config, world));
  return { channels: opened.map(({ channel }) => channel), doors: opened.flatMap(({ door }) => door ?? []) };
}

/** The questions of the check-up, asked where no product runs and nothing is known of the corp. */
export async function checkUpChannels(
  config: Config,
  world: Pick<ChannelEnvironment, 'clock' | 'logger'>,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const known of knownChannels) checks.push(...(await known.checkUp(config, world)));
  return checks;
}

/** The inbox hands each channel its `receive`. */
export async function startChannels(channels: readonly Channel[], receive: Receive): Promise<void> {
  for (const channel of channels) await channel.start(receive);
}
