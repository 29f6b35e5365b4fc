import { describe, expect, it } from 'vitest';
import { PushedClock } from './clock.js';
import { RetryLater } from './errors.js';
import { createLogger } from './logger/logger.js';
import { standingOf, Wheels } from './wheels.js';

const limits = { failingMs: 30_000, silentMs: 600_000 };
const WAITING = 120_000;

function wheels() {
  const clock = new PushedClock(1_000_000);
  const lines: { msg: string; wheel?: string }[] = [];
  const logger = createLogger({ level: 'info', write: (line) => lines.push(JSON.parse(line) as { msg: string }) });
  const all = new Wheels({ facts: limits }, logger, clock);
  const standing = (waitingSince: number | null = null, mayRest = false) =>
    standingOf(all.all()[0]!, clock.now(), { waitingSince, waitingMs: WAITING, mayRest });
  const pass = (ms: number) => clock.pushTo(clock.now() + ms);
  const fails = (cause: unknown) => all.turn('facts', () => Promise.reject(cause as Error)).catch(() => undefined);
  return { all, clock, lines, standing, pass, fails, turns: (n = 0) => all.turn('facts', () => Promise.resolve(n)) };
}

describe('a wheel', () => {
  it('that turns in vain stands for nobody, however long nothing happens', async () => {
    const { standing, pass, turns } = wheels();
    for (let n = 0; n < 100; n += 1) {
      pass(60_000);
      await turns();
    }
    expect(standing()).toBeNull();
  });

  it('stands when every turn fails for long enough, and says since when and why, in no words of the error', async () => {
    const { standing, pass, fails, turns, clock } = wheels();
    await fails(new SyntaxError('Unexpected token in "小鹿"'));
    const since = clock.now();
    pass(29_000);
    await fails(new SyntaxError('Unexpected token in "小鹿"'));
    expect(standing()).toBeNull();
    pass(1_000);
    expect(standing()).toEqual({ wheel: 'facts', since, why: 'SyntaxError' });
    await turns();
    expect(standing()).toBeNull();
  });

  it('names the code of what is to be tried again', async () => {
    const { standing, pass, fails } = wheels();
    await fails(new RetryLater('database_unavailable'));
    pass(30_000);
    expect(standing()).toMatchObject({ why: 'database_unavailable' });
  });

  it('stands when no turn ends, and not while a long one shows that it is getting on', () => {
    const { all, standing, pass, clock } = wheels();
    const since = clock.now();
    void all.turn('facts', () => new Promise<number>(() => undefined));
    pass(599_000);
    expect(standing()).toBeNull();
    all.beat('facts');
    pass(599_000);
    expect(standing()).toBeNull();
    pass(1_000);
    expect(standing()).toEqual({ wheel: 'facts', since: since + 599_000, why: 'no_turn_ends' });
    // Where somebody else turns it, nothing turns between two pushes.
    expect(standing(null, true)).toBeNull();
  });

  it('stands when the same work has waited and no turn took it up, but not during a long turn', async () => {
    const { all, standing, pass, clock, turns } = wheels();
    const since = clock.now();
    pass(WAITING);
    await turns();
    expect(standing(since)).toEqual({ wheel: 'facts', since, why: 'no_progress' });
    void all.turn('facts', () => new Promise<number>(() => undefined));
    pass(5_000);
    expect(standing(since)).toBeNull();
  });

  it('has a line in the log when it begins to fail, when it fails otherwise and when it turns again, and no more', async () => {
    const { fails, turns, lines } = wheels();
    for (let n = 0; n < 5; n += 1) await fails(new TypeError('x'));
    await fails(new RangeError('x'));
    await turns();
    await turns();
    expect(lines.map(({ msg }) => msg)).toEqual([
      'a turn failed; it is tried again',
      'a turn failed; it is tried again',
      'a wheel turns again',
    ]);
  });
});
