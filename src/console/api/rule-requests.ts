import { z } from 'zod';
import { ruleDocuments } from '../../domain/rule-document.js';
import { seriesChoices } from '../../domain/series/edit-series.js';
import { acceptable } from '../../features/ruleset/prove-partitions.js';
import { blocksText, type BlockGroup } from '../../domain/rules/index.js';

const text = z.string().max(500_000).describe('the document as YAML');
const document = z.enum(ruleDocuments);
const base = z.int().min(0).describe('the version that was edited; when it is not the newest, the answer is 409');
const accept = z
  .array(z.enum(acceptable))
  .default([])
  .describe('publish although segments that claim to partition have gaps or overlaps');
const series = z
  .record(z.string().max(32), z.enum(seriesChoices))
  .optional()
  .describe(
    'what happens to members who are in an edited series, by its key; when it is needed and missing, the answer is 409 `series_members`',
  );
const note = z.string().trim().max(500).default('').describe('why; shown in the history');

export const compileBody = z.strictObject({ texts: z.partialRecord(document, text) });
export const draftBody = z.strictObject({ text, base });
export const publishOneBody = z.strictObject({ text, base, note, accept, series });
export const publishBody = z.strictObject({
  edits: z
    .array(z.strictObject({ document, text, base }))
    .min(1)
    .max(ruleDocuments.length)
    .refine((edits) => new Set(edits.map((edit) => edit.document)).size === edits.length, 'one edit of each document'),
  note,
  accept,
  series,
});
export const restoreBody = z.strictObject({ note, accept, series });
export const versionParam = z.object({ version: z.coerce.number().int().min(1) });

export const segmentBody = z.strictObject({
  key: z.string().trim().min(1).max(48).describe('small letters, digits, - and _'),
  label: z.strictObject({ zh: z.string().trim().min(1).max(20), en: z.string().trim().min(1).max(40) }),
  when: z.string().trim().min(1).max(2_000).describe('a condition in CEL'),
  note,
});

const condition = z.string().max(20_000).describe('a condition in CEL');
const constant = z.union([z.int(), z.string().max(2_000)]);
const name = z.string().max(64);

/** A deeper or wider group is no longer one that people read. */
const group = (depth: number): z.ZodType<BlockGroup> =>
  z.strictObject({
    join: z.enum(['all', 'any']),
    not: z.boolean(),
    parts: z.array(depth === 0 ? blockTest : z.union([blockTest, group(depth - 1)])).max(50),
  });

const blockTest = z.union([
  z.strictObject({ op: z.enum(['yes', 'no', 'known', 'unknown']), metric: name }),
  z.strictObject({ op: z.enum(['==', '!=', '<', '<=', '>', '>=']), metric: name, value: constant }),
  z.strictObject({ op: z.enum(['==', '!=', '<', '<=', '>', '>=']), metric: name, other: name }),
  z.strictObject({ op: z.enum(['in', 'notIn']), metric: name, list: z.array(constant).max(200) }),
  z.strictObject({
    op: z.enum(['contains', 'notContains', 'startsWith', 'notStartsWith']),
    metric: name,
    value: z.string().max(2_000),
  }),
  z.strictObject({ op: z.enum(['tagged', 'notTagged']), tag: z.string().max(64) }),
]);

export const ruleCheckBody = z
  .strictObject({ text: condition.optional(), blocks: group(6).optional().describe('a condition as groups of tests') })
  .refine(({ text, blocks }) => (text === undefined) !== (blocks === undefined), 'send either text or blocks')
  .transform(({ text, blocks }) => text ?? blocksText(blocks!));
export const conditionsBody = z.strictObject({ texts: z.array(condition).max(500) });

export const meceBody = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        key: z.string().min(1).max(64),
        when: z.string().max(20_000).describe('a condition in CEL'),
      }),
    )
    .min(1)
    .max(50)
    .refine((rules) => new Set(rules.map(({ key }) => key)).size === rules.length, 'every rule needs a key of its own'),
  ordered: z.boolean().default(false).describe('the first rule that holds wins, so overlaps are no fault'),
});

const metric = z.string().max(64).describe('a metric that is a number, such as `orders_90d`');

export const thresholdsBody = z.strictObject({
  metric,
  by: metric.optional().describe('a second metric, for clusters of pairs'),
  classes: z.int().min(2).max(5).default(3),
});

export const chosenCutBody = z.strictObject({
  metric,
  method: z.enum(['quantiles', 'natural', 'natural_log']).describe('the suggestion that it was taken from'),
  cut: z.int(),
  classes: z.int().min(2).max(5).default(3).describe('into how many classes the members were cut'),
});
