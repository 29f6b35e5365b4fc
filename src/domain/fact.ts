import { z } from 'zod';

/** External ids of one member: at least one, except in facts about a whole group or the corp. */
export interface MemberIds {
  readonly externalUserId?: string;
  readonly unionid?: string;
  readonly chatContactId?: string;
  readonly phone?: string;
}

/** Earliest valid time of a fact, epoch ms. An earlier one was never set (1970), or is seconds sent as milliseconds. */
export const EARLIEST_FACT_MS = Date.UTC(1990, 0, 1);

const text = (max: number) => z.string().trim().min(1).max(max);
const words = (max: number) => z.string().max(max);
const cents = z.number().int().min(0).max(1_000_000_000_000);

/** Data of each kind of fact. To add a kind, add an entry; the compiler then points at the rest (its effect: `evolve.ts`). */
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
  /** Handing the customer over to this member of staff was refused or failed. */
  transfer_failed: z.object({ staff: text(64).optional(), reason: z.string().max(64).default('') }),
  /** The contact as WeCom had it at `readAt` (epoch ms). `of`: the read covers only the pairs with these staff. */
  contact_read: z.object({
    name: z.string().max(128),
    gender: z.number().int().min(0).max(2).default(0),
    readAt: z.number().int(),
    of: z.array(text(64)).optional(),
    follows: z.array(
      z.object({
        staff: text(64),
        remark: words(512).optional(),
        /** Absent when WeCom sent no valid time. */
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
  /** A group changed and must be read, or was dismissed. */
  group_changed: z.object({
    chatId: text(128),
    detail: text(64),
    version: words(256).optional(),
    lastVersion: words(256).optional(),
    /** Everyone who joined or left was listed and has a fact of their own. */
    complete: z.boolean().default(false),
  }),
  group_read: z.object({
    chatId: text(128),
    name: z.string().max(256),
    owner: z.string().max(64),
    version: words(256).optional(),
    /** When the group was made, epoch ms. */
    foundedAt: z.number().int().optional(),
    readAt: z.number().int(),
    dismissed: z.boolean().default(false),
    /** Not all people could be read; a person who is not listed may still be in the group. */
    partial: z.boolean().optional(),
    /** 0 normal, 1 owner left the corp, 2 being inherited, 3 inherited (contract §5.1). */
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
    /** Not all tags could be read; a tag that is not listed may still exist. */
    partial: z.boolean().optional(),
    groups: z.array(
      z.object({
        id: words(128),
        name: words(256),
        tags: z.array(z.object({ id: words(128), name: words(256), order: z.number().default(0) })),
      }),
    ),
  }),
  /** A member of staff joined or left the corp, or got another userid (`to`). */
  staff_changed: z.object({ staff: text(64), change: z.enum(['joined', 'left', 'renamed']), to: text(64).optional() }),
  /** WeCom's warning about the app that only an admin can resolve. `over`: it was resolved. */
  app_alarm: z.object({ alarm: text(64), over: z.boolean().default(false) }),
  /** `chatId` is absent in a direct message. The text itself is never stored. */
  sent_message: z.object({
    chatId: text(128).optional(),
    length: z.number().int().min(0).max(1_000_000).default(0),
    mentions: z.array(text(128)).max(500).default([]),
    replyTo: z.string().max(128).optional(),
    looksLikeAd: z.boolean().default(false),
  }),
  /** Another person mentioned, quoted or answered this member. */
  was_mentioned: z.object({ chatId: text(128).optional() }),
  order_paid: z.object({ orderId: text(128), amountCents: cents, category: z.string().max(64).optional() }),
  /** One of possibly several refunds of an order. `full`: the order is now fully refunded and no longer counts. */
  order_refunded: z.object({
    orderId: text(128),
    amountCents: cents,
    full: z.boolean().default(false),
    /** Time by the shop's clock, epoch ms, if that was ahead; then `at` is the time of arrival. */
    clockAt: z.number().int().optional(),
  }),
  checked_in: z.object({}).loose(),
  invited: z.object({ invitee: text(128) }),
  visited: z.object({}).loose(),
  content_viewed: z.object({ contentId: text(128), category: z.string().max(64).optional() }),
  /** The customer opened the chat with customer service. `scenePass`: a random token of ours; anybody may alter it. */
  entered_service: z.object({
    account: text(64),
    scene: words(64).optional(),
    scenePass: words(512).optional(),
    /** Allows one welcome within 20 s (kf contract §5). */
    welcomeCode: z.string().max(256).optional(),
  }),
  /** A message to customer service. `words`: its beginning for whoever answers, deleted as `words-kept.ts` says. */
  wrote_to_service: z.object({
    account: text(64),
    type: text(32),
    length: z.number().int().min(0).max(1_000_000).default(0),
    words: words(200).optional(),
  }),
  /** Who serves the customer now. `nobody`: the session has ended. */
  service_session_changed: z.object({
    account: text(64),
    to: z.enum(['bot', 'queue', 'person', 'nobody']),
    servicer: text(64).optional(),
  }),
  /** The customer no longer wants messages of customer service (kf contract §3.3, fail_type 10). */
  service_refused: z.object({ account: text(64) }),
  /** The customer recalled a message: its words are deleted, and it is not answered any more. `message`: key of its fact. */
  service_message_recalled: z.object({ account: text(64), message: text(256) }),
  /** WeCom took a message of ours and did not deliver it (kf contract §3.3). `ref`: our msgid; `reason`: a code. */
  service_send_failed: z.object({ account: text(64), ref: text(64), reason: text(64) }),
  /** A link of ours was opened. */
  link_clicked: z.object({ code: text(64) }),
  /**
   * A question or complaint: on the member's page, or by 人工 elsewhere. It becomes a task. The text is emptied as
   * `words-kept.ts` says.
   */
  asked: z.object({ text: words(2_000) }),
  /** How often the member wants to be written to, and when not. Minutes are of the corp's wall clock. */
  preference_changed: z.object({
    pace: z.enum(['all', 'less']).optional(),
    quiet: z
      .object({ fromMinute: z.number().int().min(0).max(1439), toMinute: z.number().int().min(0).max(1439) })
      .nullable()
      .optional(),
  }),
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
  /** A member who is held because they swing between tiers may go on. */
  tier_hold_released: z.object({ by: text(64) }),
  custom: z.object({ name: text(64), value: z.union([z.number(), z.string().max(512), z.boolean()]).optional() }),
  /** An event that this version does not know. It is stored and counted, with no effect. */
  unrecognized: z.object({ event: z.string().max(128), body: z.string().max(8_000).optional() }),
} as const;

export type FactKind = keyof typeof factData;
export type FactData<K extends FactKind> = z.output<(typeof factData)[K]>;

/** Something that happened to a member at a time (epoch ms). Facts are append-only; a fact with a known `key` is a repeat. */
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

/** Kinds that an API client may post; the others come from channels only. Source: the service contract. */
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
  'link_clicked',
  'asked',
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

/** Whether facts of this kind are about a group or the corp, not about a member. */
export const isCorpFact = (kind: FactKind): boolean => corpFactKinds.has(kind);

/** Data schemas for facts posted by an API client. */
export const postedFactData: Readonly<Record<FactKind, z.ZodType>> = {
  ...factData,
  order_refunded: factData.order_refunded.omit({ clockAt: true }),
};

export type StoredFact = Fact & { readonly id: number };
