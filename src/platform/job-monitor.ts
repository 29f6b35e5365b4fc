import { performance } from 'node:perf_hooks';
import type { Clock } from './clock.js';
import { GiveUp, RetryLater } from './errors.js';
import type { Logger } from './logger/logger.js';

/** The machine's monotonic clock, as epoch ms: neither a pushed clock nor a corrected system clock moves it. */
export const elapsingClock: Clock = { now: () => Math.round(performance.timeOrigin + performance.now()) };

/** After how long a job counts as stalled. */
export interface JobLimits {
  /** Every run fails. */
  readonly failingMs: number;
  /** No run ends, and a long run sends no heartbeat. */
  readonly silentMs: number;
}

/** Work that is run again and again while the product runs: by a loop or on a schedule. Times are epoch ms. */
export interface Job {
  readonly name: string;
  readonly limits: JobLimits;
  /** Null while no run is under way. */
  readonly runningSince: number | null;
  readonly lastSuccessAt: number | null;
  /** The last run that found something to do. */
  readonly lastWorkAt: number | null;
  readonly lastHeartbeatAt: number;
  /** Since the first failure after the last successful run. */
  readonly failing: { readonly since: number; readonly code: string } | null;
}

export interface StalledJob {
  readonly job: string;
  readonly since: number;
  /** The code or the class of the error, never its message: anybody may ask for readiness. */
  readonly why: string;
}

/** `waitingSince`: since when the same work has waited for the job. `mayRest`: nothing runs the job by itself. */
export function stallOf(
  job: Job,
  now: number,
  {
    waitingSince = null,
    waitingMs,
    mayRest,
  }: Readonly<{ waitingSince?: number | null; waitingMs: number; mayRest: boolean }>,
): StalledJob | null {
  const { name, failing, lastHeartbeatAt, limits } = job;
  if (failing !== null && now - failing.since >= limits.failingMs)
    return { job: name, since: failing.since, why: failing.code };
  if (mayRest) return null;
  if (now - lastHeartbeatAt >= limits.silentMs) return { job: name, since: lastHeartbeatAt, why: 'no_turn_ends' };
  // Work may wait while a long run is under way; silentMs bounds that run.
  const isIdle = job.runningSince === null || now - job.runningSince < 1_000;
  if (isIdle && waitingSince !== null && now - waitingSince >= waitingMs)
    return { job: name, since: waitingSince, why: failing?.code ?? 'no_progress' };
  return null;
}

/** Records the runs of every job, and logs when a job begins to fail and when it recovers. */
export class JobMonitor {
  private readonly jobs = new Map<string, Job>();

  constructor(
    limits: Readonly<Record<string, JobLimits>>,
    private readonly logger: Logger,
    private readonly clock: Clock = elapsingClock,
  ) {
    for (const [name, each] of Object.entries(limits))
      this.jobs.set(name, {
        name,
        limits: each,
        runningSince: null,
        lastSuccessAt: null,
        lastWorkAt: null,
        lastHeartbeatAt: clock.now(),
        failing: null,
      });
  }

  now(): number {
    return this.clock.now();
  }

  all(): readonly Job[] {
    return [...this.jobs.values()];
  }

  /** Runs the job once; resolves to how much there was to do. Throws what `work` throws. */
  async run(name: string, work: () => Promise<number>): Promise<number> {
    const startedAt = this.clock.now();
    this.update(name, { runningSince: startedAt, lastHeartbeatAt: startedAt });
    try {
      const worked = await work();
      const now = this.clock.now();
      if (this.jobNamed(name).failing !== null) this.logger.info({ job: name }, 'a job runs again');
      this.update(name, {
        runningSince: null,
        lastSuccessAt: now,
        lastHeartbeatAt: now,
        failing: null,
        ...(worked > 0 ? { lastWorkAt: now } : {}),
      });
      return worked;
    } catch (cause) {
      const now = this.clock.now();
      const code = codeOf(cause);
      const { failing } = this.jobNamed(name);
      // A failing job is retried every few seconds: only a new error is logged.
      if (failing?.code !== code) this.logger.error({ err: cause, job: name }, 'a job failed and will be retried');
      this.update(name, { runningSince: null, lastHeartbeatAt: now, failing: { since: failing?.since ?? now, code } });
      throw cause;
    }
  }

  /** Records that a long run makes progress. */
  heartbeat(name: string): void {
    this.update(name, { lastHeartbeatAt: this.clock.now() });
  }

  private jobNamed(name: string): Job {
    const job = this.jobs.get(name);
    if (!job) throw new Error(`there is no job ${name}`);
    return job;
  }

  private update(name: string, changes: Partial<Job>): void {
    this.jobs.set(name, { ...this.jobNamed(name), ...changes });
  }
}

function codeOf(cause: unknown): string {
  if (cause instanceof RetryLater || cause instanceof GiveUp) return cause.code;
  return cause instanceof Error ? cause.name : 'unknown';
}
