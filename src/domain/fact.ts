import { z } from 'zod';

/** The ids under which the outside world knows one member. At least one, except on facts about a whole group or corp. */
export interface MemberIds {
  readonly externalUserId?: string;
  readonly unionid?: string;
  readonly chatContactId?: string;
  readonly phone?: string;
}

/** Before this nothing happened to a member (epoch ms): a time that was never set (1970), or seconds sent as milliseconds. */
export const EARLIEST_FACT_MS = Date.UTC(1990, 0, 1);

const text = (max: number) => z.string().trim().min(1).max(max);
const words = (max: number) => z.string().max(max);
const cents = z.number().int().min(0).max(1_000_000_000_000);

/**
 * What each kind of fact carries. One entry here is all a new kind needs to exist; the compiler points at the rest
 * (`effects-of.ts` says what it does to a member).
 */
export const factData = {
  contact_added: z.object({
    staff: text(64).optional(),
    state: z.string().max(64).optional(),
    welcomeCode: z.string().max(256).optional(),
    mutual: z.boolean().default(true),
  }),
  contact_lost: z.object({ staff: text(64).optional(), by: z.enum(['staff', 'member']).default('member') }),
  /** Staff edited remark or tags by hand; the contact must be read again. */
  contact_changed: z.object({ staff: text(64).optional() }),
  /** The customer would not be handed over to this member of staff, or could not be. */
  transfer_failed: z.object({ staff: text(64).optional(), reason: z.string().max(64).default('') }),
  /**
   * A read of the contact came back: the corp's view of it at `readAt` (epoch ms). `of`: only the relations to these
   * staff were looked at, so the read says nothing about the others.
   */
  contact_read: z.object({
    name: z.string().max(128),
    gender: z.number().int().min(0).max(2).default(0),
    readAt: z.number().int(),
    of: z.array(text(64)).optional(),
    follows: z.array(
      z.object({
        staff: text(64),
        remark: words(512).optional(),
        /** Absent where WeCom told none that can be one. */
        createdAt: z.number().int().optional(),
        state: words(256).optional(),
        addWay: z.number().int().optional(),
        tagIds: z.array(words(128)),
      }),
    ),
  }),
  joined_group: z.object({
    chatId: text(128),
    scene: z.number().int().optional(),
    state: z.string().max(64).optional(),
    name: z.string().max(128).optional(),
  }),
  left_group: z.object({ chatId: text(128), removed: z.boolean().default(false) }),
  /** About a group, not a member: something changed and the group must be read (or is gone). */
  group_changed: z.object({
    chatId: text(128),
    detail: text(64),
    version: words(256).optional(),
    lastVersion: words(256).optional(),
    /** Everybody who came or went was listed, and told as a fact of their own. */
    complete: z.boolean().default(false),
  }),
  group_read: z.object({
    chatId: text(128),
    name: z.string().max(256),
    owner: z.string().max(64),
    version: words(256).optional(),
    readAt: z.number().int(),
    dismissed: z.boolean().default(false),
    /** Not everybody in it could be read: who is not listed may be there all the same. */
    partial: z.boolean().optional(),
    /** 0 normal, 1 the owner has left the corp, 2 being handed on, 3 handed on (contract §5.1). */
    ownerState: z.number().int().min(0).max(3).optional(),
    people: z.array(
      z.object({
        externalUserId: words(128).optional(),
        chatContactId: words(128).optional(),
        staff: words(64).optional(),
        unionid: words(128).optional(),
        name: words(512).optional(),
        joinedAt: z.number().int().optional(),
        scene: z.number().int().optional(),
        state: words(256).optional(),
      }),
    ),
  }),
  tag_library_changed: z.object({ id: words(128).optional(), change: text(32) }),
  /** The whole tag library as it was at `readAt`. */
  tag_library_read: z.object({
    readAt: z.number().int(),
    /** Not all of it could be read: what is not listed may be there all the same. */
    partial: z.boolean().optional(),
    groups: z.array(
      z.object({
        id: words(128),
        name: words(256),
        tags: z.array(z.object({ id: words(128), name: words(256), order: z.number().default(0) })),
      }),
    ),
  }),
  /** A member of staff joined or left the corp, or has another userid (`to`) now. */
  staff_changed: z.object({ staff: text(64), change: z.enum(['joined', 'left', 'renamed']), to: text(64).optional() }),
  /** WeCom warns of something about the app that only an admin can put right; `over` says that it has been. */
  app_alarm: z.object({ alarm: text(64), over: z.boolean().default(false) }),
  /** `chatId` is absent in a direct message. Only the shape of the text is kept, never the text. */
  sent_message: z.object({
    chatId: text(128).optional(),
    length: z.number().int().min(0).max(1_000_000).default(0),
    mentions: z.array(text(128)).max(500).default([]),
    replyTo: z.string().max(128).optional(),
    looksLikeAd: z.boolean().default(false),
  }),
  /** Somebody mentioned, quoted or answered this member. */
  was_mentioned: z.object({ chatId: text(128).optional() }),
  order_paid: z.object({ orderId: text(128), amountCents: cents, category: z.string().max(64).optional() }),
  /** Refunds come in parts; `full` says that with this one all of it went back, and the order no longer counts. */
  order_refunded: z.object({
    orderId: text(128),
    amountCents: cents,
    full: z.boolean().default(false),
    /** By the shop's own clock, epoch ms, where that was ahead and the fact is of the time of its arrival. */
    clockAt: z.number().int().optional(),
  }),
  checked_in: z.object({}).loose(),
  invited: z.object({ invitee: text(128) }),
  visited: z.object({}).loose(),
  content_viewed: z.object({ contentId: text(128), category: z.string().max(64).optional() }),
  profile_updated: z
    .object({
      name: text(128).optional(),
      phone: text(32).optional(),
      birthday: z.iso.date().optional(),
      region: text(64).optional(),
      gender: z.number().int().min(0).max(2).optional(),
    })
    .loose(),
  opted_out: z.object({}).loose(),
  opted_in: z.object({}).loose(),
  tier_locked: z.object({ tier: text(32), by: text(64) }),
  tier_unlocked: z.object({ by: text(64) }),
  custom: z.object({ name: text(64), value: z.union([z.number(), z.string().max(512), z.boolean()]).optional() }),
  /** A channel reported something this version does not know. Kept, counted, ignored. */
  unrecognized: z.object({ event: z.string().max(128), body: z.string().max(8_000).optional() }),
} as const;

export type FactKind = keyof typeof factData;
export type FactData<K extends FactKind> = z.output<(typeof factData)[K]>;

/**
 * Something that happened, at a time (epoch ms), to a member. Append-only. `key` is unique for ever: the same fact
 * told twice is one fact.
 */
export type Fact = {
  readonly [K in FactKind]: {
    readonly key: string;
    readonly kind: K;
    readonly at: number;
    readonly member: MemberIds;
    readonly data: FactData<K>;
  };
}[FactKind];
export type FactOf<K extends FactKind> = Extract<Fact, { kind: K }>;

/** The kinds a client of the API may post; the rest come from channels only. Source: the service contract. */
export const clientFactKinds = [
  'contact_added',
  'contact_lost',
  'joined_group',
  'left_group',
  'sent_message',
  'order_paid',
  'order_refunded',
  'checked_in',
  'invited',
  'visited',
  'content_viewed',
  'profile_updated',
  'opted_out',
  'opted_in',
  'custom',
] as const satisfies readonly FactKind[];

const corpFactKinds: ReadonlySet<FactKind> = new Set<FactKind>([
  'group_changed',
  'group_read',
  'tag_library_changed',
  'tag_library_read',
  'staff_changed',
  'app_alarm',
  'unrecognized',
]);

/** Facts whose subject is a group or the corp: they resolve to no member. */
export const isCorpFact = (kind: FactKind): boolean => corpFactKinds.has(kind);

/** What a client may post as the data of a fact. */
export const postedFactData: Readonly<Record<FactKind, z.ZodType>> = {
  ...factData,
  order_refunded: factData.order_refunded.omit({ clockAt: true }),
};

export type StoredFact = Fact & { readonly id: number };
