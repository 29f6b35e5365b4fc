/** The only source of "now" outside tests. Epoch milliseconds, UTC. */
export interface Clock {
  now(): number;
}

export const CLOCK = Symbol('Clock');

export const systemClock: Clock = { now: () => Date.now() };

/** A clock somebody pushes: the demo and the tests. Never runs backwards. */
export class PushedClock implements Clock {
  constructor(private at: number) {}

  now(): number {
    return this.at;
  }

  /** Moves to a later moment; an earlier one is ignored, because two pushers may race. */
  pushTo(at: number): void {
    if (at > this.at) this.at = at;
  }
}
