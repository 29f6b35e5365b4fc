import type { Launch } from '../../features/messages/launch-estimate.js';
import { reasonOf, type Reason } from '../../insights/words/reason-words.js';
import { MAX_RECEIVERS } from '../../outbox/mass-sends/rows.js';
import type { ChannelList } from '../console.tokens.js';

export interface Effort {
  readonly calls: number;
  readonly takesMs: number;
  readonly taps: number;
  readonly staff: number;
  readonly slowest: string | null;
  /** Who must tap how often, and for how many receivers; who has most to do first. */
  readonly byStaff: readonly { readonly staff: string; readonly taps: number; readonly receivers: number }[];
}

/** Whom of the audience a launch would reach by what, and whom it would leave out. */
export interface LaunchReach {
  readonly reached: number;
  /** Of those, put off to a time at which they may be written to. */
  readonly later: number;
  readonly channels: readonly { readonly channel: string; readonly count: number }[];
  readonly held: readonly (Reason & { readonly count: number })[];
}

/**
 * What a launch takes of the other side and of staff. `scale`: how many stand for one who was looked at. A mass text is the
 * same for many, so more receivers make the tasks longer, not more.
 */
export function launchEffort({ messages, tasks }: Launch, scale: number, forecast: ChannelList['forecast']): Effort {
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
  const taps = byStaff.reduce((sum, one) => sum + one.taps, 0);
  const scaled = Object.fromEntries(Object.entries(messages).map(([kind, count]) => [kind, Math.round(count * scale)]));
  // Every task is made by one call of its own and its result read at least once.
  const { calls, takesMs, slowest } = forecast({ ...scaled, mass_send: taps * MAX_RECEIVERS, read_mass_send: taps });
  return { calls, takesMs, taps, staff: byStaff.length, slowest, byStaff };
}

export function launchReach({ channels, later, held }: Launch, scale: number): LaunchReach {
  const scaled = (count: number): number => Math.round(count * scale);
  const most = (a: { readonly count: number }, b: { readonly count: number }): number => b.count - a.count;
  return {
    reached: scaled(Object.values(channels).reduce((sum, count) => sum + count, 0)),
    later: scaled(later),
    channels: Object.entries(channels)
      .map(([channel, count]) => ({ channel, count: scaled(count) }))
      .sort(most),
    held: Object.entries(held)
      .map(([code, count]) => ({ ...reasonOf(code), count: scaled(count) }))
      .sort(most),
  };
}
