import { z } from 'zod';
import { ruleDocuments } from '../../domain/rule-document.js';
import { runFields } from './dry-run-responses.js';

const label = z.strictObject({ zh: z.string(), en: z.string() });
const day = z.int().describe('days since 1970-01-01');
const tierKey = z.string().describe('the key of a tier');
const flow = z.strictObject({ from: tierKey, to: tierKey, n: z.int() });

const report = z.strictObject({
  from: day,
  to: day,
  members: z.int().describe('all members'),
  replayed: z.int().describe('fewer than `members`: an even sample'),
  days: z.array(
    z.strictObject({
      day,
      up: z.int(),
      down: z.int(),
      held: z.int().describe('members who began to be held because they swing'),
      messages: z.int(),
      capped: z.int().describe('messages that a cap would have kept back'),
      really: z.strictObject({ up: z.int(), down: z.int() }).describe('what was decided in fact, of the same members'),
    }),
  ),
  atStart: z.array(flow).describe('whom the rules would have moved as soon as they came into force'),
  flows: z.array(flow),
  swinging: z.strictObject({
    n: z.int().describe('moved in opposite directions within 30 days, or held'),
    items: z.array(
      z.strictObject({
        member: z.strictObject({ id: z.int(), name: z.string() }),
        changes: z.array(z.strictObject({ day, from: tierKey, to: tierKey })),
        heldOn: day.nullable(),
      }),
    ),
  }),
  caps: z.array(z.strictObject({ code: z.string(), label, n: z.int() })),
});

const inList = z.strictObject(runFields);

export const replayResponses = {
  run: z.strictObject({
    ...runFields,
    proposal: z.strictObject({ texts: z.partialRecord(z.enum(ruleDocuments), z.string()), days: z.int().optional() }),
    report: report.nullable().describe('null until it is done'),
  }),
  runs: z.strictObject({ items: z.array(inList), next: z.string().nullable() }),
};
