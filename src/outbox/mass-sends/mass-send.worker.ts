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
import { groupByTask, massSend } from './rows.js';
import { leaseStore } from '../lease.store.js';
import { batchRowStore } from './batch-row.store.js';
import { isolateFailingRow } from '../isolate-failing-row.js';
import { hasPausedRow, readPause } from '../pause.js';
import { filterSendable } from '../sendable-rows.js';

const ROWS_PER_TURN = 2_000;
const BATCHES_PER_TURN = 8;
/** A batch that fails this often in a row because of a bug is set aside. */
const MAX_FAILURES = 5;
const LEASE_MS = 120_000;

/**
 * Sends WeCom's mass-sends. Rows with the same message and sender become one task, which the sender confirms with one tap.
 * Each task is followed until it ends: the sender is reminded, and an unconfirmed task is cancelled. Its unsent messages then
 * go by a colleague, by another channel or in a new task, or they fail.
 */
export class MassSendWorker {
  private readonly maker: MassSendMaker;
  private readonly follower: MassSendFollower;
  /** Failures in a row, by batch id. */
  private readonly failures = new Map<number, number>();

  constructor(
    private readonly db: Database,
    private readonly channels: readonly Channel[],
    private readonly hooks: DeliveryHooks,
    private readonly world: { readonly clock: Clock; readonly logger: Logger; readonly worker: string },
  ) {
    const { clock, logger } = world;
    this.maker = new MassSendMaker(db, { hooks, clock, logger });
    this.follower = new MassSendFollower(db, { hooks, clock, logger });
  }

  /** Returns how many rows and batches were processed. */
  async work(): Promise<number> {
    const channel = this.channels.find((candidate) => candidate.abilities.has('mass_send'));
    if (!channel) return 0;
    const gathered = await this.gatherDueRows();
    const due = await this.leaseDue();
    await Promise.all(due.map((batch) => this.stepGuarded(channel, batch)));
    return gathered + due.length;
  }

  /** An error of one batch does not stop the others. It is tried again when its lease has run out, and set aside in the end. */
  private async stepGuarded(channel: Channel, batch: MassBatch): Promise<void> {
    const { clock, logger } = this.world;
    try {
      await this.step(channel, batch);
      this.failures.delete(batch.id);
    } catch (cause) {
      logger.error(
        { err: cause, batchId: batch.id, state: batch.state },
        'a mass-send was interrupted; it is tried again when its lease has run out',
      );
      if (cause instanceof RetryLater) return;
      const failures = (this.failures.get(batch.id) ?? 0) + 1;
      this.failures.set(batch.id, failures);
      if (failures < MAX_FAILURES) return;
      this.failures.delete(batch.id);
      await this.db.write((tx) => massBatchStore.setAside(tx, batch, { problem: problemOf(cause) }, clock.now()));
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

  /** Puts due rows into batches, one batch for each sender and message. Returns how many rows were due. */
  private async gatherDueRows(): Promise<number> {
    const { clock, logger, worker } = this.world;
    const now = clock.now();
    if (!(await leaseStore.anyMassSendDue(this.db.read, now))) return 0;
    const gathered = await isolateFailingRow({ db: this.db, logger }, ROWS_PER_TURN, now, async (tx, limit, onRead) => {
      const due = await leaseStore.due(tx, { which: 'mass_send', pause: await readPause(tx), limit }, now);
      onRead(due);
      const sendable = await filterSendable(tx, this.hooks, due, now);
      const ids = sendable.map(({ id }) => id);
      await leaseStore.lease(tx, ids, { worker, leaseMs: LEASE_MS }, now);
      for (const rows of groupByTask(sendable)) {
        const { sender, message } = massSend(rows[0]!);
        const batch = await massBatchStore.open(tx, sender, message, now);
        await batchRowStore.add(
          tx,
          rows.map(({ id }) => id),
          batch,
        );
      }
      return due.length;
    });
    return gathered ?? 1;
  }

  private async leaseDue(): Promise<MassBatch[]> {
    const now = this.world.clock.now();
    if (!(await massBatchStore.anyDue(this.db.read, now))) return [];
    const pause = await readPause(this.db.read);
    if (hasPausedRow(pause) !== null && !(await massBatchStore.anyDue(this.db.read, now, pause))) return [];
    return this.db.write((tx) =>
      massBatchStore.leaseDue(tx, { pause, limit: BATCHES_PER_TURN, leaseMs: LEASE_MS }, now),
    );
  }
}
