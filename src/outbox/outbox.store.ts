import { z } from 'zod';
import { setAsideStore } from '../set-aside/set-aside.store.js';
import type { Action, ActionOf } from '../domain/action.js';
import type { ActionKey } from '../domain/action-keys.js';
import type { Because } from '../domain/because.js';
import type { Day } from '../domain/day.js';
import type { GroupId, MemberId, MoveId } from '../domain/ids.js';
import { priorities, type Priority } from '../domain/priorities.js';
import { displacedReasons } from '../domain/sending/decide-caps.js';
import { mayHaveArrived } from '../domain/sending/may-have-arrived.js';
import { ON_TIME_MS, type CapClass } from '../domain/sending/send-policy.js';
import type { Ground } from '../domain/triggers/index.js';
import { readGround } from '../domain/triggers/read-triggers.js';
import { inNumbers, inTexts } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { readStored, storedOr, type StoredReading } from '../platform/database/stored-json.js';
import { reasonIn } from './reason-in.js';

export type DeliveryState = 'planned' | 'sending' | 'waiting' | 'sent' | 'failed' | 'suppressed' | 'cancelled' | 'dead';

/** A row to insert. The action is final, its text rendered. `key` is unique: enqueueing the same key twice inserts once. */
export interface NewOutboxRow {
  readonly key: ActionKey;
  readonly action: Action;
  readonly member?: MemberId | undefined;
  readonly group?: GroupId | undefined;
  readonly move?: MoveId | undefined;
  readonly campaign?: string | undefined;
  readonly templateVersion?: number | undefined;
  readonly variant?: string | undefined;
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
  readonly variant: string;
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
}

interface Row {
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
}

const columns =
  'id, key, kind, member_id, group_id, move_id, campaign, template_version, variant, keeps_version, ground, words_day, action, state, not_before, expires_at, proactive, stop_when, attempts, attempted_at, batch_id, created_at, priority, caps';
const outboxRow = (row: Row, action: Action): OutboxRow => ({
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
});

/** Only the kind is checked. Whoever performs the action meets any other fault, and that fails this row alone. */
const anyAction = z.looseObject({ kind: z.string() }) as unknown as z.ZodType<Action>;

/** Reason of a row that was set aside. */
const UNREADABLE = 'unreadable';

/** How a row ended: `reason` is a code, `ref` the other side's id. */
export interface Outcome {
  readonly state: DeliveryState;
  readonly reason?: string | undefined;
  readonly ref?: string | undefined;
}

/** For whom rows are leased, and how long. */
export interface Lease {
  readonly worker: string;
  readonly leaseMs: number;
}

export type RowRef = Pick<OutboxRow, 'id' | 'campaign'>;

/** A row that was performed, or for which nothing was left to do. */
export interface SentRow {
  readonly row: RowRef;
  readonly reason?: string;
  readonly ref?: string | undefined;
  readonly at: number;
}

/** A row whose action has another kind than its `kind` column was not written by this product, so it is unreadable, too. */
function parseRow(row: Row): StoredReading<OutboxRow> {
  const read = readStored(row.action, anyAction);
  if (!read.ok) return read;
  if (read.value.kind !== row.kind) return { ok: false, problem: 'kind: differs from that of the row' };
  return { ok: true, value: outboxRow(row, read.value) };
}

/** Skips rows that another worker is leasing. SQLite has one writer, so there is no other worker. */
export const skipLocked = ({ dialect }: Pick<Sql, 'dialect'>): string =>
  dialect === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '';

/** Kinds are constants of ours, so they need no quoting. */
const kindNotIn = (kinds: readonly Action['kind'][]): string =>
  kinds.length === 0 ? '' : `AND kind NOT IN (${kinds.map((kind) => `'${kind}'`).join(', ')})`;

type ChatKind = 'chat_dm' | 'group_say' | 'room_add' | 'room_remove';
const chatAction = z.union([
  z.looseObject({
    kind: z.literal('chat_dm'),
    chatContactId: z.string(),
    message: z.looseObject({ attachments: z.array(z.looseObject({ kind: z.string() })) }),
  }),
  z.looseObject({ kind: z.enum(['group_say', 'room_add', 'room_remove']), chatId: z.string() }),
]) as unknown as z.ZodType<ActionOf<ChatKind>>;

/** Welcomes have a lane of their own, because a welcome code lives for 20 s (contract §7.1). */
export type Lane = 'all' | 'urgent' | 'rest';
const inLane = (lane: Lane): string =>
  ({ all: '', urgent: `AND priority = ${priorities.welcome}`, rest: `AND priority > ${priorities.welcome}` })[lane];

const cardText = z.looseObject({ text: z.string() });

/** Which due rows to read: at most `limit`, in one lane or only mass-sends, without the kinds in `without`. */
export interface DueQuery {
  readonly which: 'mass_send' | Lane;
  readonly isPaused: boolean;
  readonly limit: number;
  readonly without?: readonly Action['kind'][];
}

/** Planned actions and what became of them. The unique key makes enqueueing idempotent. `now` is epoch ms. */
export class OutboxStore {
  async countPlannedProactive(sql: Sql): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM outbox WHERE state = 'planned' AND proactive = 1`,
    );
    return Number(row?.n ?? 0);
  }

  /** Returns the keys that were new. */
  async enqueue(tx: Sql, planned: readonly NewOutboxRow[], now: number): Promise<Set<string>> {
    const rows = [...new Map(planned.map((row) => [row.key, row])).values()];
    const inserted = await tx.insertReturning<{ id: number; key: string; state: string }>(
      'outbox',
      rows.map((row) => ({
        key: row.key,
        kind: row.action.kind,
        member_id: row.member ?? null,
        group_id: row.group ?? null,
        move_id: row.move ?? null,
        campaign: row.campaign ?? null,
        template_version: row.templateVersion ?? null,
        variant: row.variant ?? null,
        occasion: row.occasion ?? null,
        ground: row.ground ? storableJson(row.ground) : null,
        action: storableJson(row.action),
        state: row.suppressed ? 'suppressed' : 'planned',
        reason: row.suppressed ?? null,
        priority: row.priority ?? priorities.ordinary,
        not_before: row.notBefore,
        expires_at: row.expiresAt ?? null,
        proactive: row.proactive ? 1 : 0,
        caps: row.caps ?? null,
        stop_when: row.stopWhen ?? null,
        created_at: now,
        settled_at: row.suppressed ? now : null,
        because: row.because ? storableJson(row.because) : null,
      })),
      '(key) DO NOTHING',
      'id, key, state',
    );
    const campaigns = new Map<string, string | undefined>(rows.map((row) => [row.key, row.campaign]));
    const messages = inserted.filter((row) => campaigns.get(row.key) !== undefined);
    await this.logEvents(
      tx,
      messages.map((row) => ({ id: row.id, state: row.state as DeliveryState, note: '' })),
      now,
    );
    return new Set(inserted.map((row) => row.key));
  }

  /** Moves the rows of group `from` to group `to`, when both are the same group. */
  async mergeGroup(tx: Sql, from: GroupId, to: GroupId): Promise<void> {
    await tx.run('UPDATE outbox SET group_id = $1 WHERE group_id = $2', [to, from]);
  }

  /** Appends to the history of messages that people read. */
  async logEvents(
    tx: Sql,
    events: readonly { readonly id: number; readonly state: DeliveryState; readonly note: string }[],
    now: number,
  ): Promise<void> {
    await tx.insert(
      'outbox_event',
      events.map((event) => ({ outbox_id: event.id, at: now, state: event.state, note: event.note })),
    );
  }

  async byIds(tx: Sql, ids: readonly number[], now: number): Promise<OutboxRow[]> {
    if (ids.length === 0) return [];
    const rows = await tx.all<Row>(`SELECT ${columns} FROM outbox WHERE id IN ${inNumbers(tx, 1)} ORDER BY id`, [
      storableJson(ids),
    ]);
    return this.parseOrSetAside(tx, rows, now);
  }

  /** Those of these keys that have a row in any state. */
  async existingKeys(sql: Sql, keys: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    const rows = await sql.all<{ key: string }>(`SELECT key FROM outbox WHERE key IN ${inTexts(sql, 1)}`, [
      storableJson(keys),
    ]);
    for (const row of rows) found.add(row.key);
    return found;
  }

  /** The actions under these keys that are planned or being sent. `action` is null where it cannot be read. */
  async openActions(
    sql: Sql,
    keys: readonly string[],
  ): Promise<{ readonly key: string; readonly action: Action | null }[]> {
    if (keys.length === 0) return [];
    const rows = await sql.all<{ key: string; action: string }>(
      `SELECT key, action FROM outbox WHERE state IN ('planned', 'sending') AND key IN ${inTexts(sql, 1)}`,
      [storableJson(keys)],
    );
    return rows.map(({ key, action }) => ({ key, action: storedOr(action, anyAction, null) }));
  }

  /** Whether an action of this kind is being sent, or was settled at or after `since` (epoch ms). */
  async wasAttemptedSince(sql: Sql, kind: Action['kind'], since: number): Promise<boolean> {
    const row = await sql.one(
      `SELECT id FROM outbox WHERE kind = $1 AND (state = 'sending' OR settled_at >= $2) LIMIT 1`,
      [kind, since],
    );
    return row !== undefined;
  }

  /** Cancels all messages of a template whose sending has not begun. */
  async cancelQueued(
    tx: Sql,
    campaign: string,
    reason: string,
    now: number,
  ): Promise<{ readonly id: number; readonly move: MoveId | null }[]> {
    const rows = await tx.all<{ id: number; move_id: number | null }>(
      `SELECT id, move_id FROM outbox WHERE campaign = $1 AND (state = 'planned'
      OR state = 'sending' AND batch_id IN (SELECT id FROM mass_batch WHERE state = 'creating' AND attempts = 0)) ${skipLocked(tx)}`,
      [campaign],
    );
    const cancelled = rows.map(({ id }) => ({ id, campaign }));
    await this.settle(tx, cancelled, { state: 'cancelled', reason }, now);
    return rows.map(({ id, move_id }) => ({ id, move: move_id as MoveId | null }));
  }

  /** Cancels the action under this key if its sending has not begun. */
  async cancelPlanned(tx: Sql, key: ActionKey, { reason }: { readonly reason: string }, now: number): Promise<void> {
    await tx.run(
      `UPDATE outbox SET state = 'cancelled', reason = $1, settled_at = $2 WHERE key = $3 AND state = 'planned'`,
      [reason, now, key],
    );
  }

  /** Makes the mass-sends in which messages of a template wait for staff due for a check now. */
  async checkMassSendsOf(tx: Sql, campaign: string, now: number): Promise<void> {
    await tx.run(
      `UPDATE mass_batch SET next_at = $1 WHERE closed_at IS NULL AND state = 'waiting' AND next_at > $1
      AND id IN (SELECT batch_id FROM outbox WHERE campaign = $2 AND state = 'waiting' AND batch_id IS NOT NULL)`,
      [now, campaign],
    );
  }

  /** The action under a key; null when there is none or it cannot be read. */
  async actionOf(sql: Sql, key: string): Promise<Action | null> {
    const row = await sql.one<{ action: string }>('SELECT action FROM outbox WHERE key = $1', [key]);
    return row ? storedOr(row.action, anyAction, null) : null;
  }

  /** Those of these members for whom an action of this kind is planned or being sent. */
  async membersWithOpen(sql: Sql, kind: Action['kind'], members: readonly MemberId[]): Promise<Set<MemberId>> {
    if (members.length === 0) return new Set();
    const rows = await sql.all<{ member_id: number }>(
      `SELECT DISTINCT member_id FROM outbox WHERE kind = $1 AND state IN ('planned', 'sending') AND member_id IN ${inNumbers(sql, 2)}`,
      [kind, storableJson(members)],
    );
    return new Set(rows.map((row) => row.member_id as MemberId));
  }

  /** Due rows, the most urgent first. Mass-sends are read separately, because many rows become one call. */
  async due(tx: Sql, { which, isPaused, limit, without = [] }: DueQuery, now: number): Promise<OutboxRow[]> {
    const rows = await tx.all<Row>(
      `SELECT ${columns} FROM outbox WHERE state = 'planned' AND not_before <= $1 AND kind ${which === 'mass_send' ? '=' : '<>'} 'mass_send' ${which === 'mass_send' ? '' : inLane(which)}
      ${isPaused ? 'AND proactive = 0' : ''} ${kindNotIn(without)} ORDER BY priority, not_before, id LIMIT ${limit} ${skipLocked(tx)}`,
      [now],
    );
    return this.parseOrSetAside(tx, rows, now);
  }

  /** Returns the rows that can be read. The others are set aside: otherwise they would be read again and again. */
  private async parseOrSetAside(tx: Sql, rows: readonly Row[], now: number): Promise<OutboxRow[]> {
    const parsed = rows.map((row) => ({ row, read: parseRow(row) }));
    for (const { row, read } of parsed)
      if (!read.ok) await this.setAside(tx, row, { reason: UNREADABLE, problem: read.problem }, now);
    return parsed.flatMap(({ read }) => (read.ok ? [read.value] : []));
  }

  /** Ends a row as dead. It is not tried again; an admin sees it among the dead messages, with the problem. */
  async setAside(
    tx: Sql,
    row: RowRef,
    { reason, problem }: { readonly reason: string; readonly problem: string },
    now: number,
  ): Promise<void> {
    await this.settle(tx, [row], { state: 'dead', reason }, now);
    await setAsideStore.add(tx, [{ source: 'delivery', row: row.id, problem }], now);
  }

  async anyDue(sql: Sql, now: number, without: readonly Action['kind'][], lane: Lane = 'all'): Promise<boolean> {
    const row = await sql.one<{ id: number }>(
      `SELECT id FROM outbox WHERE state = 'planned' AND not_before <= $1 AND kind <> 'mass_send' ${kindNotIn(without)} ${inLane(lane)} LIMIT 1`,
      [now],
    );
    return row !== undefined;
  }

  async anyMassSendDue(sql: Sql, now: number): Promise<boolean> {
    const row = await sql.one<{ id: number }>(
      `SELECT id FROM outbox WHERE state = 'planned' AND not_before <= $1 AND kind = 'mass_send' LIMIT 1`,
      [now],
    );
    return row !== undefined;
  }

  /** Leases rows to a worker until `leaseMs` from now, and counts the attempt before anything is sent. */
  async lease(tx: Sql, ids: readonly number[], { worker, leaseMs }: Lease, now: number): Promise<void> {
    if (ids.length === 0) return;
    await tx.run(
      `UPDATE outbox SET state = 'sending', leased_by = $1, lease_until = $2, attempted_at = $3, attempts = attempts + 1,
      cap_at = CASE WHEN not_before >= $4 THEN not_before ELSE $3 END WHERE id IN ${inNumbers(tx, 5)}`,
      [worker, now + leaseMs, now, now - ON_TIME_MS, storableJson(ids)],
    );
  }

  async anyOrphaned(sql: Sql, now: number): Promise<boolean> {
    const row = await sql.one<{ id: number }>(
      `SELECT id FROM outbox WHERE state = 'sending' AND batch_id IS NULL AND lease_until <= $1 LIMIT 1`,
      [now],
    );
    return row !== undefined;
  }

  /**
   * Leases rows whose attempt was interrupted: the worker died before it settled them, and their lease ran out. `attempts`
   * and `attemptedAt` are those of that attempt.
   */
  async leaseOrphaned(tx: Sql, { worker, leaseMs }: Lease, limit: number, now: number): Promise<OutboxRow[]> {
    const rows = await tx.all<Row>(
      `SELECT ${columns} FROM outbox WHERE state = 'sending' AND batch_id IS NULL AND lease_until <= $1 ORDER BY id LIMIT ${limit} ${skipLocked(tx)}`,
      [now],
    );
    if (rows.length === 0) return [];
    await tx.run(`UPDATE outbox SET leased_by = $1, lease_until = $2 WHERE id IN ${inNumbers(tx, 3)}`, [
      worker,
      now + leaseMs,
      storableJson(rows.map((row) => row.id)),
    ]);
    return this.parseOrSetAside(tx, rows, now);
  }

  /** Called at start where there is only one process: ends the leases of its former run, so that nothing waits for them. */
  async releaseAll(tx: Sql): Promise<void> {
    await tx.run(`UPDATE outbox SET lease_until = 0 WHERE state = 'sending' AND batch_id IS NULL`);
    await tx.run('UPDATE mass_batch SET lease_until = NULL WHERE closed_at IS NULL');
  }

  /** Ends rows, or sets them to wait for staff. Rows that failed, were cancelled or are dead may free caps (`freeCaps`). */
  async settle(tx: Sql, rows: readonly RowRef[], { state, reason, ref }: Outcome, now: number): Promise<void> {
    if (rows.length === 0) return;
    const isFinal = state !== 'waiting' && state !== 'planned';
    await tx.run(
      `UPDATE outbox SET state = $1, reason = $2, external_ref = COALESCE($3, external_ref), lease_until = NULL, settled_at = $4 WHERE id IN ${inNumbers(tx, 5)}`,
      [state, reason ?? null, ref ?? null, isFinal ? now : null, storableJson(rows.map((row) => row.id))],
    );
    if (state === 'failed' || state === 'cancelled' || state === 'dead') await this.freeCaps(tx, rows, reason, now);
    // Only messages have a history. For other actions the row itself is enough.
    const messages = rows.filter((row) => row.campaign !== null);
    if (messages.length === 0) return;
    await this.logEvents(
      tx,
      messages.map(({ id }) => ({ id, state, note: reason ?? '' })),
      now,
    );
  }

  /**
   * Frees the caps that these rows filled, unless a row may have arrived. Messages that were cancelled because of these caps
   * are planned again while they have not expired, so that the member does not get nothing although the caps allow a message.
   * For a row that was itself cancelled because of caps none is planned again: the caps are as full as before.
   */
  private async freeCaps(
    tx: Sql,
    rows: readonly Pick<OutboxRow, 'id'>[],
    reason: string | undefined,
    now: number,
  ): Promise<void> {
    if (reason !== undefined && mayHaveArrived.has(reason)) return;
    const ids = storableJson(rows.map(({ id }) => id));
    const freed =
      reason !== undefined && displacedReasons.has(reason)
        ? []
        : await tx.all<{ id: number }>(
            `UPDATE outbox SET state = 'planned', reason = 'cap_freed', not_before = $1, settled_at = NULL
            WHERE state = 'cancelled' AND ${reasonIn(displacedReasons)} AND expires_at > $1 AND move_id IS NULL
            AND member_id IN (SELECT member_id FROM outbox WHERE caps IS NOT NULL AND cap_at IS NOT NULL AND id IN ${inNumbers(tx, 2)}) RETURNING id`,
            [now, ids],
          );
    // They certainly were not sent, so they count against no cap any more.
    await tx.run(`UPDATE outbox SET cap_at = NULL WHERE cap_at IS NOT NULL AND id IN ${inNumbers(tx, 1)}`, [ids]);
    await this.logEvents(
      tx,
      freed.map(({ id }) => ({ id, state: 'planned', note: 'cap_freed' })),
      now,
    );
  }

  /** Like `settle` with the state `sent`, in one statement for all rows: nearly all deliveries end so. */
  async settleSent(tx: Sql, all: readonly SentRow[]): Promise<void> {
    if (all.length === 0) return;
    const values =
      tx.dialect === 'postgres'
        ? `SELECT (value ->> 0)::bigint AS id, value ->> 1 AS reason, value ->> 2 AS ref, (value ->> 3)::bigint AS at FROM jsonb_array_elements($1::jsonb)`
        : `SELECT value ->> 0 AS id, value ->> 1 AS reason, value ->> 2 AS ref, value ->> 3 AS at FROM json_each($1)`;
    await tx.run(
      `UPDATE outbox SET state = 'sent', reason = ended.reason, external_ref = COALESCE(ended.ref, external_ref), lease_until = NULL, settled_at = ended.at
      FROM (${values}) AS ended WHERE outbox.id = ended.id`,
      [storableJson(all.map(({ row, reason, ref, at }) => [row.id, reason ?? null, ref ?? null, at]))],
    );
    await tx.insert(
      'outbox_event',
      all.flatMap(({ row, reason, at }) =>
        row.campaign === null ? [] : [{ outbox_id: row.id, at, state: 'sent', note: reason ?? '' }],
      ),
    );
  }

  /** Plans the row again for `until` (epoch ms). `attempts`: pass one less than the row has when the attempt does not count. */
  async postpone(
    tx: Sql,
    row: OutboxRow,
    {
      until,
      reason,
      attempts = row.attempts,
    }: { readonly until: number; readonly reason: string; readonly attempts?: number },
  ): Promise<void> {
    await tx.run(
      `UPDATE outbox SET state = 'planned', not_before = $1, reason = $2, attempts = $3, lease_until = NULL, batch_id = NULL, cap_at = NULL WHERE id = $4`,
      [until, reason, attempts, row.id],
    );
  }

  /** Makes the row due again: its interrupted attempt was not performed, or may be repeated. */
  async requeue(tx: Sql, row: OutboxRow): Promise<void> {
    await tx.run(`UPDATE outbox SET state = 'planned', lease_until = NULL WHERE id = $1 AND state = 'sending'`, [
      row.id,
    ]);
  }

  /** All attempts to write through the chat account since a time (epoch ms): what, to whom, when. */
  async pastChatWrites(sql: Sql, since: number): Promise<{ kind: ChatKind; to: string; at: number }[]> {
    const rows = await sql.all<{ action: string; at: number }>(
      `SELECT action, attempted_at AS at FROM outbox WHERE kind IN ('chat_dm', 'group_say', 'room_add', 'room_remove') AND attempted_at >= $1`,
      [since],
    );
    return rows.flatMap((row): { kind: ChatKind; to: string; at: number }[] => {
      const action = storedOr(row.action, chatAction, null);
      if (action === null) return [];
      const { kind } = action;
      if (kind !== 'chat_dm') return [{ kind, to: action.chatId, at: row.at }];
      // Each picture is a separate write.
      const pictures = action.message.attachments.filter((attachment) => attachment.kind === 'image').length;
      return Array.from({ length: pictures + 1 }, () => ({ kind, to: action.chatContactId, at: row.at }));
    });
  }

  /** Replaces the stored text of a task's cards, to remove what must not be kept. */
  async replaceCardText(tx: Sql, task: number, text: string): Promise<void> {
    const rows = await tx.all<{ id: number; action: string }>(
      `SELECT id, action FROM outbox WHERE key >= $1 AND key < $2 AND kind IN ('staff_card', 'notify_staff')`,
      [`card:${task}:`, `card:${task};`],
    );
    for (const { id, action } of rows) {
      const card = storedOr(action, cardText, null);
      if (card !== null)
        await tx.run('UPDATE outbox SET action = $1 WHERE id = $2', [storableJson({ ...card, text }), id]);
    }
  }

  /** Sets the time at which the message counts against caps: a mass-send counts when staff tap, however long it waited. */
  async setCapTime(tx: Sql, row: OutboxRow, at: number): Promise<void> {
    await tx.run('UPDATE outbox SET cap_at = $1 WHERE id = $2', [at, row.id]);
  }

  async addToBatch(tx: Sql, ids: readonly number[], batch: number): Promise<void> {
    await tx.run(`UPDATE outbox SET batch_id = $1 WHERE id IN ${inNumbers(tx, 2)}`, [batch, storableJson(ids)]);
  }

  async removeFromBatch(tx: Sql, ids: readonly number[]): Promise<void> {
    await tx.run(`UPDATE outbox SET batch_id = NULL WHERE id IN ${inNumbers(tx, 1)}`, [storableJson(ids)]);
  }

  /** Sets the reason without changing the state. */
  async setReason(tx: Sql, row: OutboxRow, reason: string): Promise<void> {
    await tx.run('UPDATE outbox SET reason = $1 WHERE id = $2', [reason, row.id]);
  }

  /** Plans the same row again, for another member of staff to confirm. */
  async handOn(tx: Sql, row: OutboxRow, sender: string, now: number): Promise<void> {
    if (row.action.kind !== 'mass_send') throw new Error(`outbox row ${row.id} is no mass-send`);
    const formerSenders = [...(row.action.formerSenders ?? []), row.action.sender];
    await this.planAgain(tx, row, { action: { ...row.action, sender, formerSenders }, reason: 'handed_on' }, now);
  }

  /** Plans a row again under its key. Only for an action that certainly was not performed. */
  async planAgain(
    tx: Sql,
    row: OutboxRow,
    { action, reason }: { readonly action: Action; readonly reason: string },
    now: number,
  ): Promise<void> {
    await tx.run(
      `UPDATE outbox SET state = 'planned', action = $1, kind = $2, reason = $3, not_before = $4, attempts = 0, lease_until = NULL, batch_id = NULL,
      external_ref = NULL, settled_at = NULL, cap_at = NULL WHERE id = $5`,
      [storableJson(action), action.kind, reason, now, row.id],
    );
    if (row.campaign !== null) await this.logEvents(tx, [{ id: row.id, state: 'planned', note: reason }], now);
  }

  /** Plans a message that certainly was not sent by another channel, in the same row and under the same key. */
  async switchChannel(
    tx: Sql,
    row: OutboxRow,
    { replacement, reason }: { readonly replacement: NewOutboxRow; readonly reason: string },
    now: number,
  ): Promise<void> {
    await this.planAgain(tx, row, { action: replacement.action, reason: `instead:${reason}` }, now);
    await tx.run(
      'UPDATE outbox SET expires_at = $1, priority = $2, proactive = $3, caps = $4, stop_when = $5, not_before = $6, template_version = COALESCE($7, template_version), variant = COALESCE($8, variant), words_day = NULL WHERE id = $9',
      [
        replacement.expiresAt ?? null,
        replacement.priority ?? priorities.ordinary,
        replacement.proactive ? 1 : 0,
        replacement.caps ?? null,
        replacement.stopWhen ?? null,
        replacement.notBefore,
        replacement.templateVersion ?? null,
        replacement.variant ?? null,
        row.id,
      ],
    );
  }

  /** Replaces the text of a message before it is sent; returns the row with it. */
  async rewrite(tx: Sql, row: OutboxRow, wording: NewWording, now: number): Promise<OutboxRow> {
    const stored = storableJson(wording.action);
    const { version, variant, wordsDay } = wording;
    await tx.run(
      'UPDATE outbox SET action = $1, kind = $2, template_version = $3, variant = $4, words_day = $5 WHERE id = $6',
      [stored, wording.action.kind, version, variant, wordsDay, row.id],
    );
    if (row.version !== version)
      await this.logEvents(tx, [{ id: row.id, state: 'planned', note: `new_version:${version}` }], now);
    const action = storedOr(stored, anyAction, wording.action);
    return { ...row, action, kind: action.kind, version, variant, wordsDay };
  }

  /** The readable rows of a batch. The others are set aside when the batch is closed. */
  async rowsOfBatch(sql: Sql, batch: number): Promise<OutboxRow[]> {
    const rows = await sql.all<Row>(`SELECT ${columns} FROM outbox WHERE batch_id = $1 ORDER BY id`, [batch]);
    return rows.flatMap((row) => {
      const read = parseRow(row);
      return read.ok ? [read.value] : [];
    });
  }
}

export const outboxStore = new OutboxStore();
