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
import { reasonAmong } from './reason-among.js';

export type DeliveryState = 'planned' | 'sending' | 'waiting' | 'sent' | 'failed' | 'suppressed' | 'cancelled' | 'dead';

/** A row to be written: the action is final, its text rendered. `key` makes planning twice plan once. */
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
  /** No answer to anything: stopped by the pause, by an opt-out, in quiet hours. */
  readonly proactive?: boolean | undefined;
  /** How it stands to the member's caps; left out: it neither counts nor waits. */
  readonly caps?: CapClass | undefined;
  /** CEL over the member: when it holds at the time of sending, the message is not sent. */
  readonly stopWhen?: string | undefined;
  readonly because?: Because | undefined;
  /** Which real occasion it is about, by its own name: an edit of the template's `once` does not change it. */
  readonly occasion?: string | undefined;
  /** Why it is planned, asked again when it goes. */
  readonly ground?: Ground | undefined;
  /** Set when the row is only the record of what was not sent, and why. */
  readonly suppressed?: string | undefined;
}

/** The words a message goes in today, where they are not those it was planned with. */
export interface Anew {
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
  /** The version of the template whose words it has, and the variant of them. */
  readonly version: number | null;
  readonly variant: string | null;
  /** The version it keeps, whatever becomes of the template; null: it goes in the newest words or not at all. */
  readonly pinnedVersion: number | null;
  /** Null: planned before grounds were kept. */
  readonly ground: Ground | null;
  /** The only day on which its words are true; null: any day. */
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

/** Its kind says what else is in it; who performs it finds out, and one row's fault stays its own. */
const anyAction = z.looseObject({ kind: z.string() }) as unknown as z.ZodType<Action>;

/** Why a row was set aside. */
const UNREADABLE = 'unreadable';

/** A row that went out, or of which nothing was left to do. */
export interface Sent {
  readonly row: Pick<OutboxRow, 'id' | 'campaign'>;
  readonly reason?: string;
  readonly ref?: string | undefined;
  readonly at: number;
}

/** Also a row whose action is of another kind than the row says was not written by us as it stands. */
function rowReading(row: Row): StoredReading<OutboxRow> {
  const read = readStored(row.action, anyAction);
  if (!read.ok) return read;
  if (read.value.kind !== row.kind) return { ok: false, problem: 'kind: differs from that of the row' };
  return { ok: true, value: outboxRow(row, read.value) };
}

/** What another worker is just taking is not there to be taken; SQLite has one writer, so nobody else is. */
export const skipLocked = ({ dialect }: Pick<Sql, 'dialect'>): string =>
  dialect === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '';

/** Kinds are our own words: nothing of them needs to be quoted. */
const noneOf = (kinds: readonly Action['kind'][]): string =>
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

/** Greetings have a lane of their own: a welcome code lives for 20 s (contract §7.1). */
export type Lane = 'all' | 'urgent' | 'rest';
const inLane = (lane: Lane): string =>
  ({ all: '', urgent: `AND priority = ${priorities.welcome}`, rest: `AND priority > ${priorities.welcome}` })[lane];

const cardText = z.looseObject({ text: z.string() });

/** Planned actions and what became of them. The unique key is what makes "twice" be "once". */
export class OutboxStore {
  /** How many proactive messages are planned. */
  async countPlannedProactive(sql: Sql): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM outbox WHERE state = 'planned' AND proactive = 1`,
    );
    return Number(row?.n ?? 0);
  }

  /** Answers the keys that were new. */
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
    const told = inserted.filter((row) => campaigns.get(row.key) !== undefined);
    await this.note(
      tx,
      told.map((row) => ({ id: row.id, state: row.state as DeliveryState, note: '' })),
      now,
    );
    return new Set(inserted.map((row) => row.key));
  }

  /** Two groups are one. */
  async mergeGroup(tx: Sql, from: GroupId, to: GroupId): Promise<void> {
    await tx.run('UPDATE outbox SET group_id = $1 WHERE group_id = $2', [to, from]);
  }

  async note(
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
    return this.readable(tx, rows, now);
  }

  /** Keys among these that were ever planned. */
  async existingKeys(sql: Sql, keys: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    const rows = await sql.all<{ key: string }>(`SELECT key FROM outbox WHERE key IN ${inTexts(sql, 1)}`, [
      storableJson(keys),
    ]);
    for (const row of rows) found.add(row.key);
    return found;
  }

  /** Of these keys, what is planned or under way. */
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

  /** Whether an action of a kind is under way, or was settled since a time. */
  async wasAttemptedSince(sql: Sql, kind: Action['kind'], since: number): Promise<boolean> {
    const row = await sql.one(
      `SELECT id FROM outbox WHERE kind = $1 AND (state = 'sending' OR settled_at >= $2) LIMIT 1`,
      [kind, since],
    );
    return row !== undefined;
  }

  /** Nothing of a template goes that has not begun to. */
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
    await this.settle(
      tx,
      rows.map(({ id }) => ({ id, campaign })),
      'cancelled',
      { reason },
      now,
    );
    return rows.map(({ id, move_id }) => ({ id, move: move_id as MoveId | null }));
  }

  /** The mass-sends in which messages of a template wait for a tap are looked at at once. */
  async checkMassSendsOf(tx: Sql, campaign: string, now: number): Promise<void> {
    await tx.run(
      `UPDATE mass_batch SET next_at = $1 WHERE closed_at IS NULL AND state = 'waiting' AND next_at > $1
      AND id IN (SELECT batch_id FROM outbox WHERE campaign = $2 AND state = 'waiting' AND batch_id IS NOT NULL)`,
      [now, campaign],
    );
  }

  /** What was planned under a key. */
  async actionOf(sql: Sql, key: string): Promise<Action | null> {
    const row = await sql.one<{ action: string }>('SELECT action FROM outbox WHERE key = $1', [key]);
    return row ? storedOr(row.action, anyAction, null) : null;
  }

  /** Which of these members something of a kind is planned for or under way to. */
  async membersWithOpen(sql: Sql, kind: Action['kind'], members: readonly MemberId[]): Promise<Set<MemberId>> {
    if (members.length === 0) return new Set();
    const rows = await sql.all<{ member_id: number }>(
      `SELECT DISTINCT member_id FROM outbox WHERE kind = $1 AND state IN ('planned', 'sending') AND member_id IN ${inNumbers(sql, 2)}`,
      [kind, storableJson(members)],
    );
    return new Set(rows.map((row) => row.member_id as MemberId));
  }

  /** Rows that are due, the most urgent first. Mass-sends are asked for on their own: many rows go in one call. */
  async due(
    tx: Sql,
    now: number,
    which: 'mass_send' | Lane,
    paused: boolean,
    limit: number,
    without: readonly Action['kind'][] = [],
  ): Promise<OutboxRow[]> {
    const rows = await tx.all<Row>(
      `SELECT ${columns} FROM outbox WHERE state = 'planned' AND not_before <= $1 AND kind ${which === 'mass_send' ? '=' : '<>'} 'mass_send' ${which === 'mass_send' ? '' : inLane(which)}
      ${paused ? 'AND proactive = 0' : ''} ${noneOf(without)} ORDER BY priority, not_before, id LIMIT ${limit} ${skipLocked(tx)}`,
      [now],
    );
    return this.readable(tx, rows, now);
  }

  /** Those that can be read. The others are set aside, or they would be met for ever. */
  private async readable(tx: Sql, rows: readonly Row[], now: number): Promise<OutboxRow[]> {
    const readings = rows.map((row) => ({ row, read: rowReading(row) }));
    for (const { row, read } of readings) if (!read.ok) await this.setAside(tx, row, UNREADABLE, read.problem, now);
    return readings.flatMap(({ read }) => (read.ok ? [read.value] : []));
  }

  /** Not tried again: an admin sees it among the messages that died, and why. */
  async setAside(
    tx: Sql,
    row: Pick<OutboxRow, 'id' | 'campaign'>,
    reason: string,
    problem: string,
    now: number,
  ): Promise<void> {
    await this.settle(tx, [row], 'dead', { reason }, now);
    await setAsideStore.add(tx, [{ source: 'delivery', row: row.id, problem }], now);
  }

  async anyDue(sql: Sql, now: number, without: readonly Action['kind'][], lane: Lane = 'all'): Promise<boolean> {
    const row = await sql.one<{ id: number }>(
      `SELECT id FROM outbox WHERE state = 'planned' AND not_before <= $1 AND kind <> 'mass_send' ${noneOf(without)} ${inLane(lane)} LIMIT 1`,
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

  /** From now on until `leaseMs` later they are this worker's; the attempt is on record before anything is said outside. */
  async lease(tx: Sql, ids: readonly number[], worker: string, now: number, leaseMs: number): Promise<void> {
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

  /** Rows whose attempt was cut off: the worker died between asking and hearing. `attempts` and `attemptedAt` are of that attempt. */
  async orphaned(tx: Sql, worker: string, now: number, leaseMs: number, limit: number): Promise<OutboxRow[]> {
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
    return this.readable(tx, rows, now);
  }

  /** On start of the only worker there is: what its former life left open is free at once, without waiting for the lease. */
  async releaseAll(tx: Sql): Promise<void> {
    await tx.run(`UPDATE outbox SET lease_until = 0 WHERE state = 'sending' AND batch_id IS NULL`);
    await tx.run('UPDATE mass_batch SET lease_until = NULL WHERE closed_at IS NULL');
  }

  async settle(
    tx: Sql,
    rows: readonly Pick<OutboxRow, 'id' | 'campaign'>[],
    state: DeliveryState,
    outcome: { readonly reason?: string | undefined; readonly ref?: string | undefined },
    now: number,
  ): Promise<void> {
    if (rows.length === 0) return;
    const final = state !== 'waiting' && state !== 'planned';
    await tx.run(
      `UPDATE outbox SET state = $1, reason = $2, external_ref = COALESCE($3, external_ref), lease_until = NULL, settled_at = $4 WHERE id IN ${inNumbers(tx, 5)}`,
      [state, outcome.reason ?? null, outcome.ref ?? null, final ? now : null, storableJson(rows.map((row) => row.id))],
    );
    if (state === 'failed' || state === 'cancelled' || state === 'dead') await this.freeCaps(tx, rows, outcome, now);
    // Messages have a history that people read; of a tag that was set the row itself is enough.
    const told = rows.filter((row) => row.campaign !== null);
    if (told.length === 0) return;
    await this.note(
      tx,
      told.map(({ id }) => ({ id, state, note: outcome.reason ?? '' })),
      now,
    );
  }

  /**
   * What had to give way to a message that was let go and did not go after all is due again, while it is worth sending:
   * nobody is to get nothing though the caps allow one. A message that gives way itself leaves the caps as full as they are.
   */
  private async freeCaps(
    tx: Sql,
    rows: readonly Pick<OutboxRow, 'id'>[],
    { reason }: { readonly reason?: string | undefined },
    now: number,
  ): Promise<void> {
    if (reason !== undefined && mayHaveArrived.has(reason)) return;
    const ids = storableJson(rows.map(({ id }) => id));
    const freed =
      reason !== undefined && displacedReasons.has(reason)
        ? []
        : await tx.all<{ id: number }>(
            `UPDATE outbox SET state = 'planned', reason = 'cap_freed', not_before = $1, settled_at = NULL
            WHERE state = 'cancelled' AND ${reasonAmong(displacedReasons)} AND expires_at > $1 AND move_id IS NULL
            AND member_id IN (SELECT member_id FROM outbox WHERE caps IS NOT NULL AND cap_at IS NOT NULL AND id IN ${inNumbers(tx, 2)}) RETURNING id`,
            [now, ids],
          );
    // They certainly did not go: nothing gives way to them any more.
    await tx.run(`UPDATE outbox SET cap_at = NULL WHERE cap_at IS NOT NULL AND id IN ${inNumbers(tx, 1)}`, [ids]);
    await this.note(
      tx,
      freed.map(({ id }) => ({ id, state: 'planned', note: 'cap_freed' })),
      now,
    );
  }

  /** Each as `settle` would, and all in one go: of a day's deliveries nearly all end so. */
  async sent(tx: Sql, all: readonly Sent[]): Promise<void> {
    if (all.length === 0) return;
    const told =
      tx.dialect === 'postgres'
        ? `SELECT (value ->> 0)::bigint AS id, value ->> 1 AS reason, value ->> 2 AS ref, (value ->> 3)::bigint AS at FROM jsonb_array_elements($1::jsonb)`
        : `SELECT value ->> 0 AS id, value ->> 1 AS reason, value ->> 2 AS ref, value ->> 3 AS at FROM json_each($1)`;
    await tx.run(
      `UPDATE outbox SET state = 'sent', reason = told.reason, external_ref = COALESCE(told.ref, external_ref), lease_until = NULL, settled_at = told.at
      FROM (${told}) AS told WHERE outbox.id = told.id`,
      [storableJson(all.map(({ row, reason, ref, at }) => [row.id, reason ?? null, ref ?? null, at]))],
    );
    await tx.insert(
      'outbox_event',
      all.flatMap(({ row, reason, at }) =>
        row.campaign === null ? [] : [{ outbox_id: row.id, at, state: 'sent', note: reason ?? '' }],
      ),
    );
  }

  /** `attempts`: one less than it had when the attempt is not to count. */
  async postpone(tx: Sql, row: OutboxRow, until: number, reason: string, attempts = row.attempts): Promise<void> {
    await tx.run(
      `UPDATE outbox SET state = 'planned', not_before = $1, reason = $2, attempts = $3, lease_until = NULL, batch_id = NULL, cap_at = NULL WHERE id = $4`,
      [until, reason, attempts, row.id],
    );
  }

  /** Due again, as one that was cut off before it was done, or that may be done twice. */
  async requeue(tx: Sql, row: OutboxRow): Promise<void> {
    await tx.run(`UPDATE outbox SET state = 'planned', lease_until = NULL WHERE id = $1 AND state = 'sending'`, [
      row.id,
    ]);
  }

  /** Every write of the attempts through the chat account since a time: what, to whom, when. */
  async chatWrites(sql: Sql, since: number): Promise<{ kind: ChatKind; to: string; at: number }[]> {
    const rows = await sql.all<{ action: string; at: number }>(
      `SELECT action, attempted_at AS at FROM outbox WHERE kind IN ('chat_dm', 'group_say', 'room_add', 'room_remove') AND attempted_at >= $1`,
      [since],
    );
    return rows.flatMap((row): { kind: ChatKind; to: string; at: number }[] => {
      const action = storedOr(row.action, chatAction, null);
      if (action === null) return [];
      const { kind } = action;
      if (kind !== 'chat_dm') return [{ kind, to: action.chatId, at: row.at }];
      // Each picture is a write of its own.
      const pictures = action.message.attachments.filter((attachment) => attachment.kind === 'image').length;
      return Array.from({ length: pictures + 1 }, () => ({ kind, to: action.chatContactId, at: row.at }));
    });
  }

  /** The cards of a task say something else from now on: for what must not be kept. */
  async retextCards(tx: Sql, task: number, text: string): Promise<void> {
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

  /** A mass-send goes when it is tapped, however long it waited. */
  async tapped(tx: Sql, row: OutboxRow, at: number): Promise<void> {
    await tx.run('UPDATE outbox SET cap_at = $1 WHERE id = $2', [at, row.id]);
  }

  async enterBatch(tx: Sql, ids: readonly number[], batch: number): Promise<void> {
    await tx.run(`UPDATE outbox SET batch_id = $1 WHERE id IN ${inNumbers(tx, 2)}`, [batch, storableJson(ids)]);
  }

  async leaveBatch(tx: Sql, ids: readonly number[]): Promise<void> {
    await tx.run(`UPDATE outbox SET batch_id = NULL WHERE id IN ${inNumbers(tx, 1)}`, [storableJson(ids)]);
  }

  /** A word on a row that goes on as it is. */
  async explain(tx: Sql, row: OutboxRow, reason: string): Promise<void> {
    await tx.run('UPDATE outbox SET reason = $1 WHERE id = $2', [reason, row.id]);
  }

  /** The same row, for another member of staff to confirm. */
  async handOn(tx: Sql, row: OutboxRow, sender: string, now: number): Promise<void> {
    if (row.action.kind !== 'mass_send') throw new Error(`outbox row ${row.id} is no mass-send`);
    const formerSenders = [...(row.action.formerSenders ?? []), row.action.sender];
    await this.planAgain(tx, row, { ...row.action, sender, formerSenders }, 'handed_on', now);
  }

  /** What the outside certainly did not do, planned anew under the key it has. */
  async planAgain(tx: Sql, row: OutboxRow, action: Action, reason: string, now: number): Promise<void> {
    await tx.run(
      `UPDATE outbox SET state = 'planned', action = $1, kind = $2, reason = $3, not_before = $4, attempts = 0, lease_until = NULL, batch_id = NULL,
      external_ref = NULL, settled_at = NULL, cap_at = NULL WHERE id = $5`,
      [storableJson(action), action.kind, reason, now, row.id],
    );
    if (row.campaign !== null) await this.note(tx, [{ id: row.id, state: 'planned', note: reason }], now);
  }

  /** The same message another way, under the key it has: what was planned first was certainly not sent. */
  async replan(tx: Sql, row: OutboxRow, planned: NewOutboxRow, reason: string, now: number): Promise<void> {
    await this.planAgain(tx, row, planned.action, `instead:${reason}`, now);
    await tx.run(
      'UPDATE outbox SET expires_at = $1, priority = $2, proactive = $3, caps = $4, stop_when = $5, not_before = $6, template_version = COALESCE($7, template_version), variant = COALESCE($8, variant), words_day = NULL WHERE id = $9',
      [
        planned.expiresAt ?? null,
        planned.priority ?? priorities.ordinary,
        planned.proactive ? 1 : 0,
        planned.caps ?? null,
        planned.stopWhen ?? null,
        planned.notBefore,
        planned.templateVersion ?? null,
        planned.variant ?? null,
        row.id,
      ],
    );
  }

  /** Other words under the same key, before anything was sent. */
  async fillAnew(tx: Sql, row: OutboxRow, anew: Anew, now: number): Promise<OutboxRow> {
    const stored = storableJson(anew.action);
    await tx.run(
      'UPDATE outbox SET action = $1, kind = $2, template_version = $3, variant = $4, words_day = $5 WHERE id = $6',
      [stored, anew.action.kind, anew.version, anew.variant, anew.wordsDay, row.id],
    );
    if (row.version !== anew.version)
      await this.note(tx, [{ id: row.id, state: 'planned', note: `new_version:${anew.version}` }], now);
    const { version, variant, wordsDay } = anew;
    const action = storedOr(stored, anyAction, anew.action);
    return { ...row, action, kind: action.kind, version, variant, wordsDay };
  }

  /** What cannot be read of it is set aside when the batch is closed. */
  async ofBatch(sql: Sql, batch: number): Promise<OutboxRow[]> {
    const rows = await sql.all<Row>(`SELECT ${columns} FROM outbox WHERE batch_id = $1 ORDER BY id`, [batch]);
    return rows.flatMap((row) => {
      const read = rowReading(row);
      return read.ok ? [read.value] : [];
    });
  }
}

export const outboxStore = new OutboxStore();
