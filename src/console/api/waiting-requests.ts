import { z } from 'zod';

export const waitingRemindBody = z.strictObject({ staff: z.string().min(1).max(128).describe('userid') });

export const waitingTaskId = z.object({ id: z.coerce.number().int().min(1) });

const moment = z.int().describe('epoch milliseconds, UTC');
const label = z.strictObject({ zh: z.string(), en: z.string() });

const task = z.strictObject({
  id: z.int(),
  what: z.array(z.union([z.string(), label])).describe('the templates of its messages'),
  receivers: z.int(),
  toGroups: z.boolean(),
  since: moment,
  remindedAt: moment.nullable().describe('the last reminder of WeCom'),
  cancelledFor: z.string().nullable().describe('it is being taken back already: a reason code'),
  cancelledForLabel: label.nullable(),
});

export const deliveryId = z.object({ id: z.coerce.number().int().min(1) });

/** `pastCaps`: why it goes although the caps do not allow it. */
export const retryBody = z.strictObject({
  pastCaps: z.string().trim().min(1).max(500).optional().describe('why it goes although the caps do not allow it'),
});

export const waitingResponses = {
  list: z.strictObject({
    items: z.array(
      z.strictObject({
        staff: z.string(),
        hasLeft: z.boolean(),
        receivers: z.int(),
        since: moment,
        toldToday: z.boolean(),
        tasks: z.array(task),
      }),
    ),
    next: z.null(),
  }),
  changed: z.strictObject({ outcome: z.enum(['done', 'already', 'refused']), code: z.string(), label }),
};
