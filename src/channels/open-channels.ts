import type { LocalizedText } from '../domain/localized-text.js';
import type { Config } from '../platform/config/config.js';
import type { ChannelEnvironment, OpenedChannel, ReasonWords } from './channel-definition.js';
import type { Channel, Receive } from './channel.js';
import { knownChannels, type OpenChannels } from './channels.module.js';
import type { Check } from './connection.js';
import type { WecomApp } from './wecom-app.js';

/** Labels for the reason codes of all channels. */
export const channelReasons = (): ReasonWords =>
  Object.fromEntries(knownChannels.flatMap(({ reasons }) => Object.entries(reasons)));

/** The name of a channel that operators see. */
export const channelLabel = (id: string): LocalizedText =>
  knownChannels.find((known) => known.id === id)?.label ?? { zh: id, en: id };

/** Why configured channels cannot be opened, for the person who starts the product. */
export const channelProblems = (config: Config, world: Pick<ChannelEnvironment, 'sandboxPuppet'>): readonly string[] =>
  knownChannels.flatMap((known) => known.problems(config, world));

/** Opens every configured channel, in the order of the list: a later one gets the app of the WeCom channel. */
export function openChannels(config: Config, world: ChannelEnvironment): OpenChannels {
  const opened: OpenedChannel[] = [];
  let { wecomApp } = world;
  for (const known of knownChannels) {
    opened.push(...known.open(config, { ...world, ...(wecomApp ? { wecomApp } : {}) }));
    wecomApp ??= opened.find((one) => one.wecomApp)?.wecomApp;
  }
  return {
    wecomApp,
    channels: opened.map(({ channel }) => channel),
    doors: opened.flatMap(({ door }) => door ?? []),
  };
}

/** Runs the checks of the doctor for all configured channels, without the product. */
export async function checkUpChannels(
  config: Config,
  world: Pick<ChannelEnvironment, 'clock' | 'logger'>,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const wecomApp = openedApp(config, world);
  for (const known of knownChannels)
    checks.push(...(await known.checkUp(config, { ...world, ...(wecomApp ? { wecomApp } : {}) })));
  return checks;
}

export async function startChannels(channels: readonly Channel[], receive: Receive): Promise<void> {
  for (const channel of channels) await channel.start(receive);
}

/** The app of the corp for the checks of other channels, of a channel that is not started. */
function openedApp(config: Config, world: Pick<ChannelEnvironment, 'clock' | 'logger'>): WecomApp | undefined {
  const environment = { ...world, isMemberCommand: () => false, pastChatWrites: () => Promise.resolve([]) };
  const wecom = knownChannels.find(({ id }) => id === 'wecom');
  return wecom?.open(config, environment)[0]?.wecomApp;
}
