import { z } from 'zod';
import type { Action } from '../domain/action.js';
import type { ActionKey } from '../domain/action-keys.js';
import type { Because } from '../domain/because.js';
import type { Day } from '../domain/day.js';
import type { Arm } from '../domain/experiments/draw.js';
import type { GroupId, MemberId, MoveId } from '../domain/ids.js';
import type { Priority } from '../domain/priorities.js';
import type { CapClass } from '../domain/sending/send-policy.js';
import type { Ground } from '../domain/triggers/index.js';
import { readGround } from '../domain/triggers/read-triggers.js';
import { readStored, type StoredReading } from '../platform/database/stored-json.js';

export type DeliveryState = 'planned' | 'sending' | 'waiting' | 'sent' | 'failed' | 'suppressed' | 'cancelled' | 'dead';

/** A row to insert. The action is final, its text rendered. `key` is unique: enqueueing the same key twice inserts once. */
export interface NewOutboxRow {
  readonly key: ActionKey;
  readonly action: Action;
  readonly member?: MemberId | undefined;
  readonly group?: GroupId | undefined;
  readonly move?: MoveId | undefined;
  readonly campaign?: string | undefined;
  /** The lifecycle stage that the member is in when the message is planned. */
  readonly stage?: string | null | undefined;
  readonly templateVersion?: number | undefined;
  readonly variant?: string | undefined;
  /** What the member was drawn for when the message was due. Left out: the message is part of no comparison. */
  readonly arm?: Arm | undefined;
  /** Whether the global holdout does not get such messages. */
  readonly isMeasuredGlobally?: boolean | undefined;
  /** Lower goes first. */
  readonly priority?: Priority | undefined;
  readonly notBefore: number;
  readonly expiresAt?: number | undefined;
  /** Not an answer to the member: the pause, an opt-out and quiet hours stop it. */
  readonly proactive?: boolean | undefined;
  /** How it counts against the member's caps. Absent: it neither counts nor waits for them. */
  readonly caps?: CapClass | undefined;
  /** CEL expression over the member. When it is true at the time of sending, the message is not sent. */
  readonly stopWhen?: string | undefined;
  readonly because?: Because | undefined;
  /** Identifies the occasion of the message independently of the template's `once`, so that editing `once` does not change it. */
  readonly occasion?: string | undefined;
  /** Why it is planned. Checked again before it is sent. */
  readonly ground?: Ground | undefined;
  /** Code. Set when the row only records that a message was not sent, and why. */
  readonly suppressed?: string | undefined;
}

/** The text of a message as it is sent now, where that differs from the planned one. */
export interface NewWording {
  readonly action: Action;
  readonly version: number;
  readonly variant: string | null;
  readonly wordsDay: Day | null;
}

export interface OutboxRow {
  readonly id: number;
  readonly key: ActionKey;
  readonly kind: Action['kind'];
  readonly member: MemberId | null;
  readonly group: GroupId | null;
  readonly move: MoveId | null;
  readonly campaign: string | null;
  /** The version of the template that the text is from. */
  readonly version: number | null;
  readonly variant: string | null;
  /** The version it keeps although the template changes. Null: it is sent in the newest version, or not at all. */
  readonly pinnedVersion: number | null;
  /** Null for rows planned before grounds were stored. */
  readonly ground: Ground | null;
  /** The only day on which the text is true; null: any day. */
  readonly wordsDay: Day | null;
  readonly action: Action;
  readonly state: DeliveryState;
  readonly notBefore: number;
  readonly expiresAt: number | null;
  readonly proactive: boolean;
  readonly stopWhen: string | null;
  readonly attempts: number;
  readonly attemptedAt: number | null;
  readonly batch: number | null;
  readonly createdAt: number;
  readonly priority: Priority;
  readonly caps: CapClass | null;
  /** A person sends it although the caps do not allow it. It counts against them all the same. */
  readonly isPastCaps: boolean;
  /** The version in which a watched launch has let it through. */
  readonly watchedVersion: number | null;
}

/** As the database stores it. */
export interface StoredRow {
  id: number;
  key: string;
  kind: string;
  member_id: number | null;
  group_id: number | null;
  move_id: number | null;
  campaign: string | null;
  template_version: number | null;
  variant: string | null;
  keeps_version: number | null;
  ground: string | null;
  words_day: number | null;
  action: string;
  state: string;
  not_before: number;
  expires_at: number | null;
  proactive: number;
  stop_when: string | null;
  attempts: number;
  attempted_at: number | null;
  batch_id: number | null;
  created_at: number;
  priority: number;
  caps: string | null;
  past_caps: number;
  watched_version: number | null;
}

export const outboxColumns =
  'id, key, kind, member_id, group_id, move_id, campaign, template_version, variant, keeps_version, ground, words_day, action, state, not_before, expires_at, proactive, stop_when, attempts, attempted_at, batch_id, created_at, priority, caps, past_caps, watched_version';
const outboxRow = (row: StoredRow, action: Action): OutboxRow => ({
  id: row.id,
  key: row.key as ActionKey,
  kind: row.kind as Action['kind'],
  member: row.member_id as MemberId | null,
  group: row.group_id as GroupId | null,
  move: row.move_id as MoveId | null,
  campaign: row.campaign,
  version: row.template_version,
  variant: row.variant,
  pinnedVersion: row.keeps_version,
  ground: readGround(row.ground),
  wordsDay: row.words_day,
  action,
  state: row.state as DeliveryState,
  notBefore: row.not_before,
  expiresAt: row.expires_at,
  proactive: row.proactive === 1,
  stopWhen: row.stop_when,
  attempts: row.attempts,
  attemptedAt: row.attempted_at,
  batch: row.batch_id,
  createdAt: row.created_at,
  priority: row.priority as Priority,
  caps: row.caps as CapClass | null,
  isPastCaps: row.past_caps === 1,
  watchedVersion: row.watched_version,
});

/** Only the kind is checked. Whoever performs the action meets any other fault, and that fails this row alone. */
export const anyAction = z.looseObject({ kind: z.string() }) as unknown as z.ZodType<Action>;

/** How a row ended: `reason` is a code, `ref` the other side's id. */
export interface Outcome {
  readonly state: DeliveryState;
  readonly reason?: string | undefined;
  readonly ref?: string | undefined;
}

export type RowRef = Pick<OutboxRow, 'id' | 'campaign'>;

/** A row that was performed, or for which nothing was left to do. */
export interface SentRow {
  readonly row: RowRef;
  readonly reason?: string;
  readonly ref?: string | undefined;
  readonly at: number;
  /** When it counts against caps, if not from its attempt on: a mass-send counts when staff tap, however long it waited. */
  readonly capAt?: number;
}

/** A row whose action has another kind than its `kind` column was not written by this product, so it is unreadable, too. */
export function parseRow(row: StoredRow): StoredReading<OutboxRow> {
  const read = readStored(row.action, anyAction);
  if (!read.ok) return read;
  if (read.value.kind !== row.kind) return { ok: false, problem: 'kind: differs from that of the row' };
  return { ok: true, value: outboxRow(row, read.value) };
}
