import { z } from 'zod';

/** What WeCom says about the receivers of a task. Ids are external_userids, or chat ids of groups. */
export const progressSchema = z.object({
  /** `at`: epoch ms of the tap. */
  sent: z.array(z.object({ id: z.string(), at: z.number().optional() })),
  /** `status` is WeCom's: 2 no longer a contact, 3 had enough mass messages already (contract §7.4). */
  failed: z.array(z.object({ id: z.string(), status: z.number() })),
  unsent: z.array(z.string()).default([]),
  /** The sender has certainly not tapped. */
  untapped: z.boolean().default(false),
  /** The sender has tapped. Receivers may be listed some time later. */
  finished: z.boolean(),
});

export type MassSendProgress = z.output<typeof progressSchema>;
