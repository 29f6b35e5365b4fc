import { MINUTE_MS } from '../../../domain/day.js';
import type { Clock } from '../../../platform/clock.js';
import { RetryLater } from '../../../platform/errors.js';
import type { Connection } from '../../connection.js';
import type { WecomLogger } from '../settings.js';
import type { Verdict } from './errcodes.js';

interface Halt {
  readonly verdict: Verdict;
  readonly endpoint: string;
  readonly since: number;
  readonly refusals: number;
  lastAt: number;
  probeAt: number;
}

/** A person must fix the settings. One probe per interval detects the fix. */
const PROBE_EVERY_MS = 5 * MINUTE_MS;
const LONGEST_PROBE_MS = 60 * MINUTE_MS;
const APP = '*';

/** Every failed call with these codes counts towards a block of the IP address for an hour, so the interval doubles. */
const blockingCodes = new Set(['bad_secret', 'bad_corp_id']);

/** Halts of the whole app or of one endpoint, until an admin has acted. */
export class Halts {
  private readonly halts = new Map<string, Halt>();

  constructor(
    private readonly clock: Clock,
    private readonly logger?: WecomLogger,
  ) {}

  /** Throws while halted, except for one probe per interval. */
  checkNotHalted(endpoint: string): void {
    const now = this.clock.now();
    const found = this.haltsOf(endpoint);
    // A probe that is further ahead than any was set before the clock was set back.
    const waiting = found.find(({ probeAt }) => probeAt > now && probeAt - now <= LONGEST_PROBE_MS);
    if (waiting) throw haltedError(waiting, waiting.probeAt - now);
    for (const halt of found) halt.probeAt = now + PROBE_EVERY_MS;
  }

  /** The verdict of a refusal within the last minute, when another call so soon could get us blocked. */
  recentRefusal(endpoint: string): Verdict | undefined {
    const now = this.clock.now();
    return this.haltsOf(endpoint).find(
      ({ verdict, lastAt }) => blockingCodes.has(verdict.code) && now - lastAt < MINUTE_MS,
    )?.verdict;
  }

  /** Records a halt and returns the error to throw. The work waits in the outbox until the admin has acted. */
  raise(verdict: Verdict, endpoint: string): RetryLater {
    const now = this.clock.now();
    const scope = verdict.act === 'halt_app' ? APP : endpoint;
    const known = this.halts.get(scope);
    const isSame = known?.verdict.code === verdict.code;
    if (!isSame) {
      const { code, errcode, advice } = verdict;
      this.logger?.error(
        { code, errcode, endpoint, advice: advice?.en },
        'WeCom refuses calls until an admin acts; work waits and a probe is sent regularly',
      );
    }
    // Concurrent calls count as one refusal.
    const refusals = isSame ? known.refusals + (now - known.lastAt < MINUTE_MS ? 0 : 1) : 1;
    const delayMs = blockingCodes.has(verdict.code)
      ? Math.min(LONGEST_PROBE_MS, PROBE_EVERY_MS * 2 ** (refusals - 1))
      : PROBE_EVERY_MS;
    const halt = {
      verdict,
      endpoint,
      since: isSame ? known.since : now,
      refusals,
      lastAt: now,
      probeAt: now + delayMs,
    };
    this.halts.set(scope, halt);
    return haltedError(halt, delayMs);
  }

  /**
   * An endpoint answered: ends its halt, the halt of the app, and every other halt with the same code. An endpoint that is
   * called once a day would be shown as halted until then; if it is still refused, its next call halts it again.
   */
  lift(endpoint: string): void {
    const reason = this.halts.get(endpoint)?.verdict.code;
    for (const [scope, halt] of this.halts) {
      if (scope !== APP && scope !== endpoint && halt.verdict.code !== reason) continue;
      this.halts.delete(scope);
      this.logger?.info(
        { code: halt.verdict.code, endpoint: halt.endpoint },
        'WeCom answers again; waiting work continues',
      );
    }
  }

  list(): Connection['halted'] {
    return [...this.halts.values()].map(({ verdict: { errcode, code, advice }, endpoint, since }) => ({
      endpoint,
      errcode,
      code,
      since,
      advice: advice ?? { zh: code, en: code },
    }));
  }

  private haltsOf(endpoint: string): Halt[] {
    return [APP, endpoint].map((scope) => this.halts.get(scope)).filter((halt) => halt !== undefined);
  }
}

const haltedError = ({ verdict, endpoint }: Halt, retryAfterMs: number): RetryLater =>
  new RetryLater('wecom_halted', retryAfterMs, {
    message: `WeCom ${endpoint} is halted: ${verdict.code} (${verdict.errcode})`,
    countsAsAttempt: false,
    throttlesKind: true,
  });
