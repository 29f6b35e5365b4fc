import { problemOf } from '../../set-aside/set-aside.store.js';
import type { Channel } from '../../channels/channel.js';
import { assertNever } from '../../domain/assert-never.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import { RetryLater } from '../../platform/errors.js';
import type { Logger } from '../../platform/logger/logger.js';
import type { DeliveryHooks } from '../delivery-hooks.js';
import { MassSendFollower } from './follow.js';
import { MassSendMaker } from './make.js';
import { massBatchStore, type MassBatch } from './mass-batch.store.js';
import { byTask, massSend } from './rows.js';
import type { OutboxStore } from '../outbox.store.js';
import { goApart } from '../go-apart.js';
import { isPaused } from '../pause.js';
import { filterSendable } from '../sendable-rows.js';

const ROWS_PER_TURN = 2_000;
const BATCHES_PER_TURN = 8;
/** In a row, a lease apart, by a bug. */
const MOST_FAILURES = 5;
const LEASE_MS = 120_000;

/**
 * WeCom's mass-sends: rows with the same words by the same sender become one task that a member of staff confirms with
 * one tap. Each task is followed to its end: reminded of, cancelled when given up, and handed on to a colleague.
 */
export class MassSendWorker {
  private readonly maker: MassSendMaker;
  private readonly follower: MassSendFollower;
  private readonly failures = new Map<number, number>();

  constructor(
    private readonly db: Database,
    private readonly store: OutboxStore,
    private readonly channels: readonly Channel[],
    private readonly hooks: DeliveryHooks,
    private readonly world: { readonly clock: Clock; readonly logger: Logger; readonly worker: string },
  ) {
    const { clock, logger } = world;
    this.maker = new MassSendMaker(db, { store, hooks, clock, logger });
    this.follower = new MassSendFollower(db, { store, hooks, clock, logger });
  }

  async work(): Promise<number> {
    const channel = this.channels.find((candidate) => candidate.abilities.has('mass_send'));
    if (!channel) return 0;
    const gathered = await this.gather();
    const due = await this.takeDue();
    await Promise.all(due.map((batch) => this.stepAlone(channel, batch)));
    return gathered + due.length;
  }

  /** What one batch throws is its own. It is tried again when its lease has run out, and set aside when that does not help. */
  private async stepAlone(channel: Channel, batch: MassBatch): Promise<void> {
    const { clock, logger } = this.world;
    try {
      await this.step(channel, batch);
      this.failures.delete(batch.id);
    } catch (cause) {
      logger.error({ err: cause, batchId: batch.id, state: batch.state }, 'a mass-send broke off');
      if (cause instanceof RetryLater) return;
      const failures = (this.failures.get(batch.id) ?? 0) + 1;
      this.failures.set(batch.id, failures);
      if (failures < MOST_FAILURES) return;
      this.failures.delete(batch.id);
      await this.db.write((tx) => massBatchStore.setAside(tx, batch, problemOf(cause), clock.now()));
    }
  }

  private step(channel: Channel, batch: MassBatch): Promise<void> {
    switch (batch.state) {
      case 'creating':
        return this.maker.make(channel, batch);
      case 'waiting':
        return this.follower.follow(channel, batch);
      case 'cancelling':
        return this.follower.cancel(channel, batch);
      case 'cancelled':
        return this.follower.conclude(channel, batch);
      default:
        return assertNever(batch.state);
    }
  }

  /** Due rows into batches of the same sender and the same words. */
  private async gather(): Promise<number> {
    const now = this.world.clock.now();
    if (!(await this.store.anyMassSendDue(this.db.read, now))) return 0;
    const around = { db: this.db, store: this.store, logger: this.world.logger };
    const gathered = await goApart(around, ROWS_PER_TURN, now, async (tx, limit, given) => {
      const due = await this.store.due(tx, now, 'mass_send', await isPaused(tx), limit);
      given(due);
      const going = await filterSendable(tx, this.store, this.hooks, due, now);
      for (const rows of byTask(going)) {
        const { sender, message } = massSend(rows[0]!);
        const ids = rows.map((row) => row.id);
        const batch = await massBatchStore.open(tx, sender, message, now);
        await this.store.lease(tx, ids, this.world.worker, now, LEASE_MS);
        await this.store.enterBatch(tx, ids, batch);
      }
      return due.length;
    });
    return gathered ?? 1;
  }

  private async takeDue(): Promise<MassBatch[]> {
    const now = this.world.clock.now();
    if (!(await massBatchStore.anyDue(this.db.read, now, false))) return [];
    const paused = await isPaused(this.db.read);
    if (paused && !(await massBatchStore.anyDue(this.db.read, now, true))) return [];
    return this.db.write((tx) => massBatchStore.leaseDue(tx, now, paused, LEASE_MS, BATCHES_PER_TURN));
  }
}
