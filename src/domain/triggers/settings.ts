import { z } from 'zod';

/** Settings that several triggers take. */
export const days = z.int().min(1).max(36_500);
export const tierKey = z.string().min(1).max(32);
