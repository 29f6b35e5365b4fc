import { z } from 'zod';

/** Settings that several triggers take. */
export const days = z.int().min(1).max(36_500);
export const tierKey = z.string().min(1).max(32);
/** Name of a metric that is a number. The template's check compiles a condition over it, which refuses any other name. */
export const figure = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);
/** A value that a figure passes. Money is in cents. */
export const mark = z.int().min(1).max(1_000_000_000_000);
/** A condition in CEL. */
export const condition = z.string().trim().min(1).max(2_000);
/** Days before a date. */
export const ahead = z.int().min(0).max(60).default(0);
