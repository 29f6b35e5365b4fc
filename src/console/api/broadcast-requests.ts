import { z } from 'zod';
import { templateKey } from '../../domain/messages/index.js';

const moment = z.int().describe('epoch milliseconds, UTC');

const label = z.strictObject({ zh: z.string(), en: z.string() }).describe('the reason in words');

const seen = {
  people: z.int().min(1).describe('how many the audience has, as the person who says yes has seen'),
  version: z.int().min(1).optional().describe('of the text that the person has seen'),
};

export const broadcastBody = z.strictObject({
  template: templateKey,
  ...seen,
  startsAt: z
    .union([
      moment.min(0),
      z.iso.datetime({ local: true, precision: -1 }).regex(/\d$/u, 'without a time zone: it is the clock of the corp'),
    ])
    .optional()
    .describe("when it begins: epoch milliseconds, or the corp's wall clock like 2026-12-05T10:30; now when left out"),
});

/** Left out: as it was looked at before. */
export const resumeBody = z.strictObject({ seen: z.strictObject(seen).optional() });

export const broadcastId = z.object({ id: z.coerce.number().int().min(1) });

export const broadcastsQuery = z.strictObject({ template: templateKey.optional() });

const broadcast = z.strictObject({
  id: z.int(),
  template: z.string(),
  state: z
    .enum(['planning', 'planned', 'cancelled'])
    .describe('`planned`: each member has a message, or the reason for none'),
  people: z.int().describe('the audience when a person looked at it last'),
  version: z.int().nullable().describe('of the text that was looked at'),
  startedBy: z.string(),
  startedAt: moment,
  startsAt: moment,
  pausedFor: z
    .enum(['person', 'other_audience', 'other_text'])
    .nullable()
    .describe('why it waits; `other_…`: what was looked at is not what would be sent, so a person has to look again'),
  endedAt: moment.nullable(),
  messages: z
    .array(z.strictObject({ state: z.string(), reason: z.string().nullable(), n: z.int(), label: label.nullable() }))
    .describe('its messages so far, by state and reason'),
});

export const broadcastResponses = {
  list: z.strictObject({ items: z.array(broadcast), next: z.null() }),
  started: z.strictObject({ id: z.int(), people: z.int() }),
  changed: broadcast,
};
