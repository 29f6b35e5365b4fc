import type { LocalizedText } from '../localized-text.js';
import { z } from 'zod';
import { outcomes } from '../experiments/outcomes.js';
import { triggerSchema } from '../triggers/read-triggers.js';

/** `10:30` as minutes of the corp's wall clock. */
const wallClock = z
  .string()
  .regex(/^([01]?\d|2[0-3]):[0-5]\d$/)
  .transform((text) => Number(text.split(':')[0]) * 60 + Number(text.split(':')[1]));

const unique = <T>(list: readonly T[]): boolean => new Set(list).size === list.length;

export const templateKey = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
export const templateKind = z.enum(['welcome', 'milestone', 'reactivation', 'level', 'move', 'care']);

export const frontMatter = z.strictObject({
  key: templateKey,
  name: z.string().trim().min(1).max(40),
  kind: templateKind,
  trigger: triggerSchema,
  audience: z.string().trim().min(1).max(2_000).optional(),
  channels: z
    .array(z.enum(['welcome', 'chat_dm', 'group_mention', 'kf', 'mass_send', 'sms']))
    .min(1)
    .refine(unique)
    // A text message costs money, so it is only the last resort.
    .refine((channels) => !channels.slice(0, -1).includes('sms')),
  /** Carriers in China accept only approved templates: the template's number and its parameters in order. */
  sms: z
    .strictObject({
      template: z.string().regex(/^\d{1,12}$/),
      params: z.array(z.string().trim().min(1).max(200)).max(20).default([]),
    })
    .optional(),
  /** `slot` is half an hour before the audience's peaks. */
  timing: z.union([z.literal('now'), z.literal('slot'), z.strictObject({ at: wallClock })]).default('now'),
  /** Days on which nothing of it goes: weekends, holidays, a festival, special days of the calendar. */
  except_days: z.array(z.string().trim().min(1).max(32)).max(20).refine(unique).default([]),
  window_hours: z.int().min(1).max(720).default(24),
  once: z.enum(['ever', 'per_occasion']).default('ever'),
  /** `service`: a response to the member's own action; the monthly cap and the gap do not apply. */
  caps: z.union([z.strictObject({ counts: z.boolean() }), z.literal('service')]).default({ counts: true }),
  stop_when: z.string().trim().min(1).max(2_000).optional(),
  priority: z.int().min(0).max(100).default(50),
  holdout: z.int().min(0).max(50).default(0),
  variants: z
    .array(z.strictObject({ name: z.string().regex(/^[A-Za-z0-9_-]{1,16}$/), weight: z.int().min(0).max(100) }))
    .min(1)
    .max(5)
    // Weight 0: the variant is stopped, and its text is kept.
    .refine((variants) => variants.some(({ weight }) => weight > 0))
    .refine((variants) => unique(variants.map((variant) => variant.name)))
    .default([{ name: 'A', weight: 1 }]),
  /** What the message is for: the outcome by which its arms are compared. Left out: what its kind is for. */
  measure: z.strictObject({ goal: z.enum(outcomes), within_days: z.int().min(1).max(30).optional() }).optional(),
  attach: z
    .array(z.enum(['join_qr']))
    .refine(unique)
    .default([]),
  /** A click on a link in the mass text is signed in silently inside WeChat. */
  identify: z.boolean().default(false),
  /** Only the first few go, then shares of the messages, then all: opened by a person, or by good figures. */
  watched: z
    .strictObject({
      first: z.int().min(1).max(1_000).default(7),
      /** Percent. */
      then: z
        .array(z.int().min(1).max(99))
        .max(5)
        .refine((shares) => shares.every((share, index) => index === 0 || share > shares[index - 1]!))
        .default([1, 10]),
      /** Figures above these are bad: the launch stays where it is, and the operators are told. */
      opt_outs: z.int().min(0).max(100).default(2),
      failures: z.int().min(0).max(100).default(20),
      /** Left out: only a person opens the next stage. */
      opens_after_hours: z.int().min(1).max(168).optional(),
    })
    .optional(),
  /** `required`: a text saved in the console is sent only after a second person has approved it. */
  review: z.enum(['none', 'required']).default('none'),
  enabled: z.boolean().default(true),
});

export type FrontMatter = z.output<typeof frontMatter>;

/** Hint for each field, shown with a mistake in it. */
export const fieldHints: Readonly<Record<string, LocalizedText>> = {
  key: { zh: '小写字母、数字和短横线，例如 one-week', en: 'small letters, digits and dashes, for example one-week' },
  name: { zh: '1 到 40 个字，例如「相识一周」', en: '1 to 40 characters' },
  kind: {
    zh: 'welcome、milestone、reactivation、level、move、care 之一',
    en: 'one of welcome, milestone, reactivation, level, move, care',
  },
  trigger: {
    zh: '例如 trigger: {on: days_since, metric: days_since_joined, at: 7}',
    en: 'for example trigger: {on: days_since, metric: days_since_joined, at: 7}',
  },
  audience: {
    zh: '一条规则，例如 is_contact && !opted_out；不写就是所有人',
    en: 'a rule, for example is_contact && !opted_out; left out, everyone',
  },
  channels: {
    zh: '按先后写，例如 [chat_dm, kf, mass_send, sms]，不重复，sms 放在最后',
    en: 'in order, for example [chat_dm, kf, mass_send, sms], each once, sms last',
  },
  sms: {
    zh: "例如 sms: {template: '1234567', params: ['{{ nickname }}']}：短信服务商审核过的模板编号（加引号），和按顺序填入的值",
    en: "for example sms: {template: '1234567', params: ['{{ nickname }}']}: the provider's approved template, quoted, and what is filled into it",
  },
  timing: {
    zh: "now（马上）、slot（高峰前半小时）或 {at: '10:30'}",
    en: "now, slot (half an hour before the peaks) or {at: '10:30'}",
  },
  except_days: {
    zh: '例如 except_days: [weekends, holidays, spring_festival]：这些日子不发，不重复',
    en: 'for example except_days: [weekends, holidays, spring_festival]: nothing goes on these days, each once',
  },
  window_hours: {
    zh: '1 到 720 的整数：过了这么多小时就不再发',
    en: 'a whole number from 1 to 720: after so many hours it is not sent',
  },
  once: { zh: 'ever（一辈子一次）或 per_occasion（每次触发一次）', en: 'ever or per_occasion' },
  caps: {
    zh: '{counts: true}（计入上限，不写就是它）、{counts: false}（不计）或 service（服务消息：不受每月条数和间隔天数限制）',
    en: '{counts: true} (the default), {counts: false} or service (outside the monthly cap and the gap)',
  },
  stop_when: {
    zh: '一条规则，发送前再问一次，成立就不发，例如 days_since_last_seen < 30',
    en: 'a rule asked once more before it goes: if it holds, nothing is sent',
  },
  priority: { zh: '0 到 100 的整数，大的先发', en: 'a whole number from 0 to 100, the higher goes first' },
  holdout: {
    zh: '0 到 50 的整数：留出百分之多少不发，用来对比效果',
    en: 'a whole number from 0 to 50: percent held back for comparison',
  },
  variants: {
    zh: '例如 variants: [{name: A, weight: 1}, {name: B, weight: 1}]，名字不重复；weight 写 0 就是停用',
    en: 'for example variants: [{name: A, weight: 1}, {name: B, weight: 1}], names differ; weight 0 stops one',
  },
  measure: {
    zh: '例如 measure: {goal: order, within_days: 7}：看 1 到 30 天内有没有 return、order、click、reply、opt_out 之一',
    en: 'for example measure: {goal: order, within_days: 7}: one of return, order, click, reply, opt_out within 1 to 30 days',
  },
  attach: { zh: '目前只有 join_qr（进群二维码）', en: 'there is only join_qr' },
  identify: {
    zh: 'true 或 false：群发文字里的链接在微信里打开时，静默识别是谁点的',
    en: 'true or false: a link in the mass text, opened inside WeChat, silently finds out who clicked',
  },
  review: {
    zh: 'none（不写就是它）或 required：保存后要别人看过才会用上',
    en: 'none (the default) or required: what is saved is used after a second person has approved it',
  },
  watched: {
    zh: '例如 watched: {first: 7, then: [1, 10]}：先发 7 人，看过放行 1%、10%，再放行全部；then 要从小到大',
    en: 'for example watched: {first: 7, then: [1, 10]}: 7 go first, then 1 %, 10 % and all as they are opened; `then` rises',
  },
  enabled: { zh: 'true 或 false', en: 'true or false' },
};
