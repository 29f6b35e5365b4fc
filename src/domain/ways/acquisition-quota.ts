import { z } from 'zod';

/** The setting that holds what is left of the bought uses of acquisition links; its time of change is the last read. */
export const ACQUISITION_QUOTA = 'acquisition_quota';

const uses = z.number().int().min(0);

/** Null where WeCom does not say it. A row of an earlier version has no `expires`. */
export const acquisitionQuotaSchema = z.object({
  total: uses.nullable(),
  balance: uses.nullable(),
  /** The uses that expire first. `at`: midnight before, epoch ms. */
  expires: z.object({ at: z.number(), count: uses }).nullable().default(null),
});
