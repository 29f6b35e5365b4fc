import { schedule, type ScheduledTask } from 'node-cron';
import type { Channel } from '../channels/channel.js';
import type { CommandAnswers } from '../commands/answer-commands.js';
import type { Engine } from '../engine/engine.js';
import type { DeliveryWorker } from '../outbox/delivery.worker.js';
import type { MassSendWorker } from '../outbox/mass-sends/mass-send.worker.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { Wheels } from '../platform/wheels.js';
import { wheelLimits, type WheelName } from './wheel-watch.js';

const IDLE_MS = 1_000;
/** What time alone changes is looked for every minute; a day that has begun is found by the first look in it. */
const EVERY_MINUTE = '5 * * * * *';
const EVERY_TEN_MINUTES = '35 */10 * * * *';
/** In the corp's time. Quiet, and off the full and half hours, which WeCom asks to avoid (contract §1.3). */
const EVERY_NIGHT = '0 41 3 * * *';
const AFTER_ERROR_MS = 2_000;
/** A settle that goes on for so many rounds is feeding itself; it stops and is logged. */
const MOST_ROUNDS = 2_000;

export interface Work {
  readonly engine: Engine;
  readonly commands: CommandAnswers;
  readonly deliveries: DeliveryWorker;
  readonly massSends: MassSendWorker;
  readonly channels: readonly Channel[];
  /** The corp's. */
  readonly timeZone: string;
}

/**
 * Keeps everything moving: facts and commands as they come, deliveries as they fall due, and every tick what time alone
 * changes. Several loops, so that a slow call outside never holds up what comes in.
 */
export class WorkLoop {
  private running = false;
  private isStopped = false;
  private readonly underWay = new Set<Promise<unknown>>();
  private tickIsDue = true;
  private readonly tasks: ScheduledTask[] = [];
  private wakes: (() => void)[] = [];
  private loops: Promise<void>[] = [];
  private settling: Promise<unknown> = Promise.resolve();

  readonly wheels: Wheels;

  constructor(
    private readonly work: Work,
    private readonly logger: Logger,
  ) {
    this.wheels = new Wheels(wheelLimits, logger);
  }

  /** Something has arrived or was planned. */
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
      schedule(EVERY_NIGHT, () => this.compare(), { noOverlap: true, timezone: this.work.timeZone }),
    );
    this.loops = [
      this.loop(() =>
        eachDone([
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
        const worked = await this.turn('deliveries', () => this.work.deliveries.deliver('rest'));
        if (worked > 0) this.wake();
        return worked;
      }),
      // Slow calls of one kind hold up no other: a welcome has 20 seconds, and a mass-send reads for minutes.
      this.loop(() => this.turn('welcomes', () => this.work.deliveries.deliver('urgent'))),
      this.loop(async () => {
        const worked = await this.turn('mass_sends', () => this.work.massSends.work());
        if (worked > 0) this.wake();
        return worked;
      }),
    ];
  }

  /** Begins nothing more, whoever asks, and resolves when what is under way has ended: the database may be closed then. */
  async stop(): Promise<void> {
    this.running = false;
    this.isStopped = true;
    for (const task of this.tasks.splice(0)) await task.destroy();
    this.wake();
    await Promise.all(this.loops);
    await Promise.allSettled(this.underWay);
  }

  /** Does everything that is due at this moment, until nothing is: for who pushes the clock, and for tests. */
  drain(): Promise<void> {
    const settled = this.settling.then(() => this.settleNow());
    this.settling = settled.catch(() => undefined);
    return settled;
  }

  /** Reviews all who are due now, and what follows from it. */
  async review(): Promise<{ reviewed: number; changed: number }> {
    while ((await this.processFacts()) > 0);
    if (this.isStopped) return { reviewed: 0, changed: 0 };
    const outcome = await this.awaited(this.work.engine.review(this.meanwhile));
    this.wake();
    return outcome;
  }

  /** A review of everybody takes minutes, and a newcomer has 20 seconds (contract §7.1). */
  private readonly meanwhile = async (): Promise<void> => {
    this.wheels.beat('review');
    // What fails there is on record with its own wheel, and no reason to leave the rest of the members unlooked at.
    await this.processFacts().catch(() => 0);
    this.wake();
  };

  private pollChannels(): Promise<void> {
    return this.ofChannels('rereads', 'a channel could not look again', (channel) => channel.poll?.());
  }

  /** Holds everything against the other side: every night by itself, or when who pushes the clock says that it is night. */
  compare(): Promise<void> {
    return this.ofChannels('comparisons', 'a channel was not compared with the other side tonight', (channel) =>
      channel.reconcile?.('nightly'),
    );
  }

  private async ofChannels(
    wheel: WheelName,
    whenNot: string,
    ask: (channel: Channel) => Promise<void> | undefined,
  ): Promise<void> {
    const turn = this.turn(wheel, () =>
      eachDone(
        this.work.channels.map((channel) => async () => {
          try {
            await ask(channel);
          } catch (cause) {
            this.logger.warn({ err: cause, channel: channel.id }, whenNot);
            // The channel's own health reports trouble of the other side.
            if (!(cause instanceof RetryLater)) throw cause;
          }
          return 0;
        }),
      ),
    );
    await turn.catch(() => undefined);
  }

  private async settleNow(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const worked = await eachDone([
        () => this.processFacts(),
        () => this.tick(),
        () => this.turn('deliveries', () => this.work.deliveries.deliver()),
        () => this.turn('mass_sends', () => this.work.massSends.work()),
      ]);
      if (worked === 0) return;
    }
    this.logger.warn({ rounds: MOST_ROUNDS }, 'settling stopped: work keeps creating work');
  }

  private processFacts(): Promise<number> {
    const { engine, commands } = this.work;
    return eachDone([
      () => this.turn('facts', () => engine.advance()),
      () => this.turn('commands', () => commands.answerPending()),
      () => this.turn('tasks', () => engine.sendTaskCards()),
    ]);
  }

  private tick(): Promise<number> {
    const { engine } = this.work;
    return this.turn('review', () =>
      eachDone([async () => (await engine.review(this.meanwhile)).reviewed, () => engine.sweepMoves()]),
    );
  }

  private async turn(name: WheelName, work: () => Promise<number>): Promise<number> {
    return this.isStopped ? 0 : this.awaited(this.wheels.turn(name, work));
  }

  /** Who stops the pump waits for it. */
  private async awaited<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    try {
      return await work;
    } finally {
      this.underWay.delete(work);
    }
  }

  private async loop(turn: () => Promise<number>): Promise<void> {
    while (this.running) {
      // The wheel that failed is on record with the reason.
      const worked = await turn().catch(() => null);
      if (worked === null) await this.rest(AFTER_ERROR_MS);
      else if (worked === 0) await this.rest(IDLE_MS);
    }
  }

  private rest(ms: number): Promise<void> {
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

/** One after the other, whether or not the one before failed; throws the first failure when all have had their turn. */
async function eachDone(works: readonly (() => Promise<number>)[]): Promise<number> {
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
