import type { Launch } from '../../engine/launch-tasks.js';
import { MOST_RECEIVERS } from '../../outbox/mass-send-rows.js';
import type { ChannelList } from '../console.tokens.js';

export interface Effort {
  readonly calls: number;
  readonly takesMs: number;
  readonly taps: number;
  readonly staff: number;
  readonly slowest: string | null;
}

/**
 * What a launch takes of the other side and of staff. `scale`: how many stand for one who was looked at. A mass text is the
 * same for many, so more receivers make the tasks longer, not more.
 */
export function launchEffort({ messages, tasks }: Launch, scale: number, forecast: ChannelList['forecast']): Effort {
  const taps = tasks.reduce((sum, task) => sum + Math.ceil((task.receivers * scale) / MOST_RECEIVERS), 0);
  const scaled = Object.fromEntries(Object.entries(messages).map(([kind, count]) => [kind, Math.round(count * scale)]));
  // Every task is made by one call of its own and its result read at least once.
  const { calls, takesMs, slowest } = forecast({ ...scaled, mass_send: taps * MOST_RECEIVERS, read_mass_send: taps });
  return { calls, takesMs, taps, staff: new Set(tasks.map((task) => task.sender)).size, slowest };
}
