import { DAY_MS } from '../../domain/day.js';
import type { ChatPacing } from './chat-settings.js';

/**
 * Stops all writes after the platform has throttled us: for an hour, and for a day when it throttles again within a day
 * after that. Accounts that continue to write get banned.
 */
export class Breaker {
  private openUntil = 0;
  private tripped = false;

  constructor(private readonly pacing: Pick<ChatPacing, 'cooldownMs' | 'longCooldownMs'>) {}

  /** Time until writes are allowed; 0 when they are allowed now. */
  remainingMs(now: number): number {
    return Math.max(0, this.openUntil - now);
  }

  trip(now: number): void {
    if (this.remainingMs(now) > 0) return;
    const again = this.tripped && now - this.openUntil < DAY_MS;
    this.tripped = true;
    this.openUntil = now + (again ? this.pacing.longCooldownMs : this.pacing.cooldownMs);
  }
}
