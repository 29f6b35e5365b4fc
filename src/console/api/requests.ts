import { z } from 'zod';
import { ruleDocuments } from '../../domain/rule-document.js';
import { placingActions } from '../../domain/moves/placing-actions.js';
import { placementCauseKeys } from '../../insights/words/placement-words.js';
import { given, paging } from './list-query.js';

/** The queries and bodies of the routes under /api/v1. The OpenAPI document is generated from them. */
export const membersQuery = z.object({
  q: given.describe('part of a name, or a whole external_userid, phone number or id'),
  tier: given.describe('key of a tier'),
  stage: given.describe('key of a lifecycle stage'),
  tag: given.describe('name of a tag'),
  segment: given.describe('key of a segment'),
  where: given.describe('a condition in CEL over the metrics, like `orders_90d >= 3 && days_since_last_seen <= 30`'),
  sort: z.enum(['seen', 'id']).default('seen').describe('`seen`: last seen first; `id`: oldest number first'),
  ...paging,
});

export const whyQuery = z.object(paging);

export const tierLockBody = z.strictObject({
  tier: z.string().min(1).max(32).nullable().describe('key of a tier; null takes the lock away'),
});

export const movesQuery = z.object({
  state: z
    .enum(['planned', 'invited', 'joined', 'leaving', 'done', 'expired', 'failed', 'cancelled'])
    .or(z.literal('').transform(() => undefined))
    .optional(),
  member: given.describe('id, or external_userid'),
  stuck: z.enum(['1', 'true', '0', 'false', '']).optional().describe('1: only those open past their deadline'),
  ...paging,
});

export const moveParam = z.object({ id: z.coerce.number().int().min(1) });

export const undoMoveBody = z.strictObject({
  reason: z.string().trim().min(1).max(200).describe('why; shown in the timeline of the member and in the audit'),
});

export const misplacedQuery = z.object({
  tier: given.describe('key of a tier'),
  place: z
    .enum(['wrong', 'two', 'none'])
    .or(z.literal('').transform(() => undefined))
    .optional()
    .describe('only in groups of other tiers; in one of each; in no tier group'),
  cause: z
    .enum(placementCauseKeys)
    .or(z.literal('').transform(() => undefined))
    .optional(),
  ...paging,
});

export const placingBody = z.strictObject({
  action: z
    .enum(placingActions)
    .describe(
      'invite again; remind the owner; remind the colleague whose tap is waited for; ask for the next group; approve the move',
    ),
  members: z.array(z.int().min(1)).min(1).max(200).describe('ids'),
});

export const deliveriesQuery = z.object({
  state: z
    .enum(['planned', 'sending', 'waiting', 'sent', 'failed', 'suppressed', 'cancelled', 'dead'])
    .or(z.literal('').transform(() => undefined))
    .optional(),
  member: given.describe('id, or external_userid'),
  template: given.describe('key of a template'),
  ...paging,
});

const rule = z.string().trim().min(1).max(4_000);

export const proposedTier = z.strictObject({
  key: z.string().min(1).max(32).describe('key of a tier that exists'),
  enter: rule.optional().describe('the rule to come in by; left out: as it is'),
  stay: rule.nullable().optional().describe('the looser rule to remain by; left out: as it is; null: none'),
});

const proposedTag = z.strictObject({
  name: z.string().trim().min(1).max(30),
  group: z.string().trim().min(1).max(15).optional(),
  when: rule.describe('a condition in CEL'),
});

const proposedTexts = z
  .partialRecord(z.enum(ruleDocuments), z.string().max(500_000))
  .refine((texts) => Object.keys(texts).length > 0, 'propose at least one document')
  .describe('whole rule documents as YAML, by name; compiled together with those in force');

/** Exactly one of the four. */
export const dryRunBody = z
  .strictObject({
    texts: proposedTexts.optional(),
    tiers: z.union([z.string().max(20_000), z.array(proposedTier).min(1).max(12)]).optional(),
    tags: z.union([proposedTag, z.array(proposedTag).min(1).max(20)]).optional(),
    campaign: z
      .strictObject({ text: z.string().max(50_000).describe('a template file: front matter and text') })
      .optional(),
  })
  .refine(
    (body) => [body.texts, body.tiers, body.tags, body.campaign].filter((part) => part !== undefined).length === 1,
    'propose exactly one of texts, tiers, tags, campaign',
  );

export const replayBody = z.strictObject({
  texts: z
    .partialRecord(z.enum(ruleDocuments), z.string().max(500_000))
    .default({})
    .describe('whole rule documents as YAML, by name; left out: the rules in force'),
  days: z.int().min(1).max(90).default(90).describe('the days before today'),
});

export const switchBody = z.strictObject({ on: z.boolean() });

export const heldMembersQuery = z.object({
  cursor: paging.cursor,
  limit: z.coerce.number().int().min(1).max(100).default(30).describe('rows in a page'),
});

export const dryRunsQuery = z.object({
  cursor: paging.cursor,
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('rows in a page'),
});

export const dryRunParam = z.object({ id: z.coerce.number().int().min(1) });
