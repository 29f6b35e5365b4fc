import { z } from 'zod';

const flow = z.object({ from: z.string(), to: z.string(), n: z.int() });

/** What a replay found. Stored with it; days count from 1970-01-01. */
export const replayReport = z.object({
  from: z.int(),
  to: z.int(),
  /** All members, and how many of them were replayed. */
  members: z.int(),
  replayed: z.int(),
  days: z.array(
    z.object({
      day: z.int(),
      up: z.int(),
      down: z.int(),
      /** Members who began to be held because they swing. */
      held: z.int(),
      messages: z.int(),
      /** Messages that a cap would have kept back. */
      capped: z.int(),
      /** What was really decided, for the same members. */
      really: z.object({ up: z.int(), down: z.int() }),
    }),
  ),
  /** Whom the rules would have moved as soon as they came into force. */
  atStart: z.array(flow),
  flows: z.array(flow),
  swinging: z.object({
    n: z.int(),
    items: z.array(
      z.object({
        member: z.int(),
        changes: z.array(z.object({ day: z.int(), from: z.string(), to: z.string() })),
        heldOn: z.int().nullable(),
      }),
    ),
  }),
  caps: z.array(z.object({ code: z.string(), n: z.int() })),
});

export type ReplayReport = z.output<typeof replayReport>;
