import { performance } from 'node:perf_hooks';
import type { Clock } from './clock.js';
import { GiveUp, RetryLater } from './errors.js';
import type { Logger } from './logger/logger.js';

/** The machine's time as it passes: nobody pushes it, and a clock that is set right does not move it. */
export const elapsingClock: Clock = { now: () => Math.round(performance.timeOrigin + performance.now()) };

/** How long a wheel may go on so before it counts as standing. */
export interface WheelLimits {
  /** Every turn fails. */
  readonly failingMs: number;
  /** No turn ends, and a long one gives no sign of life. */
  readonly silentMs: number;
}

/** Something that turns for as long as the product runs: a loop, or what is done by the clock. Times are epoch ms. */
export interface Wheel {
  readonly name: string;
  readonly limits: WheelLimits;
  /** The turn under way. */
  readonly turnSince: number | null;
  readonly lastTurnAt: number | null;
  /** The last turn that found something to do. */
  readonly lastWorkAt: number | null;
  /** The last sign of life. */
  readonly aliveAt: number;
  /** Since the last turn that ended well. */
  readonly failing: { readonly since: number; readonly code: string } | null;
}

export interface Standing {
  readonly wheel: string;
  readonly since: number;
  /** Of what is thrown the code or the kind, never its words: anybody may ask for readiness. */
  readonly why: string;
}

/** `waitingSince`: since when the same work has waited for the wheel without its getting on. `mayRest`: nobody turns it. */
export function standingOf(
  wheel: Wheel,
  now: number,
  {
    waitingSince = null,
    waitingMs,
    mayRest,
  }: Readonly<{ waitingSince?: number | null; waitingMs: number; mayRest: boolean }>,
): Standing | null {
  const { name, failing, aliveAt, limits } = wheel;
  if (failing !== null && now - failing.since >= limits.failingMs)
    return { wheel: name, since: failing.since, why: failing.code };
  if (mayRest) return null;
  if (now - aliveAt >= limits.silentMs) return { wheel: name, since: aliveAt, why: 'no_turn_ends' };
  // A long turn is at work on something: it is given the time that any turn has.
  const isIdle = wheel.turnSince === null || now - wheel.turnSince < 1_000;
  if (isIdle && waitingSince !== null && now - waitingSince >= waitingMs)
    return { wheel: name, since: waitingSince, why: failing?.code ?? 'no_progress' };
  return null;
}

/** Keeps count of every wheel's turns, and tells the log when one begins to fail and when it turns again. */
export class Wheels {
  private readonly wheels = new Map<string, Wheel>();

  constructor(
    limits: Readonly<Record<string, WheelLimits>>,
    private readonly logger: Logger,
    private readonly clock: Clock = elapsingClock,
  ) {
    for (const [name, each] of Object.entries(limits))
      this.wheels.set(name, {
        name,
        limits: each,
        turnSince: null,
        lastTurnAt: null,
        lastWorkAt: null,
        aliveAt: clock.now(),
        failing: null,
      });
  }

  now(): number {
    return this.clock.now();
  }

  all(): readonly Wheel[] {
    return [...this.wheels.values()];
  }

  /** One turn; answers how much there was to do. What it throws goes on to the caller. */
  async turn(name: string, work: () => Promise<number>): Promise<number> {
    const began = this.clock.now();
    this.change(name, { turnSince: began, aliveAt: began });
    try {
      const worked = await work();
      const now = this.clock.now();
      if (this.of(name).failing !== null) this.logger.info({ wheel: name }, 'a wheel turns again');
      this.change(name, {
        turnSince: null,
        lastTurnAt: now,
        aliveAt: now,
        failing: null,
        ...(worked > 0 ? { lastWorkAt: now } : {}),
      });
      return worked;
    } catch (cause) {
      const now = this.clock.now();
      const code = codeOf(cause);
      const { failing } = this.of(name);
      // It is tried again every few seconds: only what is new is worth a line.
      if (failing?.code !== code) this.logger.error({ err: cause, wheel: name }, 'a turn failed; it is tried again');
      this.change(name, { turnSince: null, aliveAt: now, failing: { since: failing?.since ?? now, code } });
      throw cause;
    }
  }

  /** A long turn is getting on. */
  beat(name: string): void {
    this.change(name, { aliveAt: this.clock.now() });
  }

  private of(name: string): Wheel {
    const wheel = this.wheels.get(name);
    if (!wheel) throw new Error(`there is no wheel ${name}`);
    return wheel;
  }

  private change(name: string, to: Partial<Wheel>): void {
    this.wheels.set(name, { ...this.of(name), ...to });
  }
}

function codeOf(cause: unknown): string {
  if (cause instanceof RetryLater || cause instanceof GiveUp) return cause.code;
  return cause instanceof Error ? cause.name : 'unknown';
}
