import { describe, expect, it } from 'vitest';
import { PushedClock } from './clock.js';
import { RetryLater } from './errors.js';
import { createLogger } from './logger/logger.js';
import { JobMonitor, stallOf } from './job-monitor.js';

const limits = { failingMs: 30_000, silentMs: 600_000 };
const WAITING = 120_000;

function monitored() {
  const clock = new PushedClock(1_000_000);
  const lines: { msg: string; job?: string }[] = [];
  const logger = createLogger({ level: 'info', write: (line) => lines.push(JSON.parse(line) as { msg: string }) });
  const monitor = new JobMonitor({ facts: limits }, logger, clock);
  const stall = (waitingSince: number | null = null, mayRest = false) =>
    stallOf(monitor.all()[0]!, clock.now(), { waitingSince, waitingMs: WAITING, mayRest });
  const pass = (ms: number) => clock.pushTo(clock.now() + ms);
  const fails = (cause: unknown) => monitor.run('facts', () => Promise.reject(cause as Error)).catch(() => undefined);
  return { monitor, clock, lines, stall, pass, fails, runs: (n = 0) => monitor.run('facts', () => Promise.resolve(n)) };
}

describe('a job', () => {
  it('is not stalled while it runs and finds nothing to do, however long that lasts', async () => {
    const { stall, pass, runs } = monitored();
    for (let n = 0; n < 100; n += 1) {
      pass(60_000);
      await runs();
    }
    expect(stall()).toBeNull();
  });

  it('is stalled when every run fails for long enough, and reports since when and why without the error message', async () => {
    const { stall, pass, fails, runs, clock } = monitored();
    await fails(new SyntaxError('Unexpected token in "小鹿"'));
    const since = clock.now();
    pass(29_000);
    await fails(new SyntaxError('Unexpected token in "小鹿"'));
    expect(stall()).toBeNull();
    pass(1_000);
    expect(stall()).toEqual({ job: 'facts', since, why: 'SyntaxError' });
    await runs();
    expect(stall()).toBeNull();
  });

  it('reports the code of a RetryLater', async () => {
    const { stall, pass, fails } = monitored();
    await fails(new RetryLater('database_unavailable'));
    pass(30_000);
    expect(stall()).toMatchObject({ why: 'database_unavailable' });
  });

  it('is stalled when no run ends, and not while a long run sends heartbeats', () => {
    const { monitor, stall, pass, clock } = monitored();
    const since = clock.now();
    void monitor.run('facts', () => new Promise<number>(() => undefined));
    pass(599_000);
    expect(stall()).toBeNull();
    monitor.heartbeat('facts');
    pass(599_000);
    expect(stall()).toBeNull();
    pass(1_000);
    expect(stall()).toEqual({ job: 'facts', since: since + 599_000, why: 'no_turn_ends' });
    // In a demo or a test nothing runs between two pushes of the clock.
    expect(stall(null, true)).toBeNull();
  });

  it('is stalled when the same work has waited and no run started it, but not during a long run', async () => {
    const { monitor, stall, pass, clock, runs } = monitored();
    const since = clock.now();
    pass(WAITING);
    await runs();
    expect(stall(since)).toEqual({ job: 'facts', since, why: 'no_progress' });
    void monitor.run('facts', () => new Promise<number>(() => undefined));
    pass(5_000);
    expect(stall(since)).toBeNull();
  });

  it('logs one line when it begins to fail, when the error changes and when it recovers', async () => {
    const { fails, runs, lines } = monitored();
    for (let n = 0; n < 5; n += 1) await fails(new TypeError('x'));
    await fails(new RangeError('x'));
    await runs();
    await runs();
    expect(lines.map(({ msg }) => msg)).toEqual([
      'a job failed and will be retried',
      'a job failed and will be retried',
      'a job runs again',
    ]);
  });
});
