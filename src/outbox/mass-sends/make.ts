import { z } from 'zod';
import type { Channel, ActionResult } from '../../channels/channel.js';
import { HOUR_MS, MINUTE_MS } from '../../domain/day.js';
import type { Database } from '../../platform/database/database.js';
import { storableJson } from '../../platform/database/storable.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import { backoffMs, waitMs } from '../backoff.js';
import { reasonOf } from '../delivery.worker.js';
import { POLLS_MS } from './follow.js';
import { madeAt, massBatchStore, type MassBatch } from './mass-batch.store.js';
import { failRow, massSend, taskOf } from './rows.js';
import { isSenderAtFault, type MassSendWorld } from './deps.js';
import type { OutboxRow } from '../outbox.store.js';
import { isPaused } from '../pause.js';
import { filterSendable } from '../sendable-rows.js';

const LEASE_MS = 120_000;
/** A call whose answer we lost may still be on its way, for a little longer than our own time-out. */
const TELLABLE_AFTER_MS = 15_000;

/** Makes the task of a batch at WeCom, once: it has no key of ours, so it is looked for before it is made again. */
export class MassSendMaker {
  constructor(
    private readonly db: Database,
    private readonly world: MassSendWorld,
  ) {}

  async make(channel: Channel, batch: MassBatch): Promise<void> {
    let rows = await this.world.store.ofBatch(this.db.read, batch.id);
    let done: ActionResult | null;
    try {
      done = await this.madeEarlier(channel, batch, rows);
    } catch (cause) {
      return this.cannotTell(batch, rows, cause);
    }
    try {
      if (done === null) {
        rows = await this.begin(batch, rows);
        if (rows.length === 0) return;
        done = await channel.send(taskOf(batch, rows), `mass:${batch.id}`);
      }
    } catch (cause) {
      return this.notMade(batch, rows, cause);
    }
    try {
      await this.made(batch, rows, done);
    } catch (cause) {
      // The task is made. When the lease has run out it is looked for, and found.
      this.world.logger.error({ err: cause, batchId: batch.id }, 'a mass-send was made and could not be written down');
    }
  }

  /** Any earlier attempt may have got through without our hearing of it. */
  private async madeEarlier(
    channel: Channel,
    batch: MassBatch,
    rows: readonly OutboxRow[],
  ): Promise<ActionResult | null> {
    if (batch.attempts === 0) return null;
    const sinceLast = this.world.clock.now() - madeAt(batch);
    if (sinceLast < TELLABLE_AFTER_MS)
      throw new RetryLater('too_early_to_tell', TELLABLE_AFTER_MS - sinceLast, { countsAsAttempt: false });
    const isTaken = (ref: string): Promise<boolean> => massBatchStore.isTaken(this.db.read, batch, ref);
    const earlier = await channel.findOutcome(taskOf(batch, rows), batch.attemptedAt ?? batch.createdAt, isTaken);
    if (earlier.outcome === 'unknown') throw new RetryLater('cannot_reconcile');
    if (earlier.outcome === 'not_done') return null;
    if (earlier.done.ref === undefined) return earlier.done;
    // What was found may be another batch's of the same words.
    for (const ref of [earlier.done.ref, ...(earlier.alike ?? [])])
      if (!(await isTaken(ref))) return { ...earlier.done, ref };
    return null;
  }

  /**
   * The attempt on record before anything is said outside, with the rows it is for. Those against which something stands by
   * now are let out of the batch; with none left it is closed. Nobody, where nothing is to be made now.
   */
  private async begin(batch: MassBatch, rows: readonly OutboxRow[]): Promise<OutboxRow[]> {
    const { clock, store, hooks } = this.world;
    const now = clock.now();
    return this.db.write(async (tx) => {
      // To look for an earlier attempt takes WeCom's time, and the pause means what has not begun.
      if (rows.some((row) => row.proactive) && (await isPaused(tx))) {
        await massBatchStore.requeue(tx, batch);
        return [];
      }
      const isFresh = batch.attempts === 0 && now - batch.createdAt < MINUTE_MS;
      // Called off since they were read, as by the switch of their template.
      const left = (await store.ofBatch(tx, batch.id)).filter((row) => row.state === 'sending');
      const words = storableJson(batch.message);
      const going: OutboxRow[] = [];
      for (const row of isFresh ? left : await filterSendable(tx, store, hooks, left, now))
        if (storableJson(massSend(row).message) === words) going.push(row);
        else await store.postpone(tx, row, now, 'other_words');
      const goingIds = new Set(going.map((row) => row.id));
      await store.leaveBatch(
        tx,
        rows.flatMap(({ id }) => (goingIds.has(id) ? [] : [id])),
      );
      if (going.length === 0) await massBatchStore.close(tx, batch, 'nobody_to_send_to', now);
      else if (!(await massBatchStore.attempt(tx, batch, now, LEASE_MS))) return [];
      return going;
    });
  }

  private async made(batch: MassBatch, rows: readonly OutboxRow[], done: ActionResult): Promise<void> {
    const { clock, store } = this.world;
    const now = clock.now();
    const refused = new Set(z.array(z.string()).catch([]).parse(done.result?.['failed']));
    const isRefused = (row: OutboxRow): boolean => massSend(row).externalUserIds.some((id) => refused.has(id));
    await this.db.write(async (tx) => {
      await massBatchStore.made(tx, batch, done.ref ?? null, now + POLLS_MS[0]);
      await store.settle(
        tx,
        rows.filter((row) => !isRefused(row)),
        'waiting',
        { ref: done.ref, reason: reasonOf(done).reason ?? 'waits_for_staff' },
        now,
      );
      for (const row of rows.filter(isRefused))
        await failRow(tx, this.world, row, 'refused_by_wecom', now, 'certainly_unsent');
    });
  }

  /**
   * Whether an earlier attempt got through cannot be told now: it is looked for again, ever more seldom, for as long as a tap
   * would be waited for. Then it may have arrived, and an admin sees it.
   */
  private async cannotTell(batch: MassBatch, rows: readonly OutboxRow[], cause: unknown): Promise<void> {
    const { clock, hooks, logger } = this.world;
    const now = clock.now();
    const isForeseen = cause instanceof RetryLater || cause instanceof GiveUp;
    const code = isForeseen ? cause.code : 'bug';
    if (!isForeseen) logger.error({ err: cause, batchId: batch.id }, 'an earlier mass-send could not be looked for');
    const timeIsUp = now - madeAt(batch) >= hooks.massSends.policy.giveUpAfterHours * HOUR_MS;
    if (!timeIsUp || (cause instanceof RetryLater && cause.throttlesKind)) {
      const looks = batch.polls + 1;
      const wait = cause instanceof RetryLater ? waitMs(cause, looks) : backoffMs(looks);
      return this.db.write((tx) => massBatchStore.lookAgain(tx, batch, now + wait, code));
    }
    await this.db.write(async (tx) => {
      for (const row of rows.filter(({ state }) => state === 'sending'))
        await failRow(tx, this.world, row, 'outcome_unknown', now);
      await massBatchStore.setAside(tx, batch, `its last attempt cannot be told: ${code}`, now, 'outcome_unknown');
    });
  }

  private async notMade(batch: MassBatch, rows: readonly OutboxRow[], cause: unknown): Promise<void> {
    const { clock, store, hooks, logger } = this.world;
    const now = clock.now();
    if (cause instanceof RetryLater)
      return this.db.write((tx) =>
        massBatchStore.lookAgain(tx, batch, now + waitMs(cause, batch.attempts + 1), cause.code),
      );
    const code = cause instanceof GiveUp ? cause.code : 'bug';
    if (code === 'bug') logger.error({ err: cause, batchId: batch.id }, 'a mass-send failed in a way nobody foresaw');
    await this.db.write(async (tx) => {
      // Nothing was made, so nothing must be cancelled before a colleague gets it.
      const others: ReadonlyMap<number, string> = isSenderAtFault(cause)
        ? await hooks.massSends.otherSenders(tx, rows)
        : new Map();
      // 84061 of many does not say whose relation is no more: nobody's is taken to be.
      const ofEach = code === 'not_a_contact' && rows.length > 1 ? 'refused_by_wecom' : code;
      for (const row of rows) {
        const other = others.get(row.id);
        if (other === undefined) await failRow(tx, this.world, row, ofEach, now, 'certainly_unsent');
        else await store.handOn(tx, row, other, now);
      }
      await massBatchStore.close(tx, batch, code, now);
    });
  }
}
