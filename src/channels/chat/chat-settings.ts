import { z } from 'zod';

const ms = z.number().int().min(0);
const range = (from: number, to: number) =>
  z
    .tuple([ms, ms])
    .refine(([low, high]) => low <= high, 'the first figure must not exceed the second')
    .default([from, to]);

/**
 * No provider or platform publishes limits, so these are our own cautious figures. Publicly reported: 20 s between room
 * calls is tolerated, and less leads to a lock of 30 min; WeCom disables adding after more than 40 adds in an hour; accounts
 * under 30 days old reach the limits much earlier.
 */
export const chatPacing = z.object({
  /** Random pause between adding or removing people, [from, to]. */
  membershipGapMs: range(20_000, 45_000),
  /** Random pause before a message to another room or person than the last one. */
  messageGapMs: range(3_000, 8_000),
  /** Random pause between two messages to the same room or person: nobody types faster. */
  sameRoomGapMs: range(1_500, 4_000),
  /** Limits per room or person and for the whole account, as a person with a phone would write. */
  messagesPerRoomAndHour: z.number().int().min(0).default(30),
  messagesPerHour: z.number().int().min(0).default(120),
  addsPerHour: z.number().int().min(0).default(10),
  addsPerDay: z.number().int().min(0).default(40),
  /** Cooldown of all writes after the platform throttled us, and after it throttled again within a day. */
  cooldownMs: ms.default(3_600_000),
  longCooldownMs: ms.default(86_400_000),
  /** After this time the outcome of a write is unknown. */
  writeTimeoutMs: ms.default(60_000),
});

export const chatSettings = z.object({
  /** npm name of a Wechaty puppet, for example `wechaty-puppet-service`. Not needed when a puppet object is given. */
  puppet: z.string().min(1).optional(),
  /** Options of that puppet: token, endpoint, timeoutSeconds … */
  puppetOptions: z.record(z.string(), z.unknown()).default({}),
  /** Colleagues whom the chat platform does not mark as such. */
  staffContactIds: z.array(z.string()).default([]),
  /**
   * Real accounts replay old messages after a restart. Messages that are older than the start by more than this are dropped.
   * Null keeps everything, which is right only where replays are exact repeats.
   */
  forgetOlderThanMs: ms.nullable().default(300_000),
  /** People without an external_userid to look up again per read of the rooms, because they may have got one. */
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
