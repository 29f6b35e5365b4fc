import { z } from 'zod';
import { ruleDocuments } from '../../domain/rule-document.js';

const text = z.string().max(500_000).describe('the document as YAML');
const document = z.enum(ruleDocuments);
const base = z.int().min(0).describe('the version that was edited; when it is not the newest, the answer is 409');
const note = z.string().trim().max(500).default('').describe('why; shown in the history');

export const compileBody = z.strictObject({ texts: z.partialRecord(document, text) });
export const draftBody = z.strictObject({ text, base });
export const publishOneBody = z.strictObject({ text, base, note });
export const publishBody = z.strictObject({
  edits: z
    .array(z.strictObject({ document, text, base }))
    .min(1)
    .max(ruleDocuments.length)
    .refine((edits) => new Set(edits.map((edit) => edit.document)).size === edits.length, 'one edit of each document'),
  note,
});
export const restoreBody = z.strictObject({ note });
export const versionParam = z.object({ version: z.coerce.number().int().min(1) });

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
