import { z } from 'zod';
import { ruleDocuments } from '../../domain/rule-document.js';
import { dryRunStates } from '../../engine/dry-runs/dry-run.store.js';
import { because } from './responses.js';

/** The answers about dry runs of rule documents. */
const label = z.strictObject({ zh: z.string(), en: z.string() });
const moment = z.int().describe('epoch milliseconds, UTC');
const flow = z.strictObject({ from: z.string().nullable(), to: z.string(), n: z.int() });
const tagCount = z.strictObject({ tag: z.string(), group: z.string(), n: z.int() });

const report = z.strictObject({
  members: z.int().describe('all members'),
  flows: z.array(flow).describe('between tiers, with those who stay (from equals to): the sum is `members`'),
  warned: z.array(flow).describe('a grace period would begin; at its end they would leave'),
  recovered: z.int().describe('a grace period would end early'),
  prevented: z
    .strictObject({ dwell: z.int(), grace: z.int(), lock: z.int(), swing: z.int() })
    .describe('whom the rules alone would move, by what keeps them'),
  tagsOn: z.array(tagCount),
  tagsOff: z.array(tagCount),
  stages: z.array(flow).describe('only when thresholds of the stages change'),
  exact: z.boolean().describe('false: what follows here is scaled up from `evaluated` of `changed` members'),
  evaluated: z.int(),
  changed: z.int().describe('members who would change at all'),
  moves: z.strictObject({ up: z.int(), down: z.int() }).describe('to another group'),
  messages: z.array(z.strictObject({ template: z.string(), name: z.string(), n: z.int() })),
  withheld: z.array(z.strictObject({ code: z.string(), label, n: z.int() })).describe('messages not sent, by reason'),
  calls: z
    .array(z.strictObject({ api: z.string(), n: z.int(), takesMs: z.int() }))
    .describe('to WeCom, with the time that they take at the least under its published quotas'),
  takesMs: z.int().describe('of all calls; different APIs are called side by side'),
  taps: z.array(z.strictObject({ staff: z.string(), taps: z.int(), receivers: z.int() })),
  groups: z
    .array(z.strictObject({ group: z.int(), name: z.string(), tier: z.string(), free: z.int(), coming: z.int() }))
    .describe(
      'to which groups people would be invited, with the places that are free now; all groups of a tier that overflows',
    ),
  overflow: z
    .array(z.strictObject({ tier: z.string(), free: z.int(), coming: z.int(), over: z.int() }))
    .describe('tiers whose groups have fewer free places than people would come'),
  caps: z.strictObject({
    monthlyReached: z.int().describe('members who could get no further counted message within 30 days'),
  }),
  samples: z.array(
    z.strictObject({
      member: z.strictObject({ id: z.int(), name: z.string() }),
      outcome: z
        .string()
        .describe('`up`, `down`, `first`, `locked`, `warned`, `recovered`, `tag_on`, `tag_off`, `stage`'),
      from: z.string().nullable(),
      to: z.string().nullable(),
      because: because.nullable(),
    }),
  ),
  leftOut: z.int().describe('members who cannot be evaluated, as in a review'),
});

/** A dry run or replay without its report. */
export const runFields = {
  id: z.int(),
  kind: z.enum(['dry_run', 'replay']),
  state: z.enum(dryRunStates).describe('`interrupted`: the product stopped meanwhile'),
  progress: z.number().min(0).max(1).describe('share of the members that were looked at'),
  askedBy: z.string(),
  askedAt: moment,
  finishedAt: moment.nullable(),
  base: z
    .strictObject({ ruleset: z.int(), documents: z.partialRecord(z.enum(ruleDocuments), z.int()) })
    .describe('the versions that were in force'),
  documents: z.array(z.enum(ruleDocuments)).describe('the documents that were proposed'),
  problem: z.strictObject({ code: z.string(), message: z.string() }).nullable().describe('why it failed'),
};

const run = z.strictObject({
  ...runFields,
  proposal: z.strictObject({ texts: z.partialRecord(z.enum(ruleDocuments), z.string()), days: z.int().optional() }),
  report: report.nullable().describe('null until `state` is `done`'),
});

export const dryRunResponses = {
  run,
  runs: z.strictObject({ items: z.array(z.strictObject(runFields)), next: z.string().nullable() }),
};
