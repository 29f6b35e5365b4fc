/** The only source of "now" outside tests. Epoch milliseconds, UTC. */
export interface Clock {
  now(): number;
}

export const CLOCK = Symbol('Clock');

export const systemClock: Clock = { now: () => Date.now() };

/** The clock of the demo and of tests: it moves only when it is pushed, and never backwards. */
export class PushedClock implements Clock {
  constructor(private at: number) {}

  now(): number {
    return this.at;
  }

  /** Moves to a later moment. An earlier one is ignored, because two callers may race. */
  pushTo(at: number): void {
    if (at > this.at) this.at = at;
  }
}
