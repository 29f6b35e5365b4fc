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
        room_base_name: z.string().min(1).max(40).optional(),
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
      approve: z.enum(['none', 'up', 'down', 'all']).default('none'),
    })
    .prefault({}),
  pools: z
    .strictObject({
      open_next_at: z.number().min(0.1).max(1).default(0.85),
      min_free: z.int().min(0).max(10_000).default(0),
    })
    .prefault({}),
});

const called = (most: number) =>
  z
    .string()
    .trim()
    .min(1, 'must have a name')
    .refine((name) => [...name].length <= most, `must have at most ${most} characters, as WeCom takes no more`);

/** WeCom's limits: a tag has at most 30 characters, a tag group's name 15 (contract §4.6). */
export const tagsFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      group: called(15),
      tags: z.array(z.strictObject({ name: called(30), when: rule })).min(1),
    }),
  ),
});

/** On one line, and as both databases keep it: no NUL, no half characters. */
const readable = z
  .string()
  .min(1)
  .max(30)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters in it that cannot be read');
const tagNames = z.array(readable).max(20).default([]);
const userids = z.array(z.string().regex(/^[A-Za-z0-9_.@-]{1,64}$/)).max(100);

/** WeCom's limits: a state and a remark of at most 30, at most 100 staff a code (contract §6). */
export const contactWaysFile = z.strictObject({
  tag_group: z.string().min(1).max(15).default('渠道'),
  ways: z
    .array(
      z.strictObject({
        // `vip-` is ours: the codes of members.
        key: z.string().regex(/^(?!vip-|qj-)[a-z0-9][a-z0-9_-]{0,29}$/),
        name: readable,
        staff: userids.min(1),
        skip_verify: z.boolean().default(true),
        tags: tagNames,
        welcome: z.string().min(1).max(64).optional(),
      }),
    )
    .max(500)
    .default([]),
  vip: z
    .strictObject({
      tiers: z.array(z.string()).default([]),
      staff: userids.default([]),
      skip_verify: z.boolean().default(true),
      tags: tagNames,
    })
    .prefault({}),
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
  // How many mass-sends WeCom's admin lets one customer have: days_in_month is WeCom's own (contract §7.3).
  wecom_cap: z.enum(['days_in_month', 'seven_a_week', 'one_a_day']).default('days_in_month'),
  mass_send: z
    .strictObject({
      remind_after_hours: z
        .array(z.number().min(0.5).max(336))
        .max(12)
        .default([3, 24, 48])
        .refine((hours) => hours.every((hour, index) => index === 0 || hour > hours[index - 1]!), 'hours must rise'),
      remind_between: z
        .strictObject({ from: wallClock, to: wallClock })
        .default({ from: 9 * 60, to: 20 * 60 + 30 })
        .refine(({ from, to }) => from < to, 'from must be earlier in the day than to'),
      hand_on_after_hours: z.number().min(1).max(336).default(30),
      give_up_after_hours: z.number().min(1).max(672).default(96),
    })
    .prefault({}),
});

export const operatorsFile = z.strictObject({ operators: z.array(z.string().regex(/^[A-Za-z0-9_.@-]{1,64}$/)) });
