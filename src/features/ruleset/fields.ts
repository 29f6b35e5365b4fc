import { z } from 'zod';

/** One line that both databases can store: no control characters, no unpaired surrogates. */
export const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/\S/, 'must not be blank')
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters in it that cannot be read');

export const userid = z
  .string('must be a userid of WeCom; one of digits needs quotes')
  .regex(/^[A-Za-z0-9_.@-]{1,64}$/, 'must be a userid of WeCom, as its admin site shows it under 帐号');

export const whole = (least: number, most: number) => z.int().min(least).max(most);
/** Ten years stand for "never". */
export const days = whole(0, 3_650);
export const someDays = whole(1, 3_650);

/** `90%`: of every figure that another rule asks for at least so much. */
export const lowWaterMark = z
  .string()
  .regex(/^\s*\d{1,2}\s*%\s*$/, 'write a share of the figures like 90%')
  .transform((share) => Number.parseInt(share, 10))
  .refine((percent) => percent >= 1, 'must be at least 1%');

/** A condition in CEL. */
export const rule = z.string().trim().min(1).max(2_000);
