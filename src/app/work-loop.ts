import { schedule, type ScheduledTask } from 'node-cron';
import type { Channel } from '../channels/channel.js';
import type { CommandAnswers } from '../commands/answer-commands.js';
import type { Engine } from '../engine/engine.js';
import type { DeliveryWorker } from '../outbox/delivery.worker.js';
import type { MassSendWorker } from '../outbox/mass-sends/mass-send.worker.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { JobMonitor } from '../platform/job-monitor.js';
import { jobLimits, type JobName } from './job-watch.js';

const IDLE_MS = 1_000;
/** When the work that depends on time alone is due. The first tick of a day finds that a day has begun. */
const EVERY_MINUTE = '5 * * * * *';
const EVERY_TEN_MINUTES = '35 */10 * * * *';
/** In the corp's time zone. At night, and not on a full or half hour, which WeCom asks to avoid (contract §1.3). */
const EVERY_NIGHT = '0 41 3 * * *';
const AFTER_ERROR_MS = 2_000;
/** A drain that takes this many rounds creates its own work. It is stopped and logged. */
const MAX_DRAIN_ROUNDS = 2_000;

export interface Work {
  readonly engine: Engine;
  readonly commands: CommandAnswers;
  readonly deliveries: DeliveryWorker;
  readonly massSends: MassSendWorker;
  readonly channels: readonly Channel[];
  /** The corp's time zone. */
  readonly timeZone: string;
}

/**
 * Runs the work of the product: facts and commands as they come in, deliveries as they fall due, and at every tick what
 * depends on time alone. It has several loops, so that a slow call to a channel never delays what comes in.
 */
export class WorkLoop {
  private running = false;
  private isStopped = false;
  private readonly underWay = new Set<Promise<unknown>>();
  private tickIsDue = true;
  private readonly tasks: ScheduledTask[] = [];
  private wakes: (() => void)[] = [];
  private loops: Promise<void>[] = [];
  private draining: Promise<unknown> = Promise.resolve();

  readonly jobs: JobMonitor;

  constructor(
    private readonly work: Work,
    private readonly logger: Logger,
  ) {
    this.jobs = new JobMonitor(jobLimits, logger);
  }

  /** Ends the pauses of all loops, because something has come in or was planned. */
  readonly wake = (): void => {
    for (const wake of this.wakes.splice(0)) wake();
  };

  start(): void {
    this.running = true;
    this.tasks.push(
      schedule(EVERY_MINUTE, () => {
        this.tickIsDue = true;
        this.wake();
      }),
      schedule(EVERY_TEN_MINUTES, () => this.pollChannels(), { noOverlap: true }),
      schedule(EVERY_NIGHT, () => this.reconcileChannels(), { noOverlap: true, timezone: this.work.timeZone }),
    );
    this.loops = [
      this.loop(() =>
        runAll([
          async () => {
            const worked = await this.processFacts();
            if (worked > 0) this.wake();
            return worked;
          },
          async () => {
            if (!this.tickIsDue) return 0;
            this.tickIsDue = false;
            return this.tick();
          },
        ]),
      ),
      this.loop(async () => {
        const worked = await this.runJob('deliveries', () => this.work.deliveries.deliver('rest'));
        if (worked > 0) this.wake();
        return worked;
      }),
      // Loops of their own: a welcome must go within 20 seconds, and a mass-send can read for minutes.
      this.loop(() => this.runJob('welcomes', () => this.work.deliveries.deliver('urgent'))),
      this.loop(async () => {
        const worked = await this.runJob('mass_sends', () => this.work.massSends.work());
        if (worked > 0) this.wake();
        return worked;
      }),
    ];
  }

  /** Starts no more work and resolves when the work under way has ended. Then the database may be closed. */
  async stop(): Promise<void> {
    this.running = false;
    this.isStopped = true;
    for (const task of this.tasks.splice(0)) await task.destroy();
    this.wake();
    await Promise.all(this.loops);
    await Promise.allSettled(this.underWay);
  }

  /** Works until nothing is due at this moment. For callers who push the clock, and for tests. */
  drain(): Promise<void> {
    const drained = this.draining.then(() => this.drainNow());
    this.draining = drained.catch(() => undefined);
    return drained;
  }

  /** Applies the facts that wait, then reviews all members who are due, and wakes the loops for what follows. */
  async review(): Promise<{ reviewed: number; changed: number }> {
    while ((await this.processFacts()) > 0);
    if (this.isStopped) return { reviewed: 0, changed: 0 };
    const outcome = await this.track(this.work.engine.review(this.meanwhile));
    this.wake();
    return outcome;
  }

  /** A review of all members takes minutes, and the welcome of a newcomer must go within 20 seconds (contract §7.1). */
  private readonly meanwhile = async (): Promise<void> => {
    this.jobs.heartbeat('review');
    // The job monitor records the failure. The review goes on with the other members.
    await this.processFacts().catch(() => 0);
    this.wake();
  };

  private pollChannels(): Promise<void> {
    return this.forEachChannel('rereads', 'a channel could not be polled', (channel) => channel.poll?.());
  }

  /** Reconciles every channel with its corp. It runs every night; a caller who pushes the clock calls it instead. */
  reconcileChannels(): Promise<void> {
    return this.forEachChannel('comparisons', 'a channel could not be reconciled tonight', (channel) =>
      channel.reconcile?.('nightly'),
    );
  }

  private async forEachChannel(
    job: JobName,
    failureMessage: string,
    work: (channel: Channel) => Promise<void> | undefined,
  ): Promise<void> {
    const done = this.runJob(job, () =>
      runAll(
        this.work.channels.map((channel) => async () => {
          try {
            await work(channel);
          } catch (cause) {
            this.logger.warn({ err: cause, channel: channel.id }, failureMessage);
            // A failure of the other side shows in the health of the channel; the job itself has not failed.
            if (!(cause instanceof RetryLater)) throw cause;
          }
          return 0;
        }),
      ),
    );
    await done.catch(() => undefined);
  }

  private async drainNow(): Promise<void> {
    for (let round = 0; round < MAX_DRAIN_ROUNDS; round++) {
      for (const channel of this.work.channels) await channel.settled?.();
      const worked = await runAll([
        () => this.processFacts(),
        () => this.tick(),
        () => this.runJob('deliveries', () => this.work.deliveries.deliver()),
        () => this.runJob('mass_sends', () => this.work.massSends.work()),
      ]);
      if (worked === 0) return;
    }
    this.logger.warn({ rounds: MAX_DRAIN_ROUNDS }, 'the drain was stopped: work keeps creating work');
  }

  private processFacts(): Promise<number> {
    const { engine, commands } = this.work;
    return runAll([
      () => this.runJob('facts', () => engine.advance()),
      () => this.runJob('commands', () => commands.answerPending()),
      () => this.runJob('tasks', () => engine.sendTaskCards()),
      () => this.runJob('broadcasts', () => engine.advanceBroadcasts()),
    ]);
  }

  private tick(): Promise<number> {
    const { engine } = this.work;
    return this.runJob('review', () =>
      runAll([
        async () => (await engine.review(this.meanwhile)).reviewed,
        () => engine.sweepMoves(),
        () => engine.sweepSeries(),
        () => engine.judgeLaunches(),
      ]),
    );
  }

  private async runJob(name: JobName, work: () => Promise<number>): Promise<number> {
    return this.isStopped ? 0 : this.track(this.jobs.run(name, work));
  }

  /** `stop` waits for work that is tracked here. */
  private async track<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    try {
      return await work;
    } finally {
      this.underWay.delete(work);
    }
  }

  private async loop(work: () => Promise<number>): Promise<void> {
    while (this.running) {
      // The job monitor has recorded the failure and its reason.
      const worked = await work().catch(() => null);
      if (worked === null) await this.pause(AFTER_ERROR_MS);
      else if (worked === 0) await this.pause(IDLE_MS);
    }
  }

  private pause(ms: number): Promise<void> {
    if (!this.running) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakes.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Runs all, one after the other, also after a failure. Answers the sum; throws the first failure at the end. */
async function runAll(works: readonly (() => Promise<number>)[]): Promise<number> {
  let done = 0;
  let failure: { readonly cause: unknown } | undefined;
  for (const work of works) {
    try {
      done += await work();
    } catch (cause) {
      failure ??= { cause };
    }
  }
  if (failure) throw failure.cause;
  return done;
}
