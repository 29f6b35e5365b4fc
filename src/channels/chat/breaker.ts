import { DAY_MS } from '../../domain/day.js';
import type { ChatPacing } from './chat-settings.js';

/**
 * Stops all writes when the platform says that we do too much: an hour, and a whole day when it says so again within a
 * day of the last rest. Going on against such an answer is what gets accounts banned.
 */
export class Breaker {
  private openUntil = 0;
  private tripped = false;

  constructor(private readonly rests: Pick<ChatPacing, 'restMs' | 'longRestMs'>) {}

  /** How long writes must still rest; 0 when they may go. */
  restMs(now: number): number {
    return Math.max(0, this.openUntil - now);
  }

  trip(now: number): void {
    if (this.restMs(now) > 0) return;
    const again = this.tripped && now - this.openUntil < DAY_MS;
    this.tripped = true;
    this.openUntil = now + (again ? this.rests.longRestMs : this.rests.restMs);
  }
}
