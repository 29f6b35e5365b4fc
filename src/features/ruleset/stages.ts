import { z } from 'zod';
import type { KolThreshold } from '../../domain/kol-level.js';
import type { StageThresholds } from '../../domain/stages/stage-policy.js';
import { someDays, whole } from './fields.js';

const posts = whole(0, 1_000_000);
type Level = Readonly<Record<'messages' | 'active_days' | 'mentions', number>>;
const isHarder = (level: Level, before: Level = { messages: 0, active_days: 0, mentions: 0 }): boolean => {
  const steps = (['messages', 'active_days', 'mentions'] as const).map((mark) => level[mark] - before[mark]);
  return steps.every((step) => step >= 0) && steps.some((step) => step > 0);
};

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
      .array(z.strictObject({ messages: posts, active_days: whole(0, 30), mentions: posts }))
      .max(5, 'there are five levels at most')
      .superRefine((levels, context) => {
        for (const [index, level] of levels.entries())
          if (!isHarder(level, levels[index - 1]))
            context.addIssue({
              code: 'custom',
              path: [index],
              message: 'must ask for more than the level before it, and for less than it in nothing',
            });
      }),
  })
  .refine((file) => file.dozing_days < file.asleep_days && file.asleep_days < file.lost_days, {
    message: 'dozing_days, asleep_days and lost_days must rise',
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
  kol.map(({ messages, active_days: activeDays, mentions }) => ({ messages, activeDays, mentions }));
