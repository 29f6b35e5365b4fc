import { z } from 'zod';

const label = z.strictObject({ zh: z.string().min(1).max(20), en: z.string().min(1).max(40) });
const days = z.int().min(0).max(3_650);
const rule = z.string().trim().min(1).max(2_000);

export const tiersFile = z.strictObject({
  tiers: z
    .array(
      z.strictObject({
        key: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/),
        label,
        color: z.string().regex(/^#[0-9a-fA-F]{6}$/),
        enter: rule.optional(),
        stay: rule.optional(),
        min_dwell_days: days.default(0),
        grace_days: days.default(0),
        groups: z.array(z.string().min(1).max(64)).default([]),
        capacity: z.int().min(2).max(2_000).default(200),
        path: z.enum(['official', 'chat']).default('official'),
      }),
    )
    .min(1)
    .max(12),
  moves: z
    .strictObject({
      invite_days: days.default(7),
      remind_after_days: days.default(3),
      leave_days: days.default(3),
      retry_after_days: days.default(30),
      max_tries: z.int().min(1).max(20).default(3),
    })
    .prefault({}),
});

/** WeCom's limits: a tag has at most 30 characters, a tag group's name 15 (contract §4.6). */
export const tagsFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      group: z.string().min(1).max(15),
      tags: z.array(z.strictObject({ name: z.string().min(1).max(30), when: rule })).min(1),
    }),
  ),
});

export const stagesFile = z
  .strictObject({
    new_days: days,
    active_days: z.int().min(1).max(30),
    active_interactions: z.int().min(1),
    dozing_days: days,
    asleep_days: days,
    lost_days: days,
    probation_days: days,
    kol: z
      .array(
        z.strictObject({ messages: z.int().min(0), active_days: z.int().min(0).max(30), mentions: z.int().min(0) }),
      )
      .max(5),
  })
  .refine((file) => file.dozing_days < file.asleep_days && file.asleep_days < file.lost_days, {
    message: 'dozing_days, asleep_days and lost_days must rise',
    path: ['asleep_days'],
  });

/** `21:30` as minutes of the day. */
const wallClock = z
  .string()
  .regex(/^([01]?\d|2[0-3]):[0-5]\d$/, "write a time of day like '21:30'")
  .transform((text) => Number(text.split(':')[0]) * 60 + Number(text.split(':')[1]));

export const sendingFile = z.strictObject({
  corp_name: z.string().min(1).max(40),
  per_day: z.int().min(0).max(50),
  // WeCom itself lets a customer have as many mass-sends a month as the month has days (contract §7.3).
  per_month: z.int().min(0).max(31),
  quiet: z.strictObject({ from: wallClock, to: wallClock }),
  slots: z.array(wallClock).min(1).max(24),
});

export const operatorsFile = z.strictObject({ operators: z.array(z.string().regex(/^[A-Za-z0-9_.@-]{1,64}$/)) });
