import { schedule, type ScheduledTask } from 'node-cron';
import type { Channel } from './channels/channel.js';
import type { CommandAnswers } from './commands/answer-commands.js';
import type { Engine } from './engine/engine.js';
import type { DeliveryWorker } from './outbox/delivery.worker.js';
import type { MassSendWorker } from './outbox/mass-send.worker.js';
import type { Logger } from './platform/logger/logger.js';

const IDLE_MS = 1_000;
/** What time alone changes is looked for every minute; a day that has begun is found by the first look in it. */
const EVERY_MINUTE = '5 * * * * *';
const EVERY_TEN_MINUTES = '35 */10 * * * *';
/** In the corp's time. Quiet, and off the full and half hours, which WeCom asks to avoid (contract §1.3). */
const EVERY_NIGHT = '0 41 3 * * *';
const AFTER_ERROR_MS = 2_000;
/** A settle that goes on for so many rounds is feeding itself; it is cut short and told. */
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
export class Pump {
  private running = false;
  private tickIsDue = true;
  private readonly tasks: ScheduledTask[] = [];
  private wakes: (() => void)[] = [];
  private loops: Promise<void>[] = [];
  private settling: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly work: Work,
    private readonly logger: Logger,
  ) {}

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
      schedule(EVERY_TEN_MINUTES, () => this.reread(), { noOverlap: true }),
      schedule(EVERY_NIGHT, () => this.compare(), { noOverlap: true, timezone: this.work.timeZone }),
    );
    this.loops = [
      this.loop('engine', async () => {
        const worked = await this.think();
        if (worked > 0) this.wake();
        if (!this.tickIsDue) return worked;
        this.tickIsDue = false;
        return worked + (await this.tick());
      }),
      this.loop('deliveries', async () => {
        const worked = await this.work.deliveries.deliver('rest');
        if (worked > 0) this.wake();
        return worked;
      }),
      // Slow calls of one kind hold up no other: a welcome has 20 seconds, and a mass-send reads for minutes.
      this.loop('welcomes', () => this.work.deliveries.deliver('urgent')),
      this.loop('mass-sends', async () => {
        const worked = await this.work.massSends.work();
        if (worked > 0) this.wake();
        return worked;
      }),
    ];
  }

  async stop(): Promise<void> {
    this.running = false;
    for (const task of this.tasks.splice(0)) await task.destroy();
    this.wake();
    await Promise.all(this.loops);
  }

  /** Does everything that is due at this moment, until nothing is: for who pushes the clock, and for tests. */
  settle(): Promise<void> {
    const settled = this.settling.then(() => this.settleNow());
    this.settling = settled.catch(() => undefined);
    return settled;
  }

  /** Reviews all who are due now, and what follows from it. */
  async review(): Promise<{ reviewed: number; changed: number }> {
    while ((await this.think()) > 0);
    const outcome = await this.work.engine.review(this.meanwhile);
    this.wake();
    return outcome;
  }

  /** A review of everybody takes minutes, and a newcomer has 20 seconds (contract §7.1). */
  private readonly meanwhile = async (): Promise<void> => {
    await this.think();
    this.wake();
  };

  private async reread(): Promise<void> {
    for (const channel of this.work.channels) {
      await channel
        .reread?.()
        .catch((cause: unknown) =>
          this.logger.warn({ err: cause, channel: channel.id }, 'a channel could not look again'),
        );
    }
  }

  /** Holds everything against the other side: every night by itself, or when who pushes the clock says that it is night. */
  async compare(): Promise<void> {
    for (const channel of this.work.channels) {
      await channel
        .compare?.('nightly')
        .catch((cause: unknown) =>
          this.logger.warn(
            { err: cause, channel: channel.id },
            'a channel was not compared with the other side tonight',
          ),
        );
    }
  }

  private async settleNow(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      let worked = await this.think();
      worked += await this.tick();
      worked += await this.work.deliveries.deliver();
      worked += await this.work.massSends.work();
      if (worked === 0) return;
    }
    this.logger.warn({ rounds: MOST_ROUNDS }, 'work begets work without end; settling was cut short');
  }

  private async think(): Promise<number> {
    const taken = (await this.work.engine.advance()) + (await this.work.commands.answerPending());
    return taken + (await this.work.engine.tellTasks());
  }

  private async tick(): Promise<number> {
    const { reviewed } = await this.work.engine.review(this.meanwhile);
    return reviewed + (await this.work.engine.sweepMoves());
  }

  private async loop(name: string, turn: () => Promise<number>): Promise<void> {
    while (this.running) {
      try {
        if ((await turn()) === 0) await this.rest(IDLE_MS);
      } catch (cause) {
        this.logger.error({ err: cause, loop: name }, 'a turn failed; it is tried again');
        await this.rest(AFTER_ERROR_MS);
      }
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
