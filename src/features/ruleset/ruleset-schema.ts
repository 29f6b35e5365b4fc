import { z } from 'zod';
import { templateKey } from '../../domain/messages/index.js';
import { liesBetween } from '../../domain/sending/send-policy.js';

/** On one line, and as both databases keep it: no NUL, no half characters. */
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/\S/, 'must not be blank')
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters in it that cannot be read');
const userid = z
  .string('must be a userid of WeCom; one of digits needs quotes')
  .regex(/^[A-Za-z0-9_.@-]{1,64}$/, 'must be a userid of WeCom, as its admin site shows it under 帐号');
const whole = (least: number, most: number) => z.int().min(least).max(most);

const label = z.strictObject({ zh: text(20), en: text(40) });
/** Ten years stand for "never". */
const days = whole(0, 3_650);
const someDays = whole(1, 3_650);
const rule = z.string().trim().min(1).max(2_000);

export const tiersFile = z.strictObject({
  tiers: z
    .array(
      z.strictObject({
        key: z
          .string()
          .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'write small letters, digits, - and _, at most 32, the first a letter'),
        label,
        color: z
          .string("write a colour in quotes, like '#c8453b'")
          .regex(/^#[0-9a-fA-F]{6}$/, "write a colour like '#c8453b'"),
        enter: rule.optional(),
        stay: rule.optional(),
        min_dwell_days: days.default(0),
        grace_days: days.default(0),
        groups: z.array(text(64)).default([]),
        capacity: whole(2, 2_000).default(200),
        path: z.enum(['official', 'chat']).default('official'),
        room_base_name: text(40).optional(),
      }),
    )
    .min(1)
    .max(12),
  moves: z
    .strictObject({
      invite_days: whole(1, 365).default(7),
      remind_after_days: whole(1, 365).default(3),
      leave_days: whole(1, 365).default(3),
      retry_after_days: someDays.default(30),
      max_tries: whole(1, 20).default(3),
      approve: z.enum(['none', 'up', 'down', 'all']).default('none'),
    })
    .refine((moves) => moves.remind_after_days < moves.invite_days, {
      message:
        'must be less than invite_days, or nobody is ever reminded; to remind nobody, switch off the templates for move_reminder',
      path: ['remind_after_days'],
    })
    .prefault({}),
  pools: z
    .strictObject({
      open_next_at: z.number().min(0.1).max(1).default(0.85),
      min_free: whole(0, 10_000).default(0),
    })
    .prefault({}),
});

const called = (most: number) =>
  z
    .string()
    .trim()
    .min(1, 'must have a name')
    .refine((name) => [...name].length <= most, `must have at most ${most} characters, as WeCom takes no more`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters in it that cannot be read');

/** WeCom's limits: a tag has at most 30 characters, a tag group's name 15 (contract §4.6). */
export const tagsFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      group: called(15),
      tags: z.array(z.strictObject({ name: called(30), when: rule })).min(1),
    }),
  ),
});

const welcome = z
  .string()
  .refine((key) => templateKey.safeParse(key).success, 'must be the key of a template, like welcome-expo');
const tagNames = z.array(text(30)).max(20).default([]);
const userids = z.array(userid).max(100, 'WeCom takes at most 100 staff a code');

/** WeCom's limits: a state and a remark of at most 30, at most 100 staff a code (contract §6). */
export const contactWaysFile = z.strictObject({
  tag_group: text(15).default('渠道'),
  ways: z
    .array(
      z.strictObject({
        // `vip-` is ours: the codes of members.
        key: z
          .string()
          .regex(
            /^(?!vip-|qj-)[a-z0-9][a-z0-9_-]{0,29}$/,
            'write small letters, digits, - and _, at most 30, not beginning with vip- or qj-',
          ),
        name: text(30),
        staff: userids.min(1, 'name at least one member of staff whom the code leads to'),
        skip_verify: z.boolean().default(true),
        tags: tagNames,
        welcome: welcome.optional(),
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

const posts = whole(0, 1_000_000);
type Level = Readonly<Record<'messages' | 'active_days' | 'mentions', number>>;
const asksMore = (level: Level, before: Level = { messages: 0, active_days: 0, mentions: 0 }): boolean => {
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
          if (!asksMore(level, levels[index - 1]))
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

/** `21:30` as minutes of the day. */
const wallClock = z
  .string()
  .regex(/^([01]?\d|2[0-3]):[0-5]\d$/, "write a time of day like '21:30'")
  .transform((text) => Number(text.split(':')[0]) * 60 + Number(text.split(':')[1]));

const NOON = 12 * 60;
const capOf = (most: number) => z.int().min(1, 'must be at least 1; to write to nobody, tell the bot 暂停').max(most);

export const sendingFile = z
  .strictObject({
    corp_name: text(40),
    per_day: capOf(50),
    // WeCom itself lets a customer have as many mass-sends a month as the month has days (contract §7.3).
    per_month: capOf(31),
    min_gap_days: z.int().min(0).max(30).default(3),
    quiet: z
      .strictObject({ from: wallClock, to: wallClock })
      .refine(({ from, to }) => from !== to, 'from and to are the same time: is that no hour, or all of them?')
      // The other way round they are the day's: nobody is written to but at night.
      .refine(
        ({ from, to }) => !liesBetween(NOON, from, to),
        "must be the night, from the evening to the morning, like { from: '21:30', to: '08:00' }",
      ),
    slots: z.array(wallClock).min(1, "name at least one time of day, like '11:30'").max(24),
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
          .refine(({ from, to }) => from + 60 <= to, 'to must be an hour or more later in the day than from'),
        hand_on_after_hours: z.number().min(1).max(336).default(30),
        give_up_after_hours: z.number().min(1).max(672).default(96),
      })
      .superRefine((file, context) => {
        const late = 'must be less than give_up_after_hours: by then the mass-send is cancelled';
        const problem = (path: (string | number)[]) => context.addIssue({ code: 'custom', path, message: late });
        if (file.hand_on_after_hours >= file.give_up_after_hours) problem(['hand_on_after_hours']);
        const index = file.remind_after_hours.findIndex((hours) => hours >= file.give_up_after_hours);
        if (index >= 0) problem(['remind_after_hours', index]);
      })
      .prefault({}),
  })
  .superRefine((file, context) => {
    const problem = (at: string, message: string) => context.addIssue({ code: 'custom', path: [at], message });
    if (file.per_day > file.per_month) problem('per_day', 'must not be more than per_month');
    file.slots.forEach((minute, index) => {
      if (liesBetween(minute, file.quiet.from, file.quiet.to))
        context.addIssue({
          code: 'custom',
          path: ['slots', index],
          message:
            'lies in the quiet hours, so that nothing would be sent at it; move it, or end the quiet hours by then',
        });
    });
  });

export const operatorsFile = z.strictObject({ operators: z.array(userid) });
