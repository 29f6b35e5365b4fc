import { z } from 'zod';
import { inBoth } from '../../platform/config/refusal.js';

const cannotBeRead = inBoth('has characters in it that cannot be read', '含有读不出的字符，重新输入一遍');
/** No control characters, no unpaired surrogates. */
export const readable = (of: z.ZodString) => of.regex(/^[^\p{Cc}\p{Cs}]*$/u, cannotBeRead);

/** One line that both databases can store. */
export const text = (most: number) =>
  readable(z.string().min(1).max(most).regex(/\S/, inBoth('must not be blank', '不能只有空白')));

export const userid = z
  .string(inBoth('must be a userid of WeCom; one of digits needs quotes', '要写企业微信的 userid；全是数字的要加引号'))
  .regex(
    /^[A-Za-z0-9_.@-]{1,64}$/,
    inBoth(
      'must be a userid of WeCom, as its admin site shows it under 帐号',
      '要写企业微信的 userid，就是管理后台里的「帐号」',
    ),
  );

export const whole = (least: number, most: number) => z.int().min(least).max(most);
/** Ten years stand for "never". */
export const days = whole(0, 3_650);
export const someDays = whole(1, 3_650);

/** The key of something that rules name. */
export const ruleKey = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,31}$/,
    inBoth(
      'write small letters, digits, - and _, at most 32, the first a letter',
      '用小写字母、数字、- 和 _，以字母开头，最多 32 个',
    ),
  );

/** `90%`: of every figure that another rule asks for at least so much. */
export const lowWaterMark = z
  .string()
  .regex(/^\s*\d{1,2}\s*%\s*$/, inBoth('write a share of the figures like 90%', '写成比例，例如 90%'))
  .transform((share) => Number.parseInt(share, 10))
  .refine((percent) => percent >= 1, inBoth('must be at least 1%', '不能小于 1%'));

/** A condition in CEL. */
export const rule = z.string().trim().min(1).max(2_000);

/** `21:30` as minutes of the day. */
export const wallClock = z
  .string()
  .regex(/^([01]?\d|2[0-3]):[0-5]\d$/, inBoth("write a time of day like '21:30'", "写成一天里的时刻，例如 '21:30'"))
  .transform((text) => Number(text.split(':')[0]) * 60 + Number(text.split(':')[1]));
