import { z } from 'zod';

const name = z.string().min(1).max(64);

export const seriesStepParams = z.object({ series: name, step: name });

const moment = z.int().describe('epoch milliseconds, UTC');
const label = z.strictObject({ zh: z.string(), en: z.string() });

const step = z.strictObject({
  key: z.string(),
  words: label.describe('what it does'),
  when: label,
  onlyIf: label.nullable(),
  template: z.string().nullable(),
  here: z.int().describe('members who are at it now'),
  reached: z.int().describe('members who are at it or beyond'),
  passed: z.int().describe('members for whom it is done, or was passed over'),
});

export const seriesResponses = {
  list: z.strictObject({
    items: z.array(
      z.strictObject({
        key: z.string(),
        label,
        enabled: z.boolean(),
        enter: label,
        exit: label.nullable(),
        entered: z.int(),
        inside: z.int(),
        ended: z.array(z.strictObject({ end: z.string(), label, members: z.int() })),
        steps: z.array(step),
        elsewhere: z
          .array(z.strictObject({ step: z.string(), members: z.int() }))
          .describe('members at steps of earlier versions that are gone'),
      }),
    ),
    next: z.null(),
  }),
  members: z.strictObject({
    items: z.array(
      z.strictObject({
        id: z.int(),
        name: z.string(),
        since: moment,
        dueAt: moment.nullable().describe('when time alone changes something'),
        version: z.int(),
      }),
    ),
    next: z.null(),
  }),
  ofMember: z.strictObject({
    items: z.array(
      z.strictObject({
        key: z.string(),
        label,
        enteredAt: moment,
        step: label.nullable(),
        dueAt: moment.nullable(),
        ended: label.nullable(),
        endedAt: moment.nullable(),
      }),
    ),
    next: z.null(),
  }),
};
