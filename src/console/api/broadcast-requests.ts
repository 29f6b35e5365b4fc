import { z } from 'zod';
import { templateKey } from '../../domain/messages/index.js';

/** `people`: how many the audience has, as the person who starts it has seen. */
export const broadcastBody = z.strictObject({ template: templateKey, people: z.int().min(1) });

const moment = z.int().describe('epoch milliseconds, UTC');

const broadcast = z.strictObject({
  id: z.int(),
  template: z.string(),
  state: z
    .enum(['planning', 'planned', 'cancelled'])
    .describe('`planned`: each member has a message, or the reason for none'),
  people: z.int().describe('the audience when it was started'),
  startedBy: z.string(),
  startedAt: moment,
  endedAt: moment.nullable(),
  messages: z
    .array(z.strictObject({ state: z.string(), reason: z.string().nullable(), n: z.int() }))
    .describe('its messages so far, by state and reason'),
});

export const broadcastResponses = {
  list: z.strictObject({ items: z.array(broadcast), next: z.null() }),
  started: z.strictObject({ id: z.int(), people: z.int() }),
};
