import type { LocalizedText } from '../domain/localized-text.js';
import type { Channel } from '../channels/channel.js';
import { channelLabel } from '../channels/open-channels.js';
import type { Forecast } from '../channels/connection.js';
import type { Compare, ChannelList } from '../console/console.tokens.js';
import type { Logger } from '../platform/logger/logger.js';

/** Begins to compare every channel that can be; it goes on by itself, and its run tells how it ends. */
export function compareNow(channels: readonly Channel[], logger: Logger): ReturnType<Compare> {
  const comparable = channels.filter((channel) => typeof channel.reconcile === 'function');
  if (comparable.length === 0) return 'nothing_to_compare';
  if (comparable.some((channel) => channel.connection?.().comparing)) return 'under_way';
  for (const channel of comparable)
    void channel
      .reconcile?.('asked')
      .catch((cause: unknown) => logger.warn({ err: cause, channel: channel.id }, 'a comparison was not begun'));
  return 'started';
}

export const channelList = (channels: readonly Channel[]): ChannelList => ({
  list: () =>
    channels.map((channel) => ({
      ...nameOf(channel),
      ...channel.health(),
      connection: channel.connection?.() ?? null,
    })),
  checkUp: async () => {
    const checked: Awaited<ReturnType<ChannelList['checkUp']>>[number][] = [];
    for (const channel of channels)
      if (channel.checkUp) checked.push({ ...nameOf(channel), checks: await channel.checkUp() });
    return checked;
  },
  forecast: (work) =>
    channels
      .flatMap((channel) => channel.forecast?.(work) ?? [])
      .reduce<Forecast>(
        (sum, one) => ({
          calls: sum.calls + one.calls,
          takesMs: Math.max(sum.takesMs, one.takesMs),
          slowest: one.takesMs > sum.takesMs ? one.slowest : sum.slowest,
        }),
        { calls: 0, takesMs: 0, slowest: null },
      ),
});

export const nameOf = ({ id }: Channel): { readonly id: string; readonly label: LocalizedText } => ({
  id,
  label: channelLabel(id),
});
