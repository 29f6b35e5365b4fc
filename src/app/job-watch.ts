import { Gauge, type Registry } from 'prom-client';
import type { ActionKind } from '../domain/action.js';
import { HOUR_MS, MINUTE_MS } from '../domain/day.js';
import { countSetAside, oldestWaiting, queues, type Oldest, type Queue } from '../insights/oldest-waiting.js';
import { notPaused, readPause } from '../outbox/pause.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Readiness } from '../platform/http/readiness.js';
import type { Logger } from '../platform/logger/logger.js';
import { stallOf, type JobLimits, type JobMonitor, type StalledJob } from '../platform/job-monitor.js';

/** A loop tries again two seconds after a failure, so 30 seconds of failures are about 15 in a row. */
const LOOP: JobLimits = { failingMs: 30_000, silentMs: 10 * MINUTE_MS };
/** Work that was ready for this long, while its job did nothing else, counts as not picked up. */
const WAITING_MS = 2 * MINUTE_MS;
const SAMPLE_MS = 10_000;

/** Every job of the work loop. The last ones run by the clock: every ten minutes and every night. */
export const jobLimits = {
  facts: LOOP,
  commands: LOOP,
  tasks: LOOP,
  broadcasts: LOOP,
  review: { failingMs: 90_000, silentMs: 15 * MINUTE_MS },
  deliveries: { ...LOOP, silentMs: 20 * MINUTE_MS },
  welcomes: LOOP,
  mass_sends: { ...LOOP, silentMs: HOUR_MS },
  rereads: { failingMs: 15 * MINUTE_MS, silentMs: HOUR_MS },
  comparisons: { failingMs: 30 * HOUR_MS, silentMs: 54 * HOUR_MS },
} as const satisfies Record<string, JobLimits>;
export type JobName = keyof typeof jobLimits;

export interface JobWatchOptions {
  readonly db: Database;
  readonly jobs: JobMonitor;
  /** The product's clock, which a test or the demo may push. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly throttledKinds: () => readonly ActionKind[];
  readonly massSends: boolean;
  /** False where the caller pushes the clock: nothing runs between two pushes, so only failures count. */
  readonly runsByItself: boolean;
}

interface Waiting {
  readonly head: string;
  readonly since: number;
}

/**
 * Watches whether the work loop makes progress. Durations are measured by the machine's clock, from the moment when they are
 * first seen. So neither an old queue that gets shorter after an outage nor a pushed clock raises an alarm.
 */
export class JobWatch {
  private readonly waiting = new Map<Queue, Waiting>();
  private oldest: Readonly<Partial<Record<Queue, Oldest | null>>> = {};
  private timer: NodeJS.Timeout | undefined;
  private loggedNames = '';
  private loggedSetAside = 0;

  constructor(private readonly options: JobWatchOptions) {}

  start(): void {
    this.timer = setInterval(() => void this.logChanges().catch(() => undefined), SAMPLE_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The jobs that make no progress at this moment. */
  async stalled(): Promise<readonly StalledJob[]> {
    const { jobs, runsByItself } = this.options;
    // The readiness check of the database reports an outage; here the failures of the jobs still count.
    await this.sample().catch(() => undefined);
    const now = jobs.now();
    return jobs.all().flatMap(
      (job) =>
        stallOf(job, now, {
          waitingSince: this.waiting.get(job.name as Queue)?.since ?? null,
          waitingMs: WAITING_MS,
          mayRest: !runsByItself,
        }) ?? [],
    );
  }

  readonly readiness = {
    // The names of this check and of the gauges below are an interface: alerts use them.
    name: 'wheels',
    check: async (): Promise<Readiness> => {
      const stalled = await this.stalled();
      const detail = stalled
        .map(({ job, since, why }) => `${job} stands since ${new Date(since).toISOString()}: ${why}`)
        .join('; ');
      return { ok: stalled.length === 0, detail };
    },
  };

  expose(registry: Registry): void {
    const { jobs, db } = this.options;
    const gauge = (
      name: string,
      help: string,
      label: string,
      read: () => Promise<readonly (readonly [string, number])[]>,
    ) =>
      new Gauge({
        name: `qunjie_${name}`,
        help,
        labelNames: [label],
        registers: [registry],
        async collect() {
          const samples = await read().catch(() => []);
          this.reset();
          for (const [labelValue, value] of samples) this.set({ [label]: labelValue }, value);
        },
      });
    gauge('oldest_waiting_seconds', 'Age of the oldest that could go now, 0 when nothing waits.', 'queue', async () => {
      await this.sample();
      const now = this.options.clock.now();
      return queues.map((queue) => {
        const oldest = this.oldest[queue];
        return [queue, oldest ? Math.max(0, now - oldest.since) / 1_000 : 0] as const;
      });
    });
    gauge('wheel_last_turn_seconds', 'Since the last turn that ended well.', 'wheel', () =>
      Promise.resolve(
        jobs
          .all()
          .flatMap(({ name, lastSuccessAt }) =>
            lastSuccessAt === null ? [] : [[name, (jobs.now() - lastSuccessAt) / 1_000] as const],
          ),
      ),
    );
    gauge('wheel_standing_seconds', 'How long the wheel has stood, 0 while it turns.', 'wheel', async () => {
      const stalled = new Map((await this.stalled()).map(({ job, since }) => [job, since]));
      return jobs.all().map(({ name }) => {
        const since = stalled.get(name);
        return [name, since === undefined ? 0 : (jobs.now() - since) / 1_000] as const;
      });
    });
    gauge('set_aside', 'Rows that were left out because they could not be read or worked on.', 'source', async () =>
      (await countSetAside(db.read)).map(({ source, n }) => [source, n] as const),
    );
  }

  private async logChanges(): Promise<void> {
    const { logger, db } = this.options;
    const stalled = await this.stalled();
    const names = stalled.map(({ job }) => job).join(', ');
    if (names !== this.loggedNames) {
      this.loggedNames = names;
      if (names === '') logger.info('no job is stalled any more');
      else logger.error({ stalled }, 'jobs are stalled');
    }
    const aside = (await countSetAside(db.read)).reduce((sum, { n }) => sum + n, 0);
    if (aside > this.loggedSetAside)
      logger.warn({ rows: aside }, 'rows were set aside; the console shows which ones, and why');
    this.loggedSetAside = aside;
  }

  private async sample(): Promise<void> {
    const { db, clock, jobs, throttledKinds, massSends } = this.options;
    const pause = await readPause(db.read);
    this.oldest = await oldestWaiting(db.read, {
      now: clock.now(),
      notPaused: notPaused(pause),
      throttled: throttledKinds(),
      massSends,
    });
    const workedAt = new Map(jobs.all().map(({ name, lastWorkAt }) => [name, lastWorkAt ?? 0]));
    for (const queue of queues) {
      const head = this.oldest[queue]?.id;
      const known = this.waiting.get(queue);
      if (head === undefined) this.waiting.delete(queue);
      else if (known?.head !== head || (workedAt.get(queue) ?? 0) > known.since)
        this.waiting.set(queue, { head, since: jobs.now() });
    }
  }
}
