import { z } from 'zod';
import type { MassSendPolicy } from '../../domain/sending/mass-send-policy.js';
import { liesBetween, type SendingPolicy } from '../../domain/sending/send-policy.js';
import { inBoth, type Refusal } from '../../platform/config/refusal.js';
import { text, wallClock } from './fields.js';

const NOON = 12 * 60;
const capOf = (most: number) =>
  z
    .int()
    .min(
      1,
      inBoth(
        'must be at least 1; to write to nobody, tell the bot 暂停',
        '不能小于 1；谁都不想发，就对机器人说「暂停」',
      ),
    )
    .max(most);

export const sendingFile = z
  .strictObject({
    corp_name: text(40),
    per_day: capOf(50),
    // WeCom itself lets a customer have as many mass-sends a month as the month has days (contract §7.3).
    per_month: capOf(31),
    min_gap_days: z.int().min(0).max(30).default(3),
    quiet: z
      .strictObject({ from: wallClock, to: wallClock })
      .refine(
        ({ from, to }) => from !== to,
        inBoth(
          'from and to are the same time: is that no hour, or all of them?',
          'from 和 to 是同一时刻，看不出是全天还是没有',
        ),
      )
      // Reversed, the quiet hours would be the day, and messages would go out only at night.
      .refine(
        ({ from, to }) => !liesBetween(NOON, from, to),
        inBoth(
          "must be the night, from the evening to the morning, like { from: '21:30', to: '08:00' }",
          "要写夜里，从晚上到早上，例如 { from: '21:30', to: '08:00' }",
        ),
      ),
    slots: z
      .array(wallClock)
      .min(1, inBoth("name at least one time of day, like '11:30'", "至少写一个时刻，例如 '11:30'"))
      .max(24),
    // Under ON_TIME_MS, within which a message counts as sent on time.
    spread_minutes: z.int().min(0).max(9).default(0),
    // The limit that the corp's WeCom admin has set for one customer; days_in_month is WeCom's default (contract §7.3).
    wecom_cap: z.enum(['days_in_month', 'seven_a_week', 'one_a_day']).default('days_in_month'),
    // Also members who never hear of anything are a loss, so a test of more than a fifth is a mistake.
    global_holdout: z.int().min(0).max(20).default(0),
    mass_send: z
      .strictObject({
        remind_after_hours: z
          .array(z.number().min(0.5).max(336))
          .max(12)
          .default([3, 24, 48])
          .refine(
            (hours) => hours.every((hour, index) => index === 0 || hour > hours[index - 1]!),
            inBoth('hours must rise', '小时数要从小到大'),
          ),
        remind_between: z
          .strictObject({ from: wallClock, to: wallClock })
          .default({ from: 9 * 60, to: 20 * 60 + 30 })
          .refine(
            ({ from, to }) => from + 60 <= to,
            inBoth('to must be an hour or more later in the day than from', 'to 要在同一天里比 from 晚至少一小时'),
          ),
        hand_on_after_hours: z.number().min(1).max(336).default(30),
        give_up_after_hours: z.number().min(1).max(672).default(96),
      })
      .superRefine((file, context) => {
        const late = inBoth(
          'must be less than give_up_after_hours: by then the mass-send is cancelled',
          '要小于 give_up_after_hours：到那时群发已经取消',
        );
        const problem = (path: (string | number)[]) => context.addIssue({ code: 'custom', path, message: late });
        if (file.hand_on_after_hours >= file.give_up_after_hours) problem(['hand_on_after_hours']);
        const index = file.remind_after_hours.findIndex((hours) => hours >= file.give_up_after_hours);
        if (index >= 0) problem(['remind_after_hours', index]);
      })
      .prefault({}),
  })
  .superRefine((file, context) => {
    const problem = (at: string, message: Refusal) => context.addIssue({ code: 'custom', path: [at], message });
    if (file.per_day > file.per_month)
      problem('per_day', inBoth('must not be more than per_month', '不能大于 per_month'));
    file.slots.forEach((minute, index) => {
      if (liesBetween(minute, file.quiet.from, file.quiet.to))
        context.addIssue({
          code: 'custom',
          path: ['slots', index],
          message: inBoth(
            'lies in the quiet hours, so that nothing would be sent at it; move it, or end the quiet hours by then',
            '在免打扰时段里，这个时刻什么都发不出去：换个时刻，或让免打扰更早结束',
          ),
        });
    });
  });

type Sending = z.output<typeof sendingFile>;

export const sendingPolicyOf = (file: Sending): SendingPolicy => ({
  perDay: file.per_day,
  perMonth: file.per_month,
  minGapDays: file.min_gap_days,
  quietFromMinute: file.quiet.from,
  quietToMinute: file.quiet.to,
  slotMinutes: [...file.slots].sort((a, b) => a - b),
  spreadMinutes: file.spread_minutes,
  wecomCap: file.wecom_cap,
  globalHoldoutPercent: file.global_holdout,
});

export const massSendPolicyOf = ({ mass_send: massSend }: Sending): MassSendPolicy => ({
  remindAfterHours: massSend.remind_after_hours,
  remindFromMinute: massSend.remind_between.from,
  remindToMinute: massSend.remind_between.to,
  handOnAfterHours: massSend.hand_on_after_hours,
  giveUpAfterHours: massSend.give_up_after_hours,
});
