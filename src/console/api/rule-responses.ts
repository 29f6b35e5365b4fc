import { z } from 'zod';
import { ruleDocuments } from '../../domain/rule-document.js';

/** The answers of the routes under /api/v1/rules. */
const label = z.strictObject({ zh: z.string(), en: z.string() });
const moment = z.int().describe('epoch milliseconds, UTC');
const document = z.enum(ruleDocuments);
const metricValue = z.union([z.number(), z.string(), z.boolean(), z.null()]);

const versionInfo = {
  version: z.int(),
  savedAt: moment,
  savedBy: z.string().describe('`files`: the version came from the config folder'),
  note: z.string(),
};

const inList = {
  document,
  label,
  ...versionInfo,
  draft: z.strictObject({ baseVersion: z.int(), savedAt: moment, savedBy: z.string() }).nullable(),
  differsFromFile: z.boolean().describe('the file in the config folder has another text, which is not in force'),
};

const problem = z.strictObject({
  document: document.nullable(),
  template: z.string().optional().describe('the template that would no longer compile'),
  line: z.int(),
  column: z.int(),
  message: z.string().describe('in English, or in both languages at once'),
  messageZh: z.string(),
  messageEn: z.string(),
  code: z.enum(['gap', 'overlap']).optional().describe('segments that claim to partition do not'),
  example: z
    .record(z.string(), z.union([metricValue, z.array(z.string())]))
    .optional()
    .describe('a made-up member who shows it'),
});

const example = z.record(z.string(), z.union([metricValue, z.array(z.string())])).describe('a made-up member');
const member = z.strictObject({ id: z.int(), name: z.string() }).optional().describe('a real one, if there is one');

const mece = {
  exact: z.boolean().describe('false: examples were searched for, and there may be more'),
  gaps: z.array(z.strictObject({ example, member })),
  overlaps: z.array(z.strictObject({ keys: z.array(z.string()), example, member })),
  unreachable: z.array(z.string()).describe('of ordered rules: the first that holds for nobody'),
  never: z.array(z.string()).describe('rules that hold for nobody'),
};

const items = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), next: z.null() });

export const ruleResponses = {
  list: items(z.strictObject(inList)),
  files: z.strictObject({ files: z.array(z.strictObject({ name: z.string(), text: z.string() })) }),
  document: z.strictObject({
    ...inList,
    text: z.string(),
    data: z.unknown().describe('the text as values'),
    draftText: z.string().nullable(),
    versions: z.array(z.strictObject(versionInfo)),
  }),
  versions: items(z.strictObject(versionInfo)),
  version: z.strictObject({ ...versionInfo, text: z.string() }),
  discarded: z.strictObject({ discarded: z.boolean().describe('false: there was no draft') }),
  compiled: z.strictObject({ ok: z.boolean(), problems: z.array(problem) }),
  published: z.union([
    z.strictObject({
      kind: z.literal('published'),
      ruleset: z.int().describe('the version that decisions name'),
      documents: z.array(z.strictObject({ document, version: z.int() })),
    }),
    z.strictObject({ kind: z.literal('unchanged') }),
  ]),
  mece: z.strictObject(mece),
  partitions: z.strictObject({
    ok: z.boolean().describe('false: the texts have mistakes, and nothing was proved'),
    problems: z.array(problem),
    partitions: z.array(z.strictObject({ name: z.string().describe('as the segments name it'), ...mece })),
  }),
  chosen: z.strictObject({ noted: z.literal(true) }),
  thresholdNotes: z.strictObject({
    items: z.array(
      z.strictObject({
        metric: z.string(),
        label,
        chosen: z.string(),
        suggested: z.string().describe('by the same method, of the figures of this month'),
        between: z.int().describe('members between the two'),
        at: moment,
      }),
    ),
    next: z.null(),
  }),
  thresholds: z.strictObject({
    metric: z.string(),
    classes: z.int(),
    n: z.int().describe('members with a known value'),
    nulls: z.int(),
    oneIn: z.int().describe('1: everybody was read; n: one member of n'),
    min: z.number().nullable(),
    max: z.number().nullable(),
    quantiles: z.record(z.string(), z.number()),
    histogram: z.array(z.strictObject({ from: z.number(), to: z.number(), n: z.int() })),
    suggestions: z.array(
      z.strictObject({
        method: z.enum(['quantiles', 'natural', 'natural_log']),
        cuts: z.array(z.number()).describe('a member is in the upper class when the value is at least the cut'),
        sizes: z.array(z.int()),
      }),
    ),
    pairs: z
      .strictObject({
        by: z.string(),
        leftOut: z.int().describe('members of whom one of the two is not known'),
        oneIn: z.int(),
        points: z.array(z.tuple([z.number(), z.number()])),
        clusters: z.array(z.strictObject({ centre: z.tuple([z.number(), z.number()]), n: z.int() })),
        of: z.array(z.int()).describe('the cluster of every point'),
        within: z.number(),
      })
      .optional(),
  }),
};
