import type { LaunchEstimate } from '../../features/messages/launch-estimate.js';
import { reasonOf, type Reason } from '../../insights/words/reason-words.js';
import { MAX_RECEIVERS } from '../../outbox/mass-sends/rows.js';
import type { ChannelList } from '../console.tokens.js';

export interface Effort {
  readonly calls: number;
  readonly takesMs: number;
  readonly taps: number;
  readonly staff: number;
  readonly slowest: string | null;
  /** Ordered by taps, most first. */
  readonly byStaff: readonly { readonly staff: string; readonly taps: number; readonly receivers: number }[];
}

/** How many members a launch would reach by which channel, and how many not, by reason. */
export interface LaunchReach {
  readonly reached: number;
  /** Part of `reached`: deferred by quiet hours, slots or caps. */
  readonly later: number;
  readonly channels: readonly { readonly channel: string; readonly count: number }[];
  readonly held: readonly (Reason & { readonly count: number })[];
}

/**
 * The API calls and staff taps of a launch. `scale`: audience members per evaluated member. A mass-send has one text for
 * many receivers, so more receivers make a task longer and add no task.
 */
export function launchEffort(
  { messages, tasks }: LaunchEstimate,
  scale: number,
  forecast: ChannelList['forecast'],
): Effort {
  const staff = new Map<string, { taps: number; receivers: number }>();
  for (const task of tasks) {
    const receivers = task.receivers * scale;
    const known = staff.get(task.sender) ?? { taps: 0, receivers: 0 };
    known.taps += Math.ceil(receivers / MAX_RECEIVERS);
    known.receivers += receivers;
    staff.set(task.sender, known);
  }
  const byStaff = [...staff]
    .map(([userid, { taps, receivers }]) => ({ staff: userid, taps, receivers: Math.round(receivers) }))
    .sort((a, b) => b.taps - a.taps || b.receivers - a.receivers);
  const taps = byStaff.reduce((sum, each) => sum + each.taps, 0);
  const scaled = Object.fromEntries(Object.entries(messages).map(([kind, count]) => [kind, Math.round(count * scale)]));
  // Each task needs one call to create it and at least one to read its result.
  const { calls, takesMs, slowest } = forecast({ ...scaled, mass_send: taps * MAX_RECEIVERS, read_mass_send: taps });
  return { calls, takesMs, taps, staff: byStaff.length, slowest, byStaff };
}

export function launchReach({ channels, later, withheld }: LaunchEstimate, scale: number): LaunchReach {
  const scaled = (count: number): number => Math.round(count * scale);
  const most = (a: { readonly count: number }, b: { readonly count: number }): number => b.count - a.count;
  return {
    reached: scaled(Object.values(channels).reduce((sum, count) => sum + count, 0)),
    later: scaled(later),
    channels: Object.entries(channels)
      .map(([channel, count]) => ({ channel, count: scaled(count) }))
      .sort(most),
    held: Object.entries(withheld)
      .map(([code, count]) => ({ ...reasonOf(code), count: scaled(count) }))
      .sort(most),
  };
}
