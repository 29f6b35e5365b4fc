import { z } from 'zod';
import { setAsideStore } from '../set-aside/set-aside.store.js';
import type { Action, ActionKind } from '../domain/action.js';
import { answerKey, cardKeyStart, type ActionKey } from '../domain/action-keys.js';
import type { GroupId, MemberId, MoveId } from '../domain/ids.js';
import { priorities } from '../domain/priorities.js';
import { displacedReasons } from '../domain/sending/decide-caps.js';
import { mayHaveArrived } from '../domain/sending/may-have-arrived.js';
import { inNumbers, inTexts } from '../platform/database/in-list.js';
import { skipLocked } from '../platform/database/skip-locked.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { storedOr } from '../platform/database/stored-json.js';
import {
  anyAction,
  outboxColumns,
  parseRow,
  type DeliveryState,
  type NewOutboxRow,
  type NewWording,
  type Outcome,
  type OutboxRow,
  type RowRef,
  type SentRow,
  type StoredRow,
} from './outbox-row.js';
import { reasonIn } from './reason-in.js';

/** Reason of a row that was set aside. */
const UNREADABLE = 'unreadable';

const cardText = z.looseObject({ text: z.string() });
const answerText = z.looseObject({ message: z.unknown() });

/** Planned actions and what became of them. The unique key makes enqueueing idempotent. `now` is epoch ms. */
export class OutboxStore {
  /** `kind`: left out, all. */
  async countPlannedProactive(sql: Sql, kind?: ActionKind): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM outbox WHERE state = 'planned' AND proactive = 1${kind === undefined ? '' : ' AND kind = $1'}`,
      kind === undefined ? [] : [kind],
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
        arm: row.arm ?? null,
        measured_globally: row.isMeasuredGlobally ? 1 : 0,
        occasion: row.occasion ?? null,
        stage: row.stage ?? null,
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
    const rows = await tx.all<StoredRow>(
      `SELECT ${outboxColumns} FROM outbox WHERE id IN ${inNumbers(tx, 1)} ORDER BY id`,
      [storableJson(ids)],
    );
    return this.parseOrSetAside(tx, rows, now);
  }

  async reasonOf(sql: Sql, id: number): Promise<string | null> {
    return (await sql.one<{ reason: string | null }>('SELECT reason FROM outbox WHERE id = $1', [id]))?.reason ?? null;
  }

  /** Those of these keys that have a row in any state. */
  async existingKeys(sql: Sql, keys: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    if (keys.length === 0) return found;
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

  /** Those of these moves whose join code goes by customer service anyway, or may have gone. */
  async movesInServiceOutbox(sql: Sql, moves: readonly MoveId[]): Promise<Set<MoveId>> {
    if (moves.length === 0) return new Set();
    const rows = await sql.all<{ move_id: number }>(
      `SELECT DISTINCT move_id FROM outbox WHERE kind = 'kf_say' AND state IN ('planned', 'sending', 'sent')
       AND move_id IN ${inNumbers(sql, 1)}`,
      [storableJson(moves)],
    );
    return new Set(rows.map(({ move_id }) => move_id as MoveId));
  }

  /** The states of the other rows that carry, or carried, the code of a move to the member. */
  async otherCarriersOf(sql: Sql, move: MoveId, row: number): Promise<ReadonlySet<DeliveryState>> {
    const rows = await sql.all<{ state: DeliveryState }>(
      `SELECT DISTINCT state FROM outbox WHERE move_id = $1 AND id <> $2
       AND kind IN ('kf_say', 'mass_send', 'chat_dm', 'send_welcome')`,
      [move, row],
    );
    return new Set(rows.map(({ state }) => state));
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

  /** Returns the rows that can be read. The others are set aside: otherwise they would be read again and again. */
  async parseOrSetAside(tx: Sql, rows: readonly StoredRow[], now: number): Promise<OutboxRow[]> {
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
        ? `SELECT (value ->> 0)::bigint AS id, value ->> 1 AS reason, value ->> 2 AS ref, (value ->> 3)::bigint AS at, (value ->> 4)::bigint AS cap_at FROM jsonb_array_elements($1::jsonb)`
        : `SELECT value ->> 0 AS id, value ->> 1 AS reason, value ->> 2 AS ref, value ->> 3 AS at, value ->> 4 AS cap_at FROM json_each($1)`;
    await tx.run(
      `UPDATE outbox SET state = 'sent', reason = ended.reason, external_ref = COALESCE(ended.ref, external_ref), lease_until = NULL, settled_at = ended.at,
      cap_at = COALESCE(ended.cap_at, outbox.cap_at) FROM (${values}) AS ended WHERE outbox.id = ended.id`,
      [
        storableJson(
          all.map(({ row, reason, ref, at, capAt }) => [row.id, reason ?? null, ref ?? null, at, capAt ?? null]),
        ),
      ],
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

  /** Whether the row is in this state and stays so until the transaction ends: false also while a worker has it. */
  async holdIn(tx: Sql, row: Pick<OutboxRow, 'id'>, state: DeliveryState): Promise<boolean> {
    const held = await tx.one(`SELECT id FROM outbox WHERE id = $1 AND state = $2 ${skipLocked(tx)}`, [row.id, state]);
    return held !== undefined;
  }

  /** A person does not let a planned message wait for its time. False when it is not planned any more. */
  async bringForward(tx: Sql, row: OutboxRow, reason: string, now: number): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE outbox SET not_before = $1, reason = $2 WHERE id = $3 AND state = 'planned' AND not_before > $1`,
      [now, reason, row.id],
    );
    if (changed > 0) await this.logEvents(tx, [{ id: row.id, state: 'planned', note: reason }], now);
    return changed > 0;
  }

  /** Whether the caps hold back this message: not when a person sends it all the same. */
  async setPastCaps(tx: Sql, row: Pick<OutboxRow, 'id'>, isPastCaps: boolean): Promise<void> {
    await tx.run('UPDATE outbox SET past_caps = $1 WHERE id = $2', [isPastCaps ? 1 : 0, row.id]);
  }

  /** Makes the row due again: its interrupted attempt was not performed, or may be repeated. */
  async requeue(tx: Sql, row: OutboxRow): Promise<void> {
    await tx.run(`UPDATE outbox SET state = 'planned', lease_until = NULL WHERE id = $1 AND state = 'sending'`, [
      row.id,
    ]);
  }

  /** Replaces the stored text of a task's cards, to remove what must not be kept. */
  async replaceCardText(
    tx: Sql,
    { task, member }: { readonly task: number; readonly member: MemberId },
    text: string,
  ): Promise<void> {
    const rows = await tx.all<{ id: number; action: string }>(
      `SELECT id, action FROM outbox WHERE member_id = $1 AND kind = 'staff_card' AND key LIKE $2`,
      [member, `${cardKeyStart(task)}%`],
    );
    for (const { id, action } of rows) {
      const card = storedOr(action, cardText, null);
      if (card !== null)
        await tx.run('UPDATE outbox SET action = $1 WHERE id = $2', [storableJson({ ...card, text }), id]);
    }
  }

  /** Deletes the words of the answers of staff to these tasks, where customer service sent them, or was to. */
  async forgetStaffAnswers(tx: Sql, tasks: readonly number[]): Promise<void> {
    if (tasks.length === 0) return;
    const rows = await tx.all<{ id: number; action: string }>(
      `SELECT id, action FROM outbox WHERE key IN ${inTexts(tx, 1)}`,
      [storableJson(tasks.map(answerKey))],
    );
    for (const { id, action } of rows) {
      const sent = storedOr(action, answerText, null);
      if (sent === null) continue;
      const stored = storableJson({ ...sent, message: { text: '', attachments: [] } });
      await tx.run('UPDATE outbox SET action = $1 WHERE id = $2', [stored, id]);
    }
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
    await this.planAgain(tx, row, { action: replacement.action, reason }, now);
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
}

export const outboxStore = new OutboxStore();
