import { z } from 'zod';
import type { Because } from '../../domain/because.js';
import { asMemberId } from '../../domain/ids.js';

const flow = z.object({ from: z.string().nullable(), to: z.string(), n: z.int() });
const tagCount = z.object({ tag: z.string(), group: z.string(), n: z.int() });

const because = z.object({ rule: z.string(), values: z.array(z.unknown()) }).loose() as unknown as z.ZodType<Because>;

const sample = z.object({
  member: z.int().transform(asMemberId),
  /** `up`, `down`, `first`, `locked`, `warned`, `recovered`, `tag_on`, `tag_off`, `stage`. */
  outcome: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  because: because.nullable(),
});

/** What proposed rules would do if they came into force now, counted over all members. */
const counts = z.object({
  /** Members that are not merged into others. */
  members: z.int(),
  /** Between tiers, with those who stay (`from` equals `to`); the sum is `members`. */
  flows: z.array(flow),
  /** A grace period begins: they would leave the tier at its end. */
  warned: z.array(flow),
  /** A grace period ends early. */
  recovered: z.int(),
  /** Members whom the rules alone would put in another tier, by what keeps them. */
  prevented: z.object({ dwell: z.int(), grace: z.int(), lock: z.int(), swing: z.int().default(0) }),
  tagsOn: z.array(tagCount),
  tagsOff: z.array(tagCount),
  /** Only when thresholds of the stages change. */
  stages: z.array(flow),
});

/** What follows from the changes. Exact when all changed members were evaluated, else scaled up from some of them. */
const effects = z.object({
  exact: z.boolean(),
  /** How many of the changed members were evaluated one by one. */
  evaluated: z.int(),
  /** How many members would change at all. */
  changed: z.int(),
  /** Invitations to another group, and people asked to leave one. */
  moves: z.object({ up: z.int(), down: z.int() }),
  messages: z.array(z.object({ template: z.string(), name: z.string(), n: z.int() })),
  /** Messages that would not be sent, by reason. */
  withheld: z.array(z.object({ code: z.string(), n: z.int() })),
  calls: z.array(z.object({ api: z.string(), n: z.int(), takesMs: z.int() })),
  /** All of `calls` together; endpoints are called in parallel. */
  takesMs: z.int(),
  taps: z.array(z.object({ staff: z.string(), taps: z.int(), receivers: z.int() })),
  /** The groups to which people would be invited, with their free places now. */
  groups: z
    .array(z.object({ group: z.int(), name: z.string(), tier: z.string(), free: z.int(), coming: z.int() }))
    .default([]),
  /** Tiers whose groups have fewer free places than people would come. */
  overflow: z.array(z.object({ tier: z.string(), free: z.int(), coming: z.int(), over: z.int() })),
  /** Members who could get no further counted message within 30 days. */
  caps: z.object({ monthlyReached: z.int() }),
  samples: z.array(sample),
});

export const dryRunReport = z.object({
  ...counts.shape,
  ...effects.shape,
  /** Members who could not be evaluated, as in a review, which leaves them out, too. */
  leftOut: z.int(),
});

export type Flow = z.output<typeof flow>;
export type TagCount = z.output<typeof tagCount>;
export type ReportSample = z.output<typeof sample>;
export type DryRunCounts = z.output<typeof counts>;
export type DryRunEffects = z.output<typeof effects>;
export type DryRunReport = z.output<typeof dryRunReport>;
