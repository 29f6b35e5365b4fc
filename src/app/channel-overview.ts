import type { LocalizedText } from '../domain/localized-text.js';
import type { Channel } from '../channels/channel.js';
import { channelLabel } from '../channels/open-channels.js';
import type { Forecast } from '../channels/connection.js';
import type { ChannelList, StartReconciliation } from '../console/console.tokens.js';
import { checkMemberPage, type PageSettings } from '../member-page/check-up.js';
import type { Logger } from '../platform/logger/logger.js';

const MEMBER_PAGE = { id: 'member_page', label: { zh: '会员页', en: "Member's page" } };

/** Starts a reconciliation of every channel that has one. It runs on by itself, and its run record says how it ended. */
export function startReconciliation(channels: readonly Channel[], logger: Logger): ReturnType<StartReconciliation> {
  const reconcilable = channels.filter((channel) => typeof channel.reconcile === 'function');
  if (reconcilable.length === 0) return 'nothing_to_compare';
  if (reconcilable.some((channel) => channel.connection?.().comparing)) return 'under_way';
  for (const channel of reconcilable)
    void channel
      .reconcile?.('asked')
      .catch((cause: unknown) =>
        logger.warn({ err: cause, channel: channel.id }, 'a reconciliation could not be started'),
      );
  return 'started';
}

/** `page`: what the check of the member's page needs; undefined without WeCom. */
export const channelList = (channels: readonly Channel[], page: PageSettings | undefined): ChannelList => ({
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
    if (page) checked.push({ ...MEMBER_PAGE, checks: [await checkMemberPage(page)] });
    return checked;
  },
  forecast: (work) =>
    channels
      .flatMap((channel) => channel.forecast?.(work) ?? [])
      .reduce<Forecast>(
        (sum, forecast) => ({
          calls: sum.calls + forecast.calls,
          takesMs: Math.max(sum.takesMs, forecast.takesMs),
          slowest: forecast.takesMs > sum.takesMs ? forecast.slowest : sum.slowest,
          endpoints: [...sum.endpoints, ...forecast.endpoints],
        }),
        { calls: 0, takesMs: 0, slowest: null, endpoints: [] },
      ),
});

export const nameOf = ({ id }: Channel): { readonly id: string; readonly label: LocalizedText } => ({
  id,
  label: channelLabel(id),
});
