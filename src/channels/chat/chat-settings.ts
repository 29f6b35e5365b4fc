import { z } from 'zod';

const ms = z.number().int().min(0);
const range = (from: number, to: number) =>
  z
    .tuple([ms, ms])
    .refine(([low, high]) => low <= high, 'the first figure must not exceed the second')
    .default([from, to]);

/**
 * Figures without a source are ours, and careful: no provider or platform publishes any. Publicly reported: 20 s between
 * room calls is tolerated and less ends in a 30 min lock; WeCom takes the feature away at more than 40 active adds in an
 * hour; accounts under 30 days old are hit much earlier.
 */
export const chatPacing = z.object({
  /** Random pause between adding or removing people, [from, to]. */
  membershipGapMs: range(20_000, 45_000),
  /** Random pause before a message goes to another room or person than the last one. */
  messageGapMs: range(3_000, 8_000),
  /** Random pause between two messages to the same room or person: nobody types faster. */
  sameRoomGapMs: range(1_500, 4_000),
  /** Answers and mentions, to one room or person and through the account; what a person with a phone may do. */
  messagesPerRoomAndHour: z.number().int().min(0).default(30),
  messagesPerHour: z.number().int().min(0).default(120),
  addsPerHour: z.number().int().min(0).default(10),
  addsPerDay: z.number().int().min(0).default(40),
  /** How long all writes rest after the platform complained, and when it complains again within a day of that. */
  restMs: ms.default(3_600_000),
  longRestMs: ms.default(86_400_000),
  /** A write that has not come back by then has an unknown outcome. */
  writeTimeoutMs: ms.default(60_000),
});

export const chatSettings = z.object({
  /** npm name of a Wechaty puppet, e.g. `wechaty-puppet-service`. Not needed when a puppet is handed over ready made. */
  puppet: z.string().min(1).optional(),
  /** Handed to that puppet as it is: token, endpoint, timeoutSeconds … */
  puppetOptions: z.record(z.string(), z.unknown()).default({}),
  /** Colleagues whom the chat side does not flag as such. */
  staffContactIds: z.array(z.string()).default([]),
  /**
   * Real accounts replay old talk after a restart; what is older than the start by more than this is dropped. Null keeps
   * everything: right only where replays are exact repeats.
   */
  forgetOlderThanMs: ms.nullable().default(300_000),
  /** People without an external_userid looked up again per reading of the rooms, because it may have appeared since. */
  lookUpsPerReading: z.number().int().min(0).default(50),
  pacing: chatPacing.prefault({}),
});

export type ChatPacing = z.output<typeof chatPacing>;
export type ChatSettings = z.output<typeof chatSettings>;
export type ChatSettingsInput = z.input<typeof chatSettings>;

/** For a chat account that cannot be banned. */
export const noPacing: z.input<typeof chatPacing> = {
  membershipGapMs: [0, 0],
  messageGapMs: [0, 0],
  sameRoomGapMs: [0, 0],
  messagesPerRoomAndHour: 1_000_000,
  messagesPerHour: 1_000_000,
  addsPerHour: 1_000_000,
  addsPerDay: 1_000_000,
};
