import { z } from 'zod';
import { ruleDocuments } from '../../domain/rule-document.js';
import { brakeStates } from '../../engine/brakes/brake.store.js';

const label = z.strictObject({ zh: z.string(), en: z.string() });
const tier = z.strictObject({ key: z.string(), label });
const moment = z.int().describe('epoch milliseconds, UTC');

const brake = z.strictObject({
  id: z.int(),
  state: z.enum(brakeStates).describe('`dropped`: other rules, or the figures of another day, came first'),
  day: z.int().describe('days since 1970-01-01'),
  ruleset: z.int().describe('the version of the rules that it ran with'),
  openedAt: moment,
  decidedBy: z.string().nullable(),
  decidedAt: moment.nullable(),
  writtenTo: z.int().describe('people it would write to'),
  moves: z.array(z.strictObject({ from: tier, to: tier, n: z.int() })),
  reasons: z.array(
    z.strictObject({
      kind: z.enum(['moved', 'written']),
      tier: tier.nullable(),
      n: z.int(),
      of: z.int().nullable().describe('members of the tier'),
    }),
  ),
  restores: z
    .array(z.strictObject({ document: z.enum(ruleDocuments), label, version: z.int() }))
    .describe('what `restore` would put into force again; empty when rules have not caused the run'),
});

export const brakeResponses = {
  list: z.strictObject({ items: z.array(brake), next: z.null() }),
  answered: z.strictObject({
    taken: z.boolean().describe('false: somebody had answered before'),
    words: z.string(),
    brake,
  }),
};
