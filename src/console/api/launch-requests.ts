import { z } from 'zod';
import { templateKey } from '../../domain/messages/index.js';

export const launchParams = z.object({ key: templateKey });

export const openLaunchBody = z.strictObject({
  version: z.int().min(1).describe('of the text that the person has seen'),
  stage: z.int().min(0).max(10).describe('the stage that the person has seen; the one after it is opened'),
});

export const launchResponse = z.strictObject({
  template: z.string(),
  version: z.int(),
  stage: z.int().describe('0: the first few; then the shares; the last one lets all go'),
  gate: z.union([
    z.strictObject({ kind: z.literal('first'), most: z.int() }),
    z.strictObject({ kind: z.literal('share'), percent: z.number() }),
    z.strictObject({ kind: z.literal('open') }),
  ]),
  next: z.number().nullable().describe('the percent of all messages that the next stage lets go; null: all go'),
  since: z.int().nullable().describe('when the stage began, epoch milliseconds; null: nothing was due yet'),
  openedBy: z.string().nullable().describe('who opened the stage; `figures`: good figures did'),
  opensAfterHours: z.int().nullable().describe('with good figures it opens by itself after so many hours'),
  verdict: z.enum(['bad', 'not_yet', 'good']),
  waiting: z.int().describe('messages that wait at the gate'),
  passed: z.int().describe('messages that were let through'),
  sent: z.int(),
  failed: z.int(),
  optedOut: z.int().describe('members who opted out after their message'),
});
