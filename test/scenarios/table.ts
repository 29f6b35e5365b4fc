import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { ruleDocuments } from '../../src/domain/rule-document.js';

const words = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const wallClock = z.string().regex(/^\d\d:\d\d$/);

/** What must be true at this moment. A field that is left out may have any value; a field that is named must match exactly. */
const outcome = z.strictObject({
  tier: z.string().optional(),
  stage: z.string().optional(),
  /** Tags that the member has among others, and tags that the member does not have. */
  tags: words.optional(),
  without: words.optional(),
  /** Figures and layers as stored, by metric. */
  figures: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])).optional(),
  /** A part of why the member is in this tier, in words: the latest decision about it. */
  because: z.string().optional(),
  /** Whether the member was warned of a step down. */
  warned: z.boolean().optional(),
  /** Whether a change of tier waits because the member has swung between tiers. */
  held: z.boolean().optional(),
  /** Every message whose state has changed since the last row about this person: campaign → new state. */
  messages: z.union([z.literal('nothing'), z.record(z.string(), z.string())]).optional(),
  /** The latest move: `invited 会员群①`, or `none`. */
  move: z.string().optional(),
  /** The series that the member entered last: `newcomer at guide`, `newcomer over: exit`, or `none`. */
  series: z.string().optional(),
  groups: words.optional(),
  /** A part of the text in which staff were asked for something since the last row. */
  asked: z.union([z.literal('nothing'), z.string()]).optional(),
});

const row = z.strictObject({
  day: z.int().min(0),
  at: wallClock.default('09:00'),
  who: z.string().default('小鹿'),
  happens: words.default([]),
  then: outcome.default({}),
});

const scenario = z.strictObject({
  scenario: z.string(),
  why: z.string().optional(),
  /** The tier groups, with the people in them at the start. */
  groups: z.record(z.string(), z.array(z.string())).default({}),
  /** Whether staff confirm mass-sends with a tap, a few minutes after they are asked. */
  staff: z.enum(['tap', 'never tap']).default('tap'),
  /** Changes of the rules that the product ships with: by file, what each text is replaced by. */
  rules: z.partialRecord(z.enum(ruleDocuments), z.record(z.string(), z.string())).optional(),
  rows: z.array(row).min(1),
});

export type Scenario = z.output<typeof scenario>;
export type Row = z.output<typeof row>;
export type Outcome = z.output<typeof outcome>;

export async function readTable(path: string): Promise<readonly Scenario[]> {
  return z
    .array(scenario)
    .min(1)
    .parse(parse(await readFile(path, 'utf8')));
}
