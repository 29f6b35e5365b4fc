import { z } from 'zod';
import type { KolThreshold } from '../../domain/kol-level.js';
import type { StageThresholds } from '../../domain/stages/stage-policy.js';
import { inBoth } from '../../platform/config/refusal.js';
import { someDays, whole } from './fields.js';
import { argoFile, keyMembersFile, productFile, rfmFile } from './layers.js';

const count = whole(0, 1_000_000);
const level = z.strictObject({
  /** Messages that are not ads. */
  messages: count.default(0),
  active_days: whole(0, 30).default(0),
  mentions: count.default(0),
  /** Messages that are neither ads nor one word. */
  posts: count.default(0),
  /** Replies and mentions received per post. */
  quality: z.number().min(0).max(100).default(0),
  /** By how many people and on how many days the member was mentioned. */
  mention_people: count.default(0),
  mention_days: whole(0, 30).default(0),
});
type Level = z.output<typeof level>;
const marks = [
  'messages',
  'active_days',
  'mentions',
  'posts',
  'quality',
  'mention_people',
  'mention_days',
] as const satisfies readonly (keyof Level)[];

function isHarder(own: Level, before: Level | undefined): boolean {
  const steps = marks.map((mark) => own[mark] - (before?.[mark] ?? 0));
  return steps.every((step) => step >= 0) && steps.some((step) => step > 0);
}

export const stagesFile = z
  .strictObject({
    new_days: someDays,
    active_days: whole(1, 30),
    active_interactions: whole(1, 1_000_000),
    dozing_days: someDays,
    asleep_days: someDays,
    lost_days: someDays,
    probation_days: someDays,
    kol: z
      .array(level)
      .max(5, inBoth('there are five levels at most', '最多五级'))
      .superRefine((levels, context) => {
        for (const [index, own] of levels.entries())
          if (!isHarder(own, levels[index - 1]))
            context.addIssue({
              code: 'custom',
              path: [index],
              message: inBoth(
                'must ask for more than the level before it, and for less than it in nothing',
                '要求要比前一级高，而且没有一项比它低',
              ),
            });
      }),
    rfm: rfmFile.prefault({}),
    argo: argoFile,
    key_members: keyMembersFile,
    product: productFile,
  })
  .refine((file) => file.dozing_days < file.asleep_days && file.asleep_days < file.lost_days, {
    message: inBoth(
      'dozing_days, asleep_days and lost_days must rise',
      'dozing_days、asleep_days、lost_days 要依次变大',
    ),
    path: ['asleep_days'],
  });

type Stages = z.output<typeof stagesFile>;

export const stageThresholdsOf = (file: Stages): StageThresholds => ({
  newDays: file.new_days,
  activeDays: file.active_days,
  activeInteractions: file.active_interactions,
  dozingDays: file.dozing_days,
  asleepDays: file.asleep_days,
  lostDays: file.lost_days,
  probationDays: file.probation_days,
});

export const kolThresholdsOf = ({ kol }: Stages): KolThreshold[] =>
  kol.map((own) => ({
    messages: own.messages,
    activeDays: own.active_days,
    mentions: own.mentions,
    posts: own.posts,
    qualityPercent: Math.round(own.quality * 100),
    mentionPeople: own.mention_people,
    mentionDays: own.mention_days,
  }));
