import { z } from 'zod';

const metric = z.enum(['days_since_joined', 'days_since_contact', 'messages_total', 'orders_total']);

/** Why a message was planned, kept with it so that the reason can be asked again when it goes. */
const ground = z.discriminatedUnion('on', [
  z.object({ on: z.literal('contact_added'), at: z.number() }),
  /** `since`: the day they are counted from, as it was known then. */
  z.object({ on: z.literal('days_since'), metric, at: z.number(), since: z.number().nullish() }),
  z.object({ on: z.literal('reached'), metric, mark: z.number() }),
  z.object({ on: z.literal('tier_up'), to: z.string() }),
  z.object({ on: z.literal('one_step'), to: z.string() }),
  z.object({ on: z.literal('stage'), enters: z.string() }),
  /** `lastSeenDay` tells one silence from the next. */
  z.object({ on: z.literal('silent'), days: z.number(), lastSeenDay: z.number().nullable() }),
  /** `until`: the end of the grace period that the warning is about. */
  z.object({ on: z.literal('tier_grace'), until: z.number() }),
  z.object({ on: z.literal('move_invited') }),
  z.object({ on: z.literal('move_reminder') }),
]);

export type Ground = z.output<typeof ground>;
export type GroundOf<K extends Ground['on']> = Extract<Ground, { on: K }>;

/** The ground of a stored message; null when there is none, or none that can be read. */
export function readGround(stored: unknown): Ground | null {
  if (typeof stored !== 'string') return null;
  try {
    const parsed = ground.safeParse(JSON.parse(stored));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
