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

/** Wrong settings are put right by a person; one try in five minutes notices it. */
const PROBE_EVERY_MS = 5 * MINUTE_MS;
const LONGEST_PROBE_MS = 60 * MINUTE_MS;
const APP = '*';

/** Every wrong try counts towards the hour for which WeCom blocks the whole address, so these are tried ever more rarely. */
const counted = new Set(['bad_secret', 'bad_corp_id']);

/** What has stopped because only an admin can put it right: the whole app, or one endpoint it may not call. */
export class Halts {
  private readonly halts = new Map<string, Halt>();

  constructor(
    private readonly clock: Clock,
    private readonly logger?: WecomLogger,
  ) {}

  /** Throws while halted, but for one probe now and then. */
  check(endpoint: string): void {
    const now = this.clock.now();
    const found = this.over(endpoint);
    const resting = found.find((halt) => halt.probeAt > now);
    if (resting) throw halted(resting, resting.probeAt - now);
    for (const halt of found) halt.probeAt = now + PROBE_EVERY_MS;
  }

  /** What a person who asks now is told from memory, because asking WeCom again so soon could get us blocked. */
  tooSoon(endpoint: string): Verdict | undefined {
    const now = this.clock.now();
    return this.over(endpoint).find(({ verdict, lastAt }) => counted.has(verdict.code) && now - lastAt < MINUTE_MS)
      ?.verdict;
  }

  /** Notes what WeCom said and gives what to throw: nothing is lost, it waits until the admin has acted. */
  raise(verdict: Verdict, endpoint: string): RetryLater {
    const now = this.clock.now();
    const scope = verdict.act === 'halt_app' ? APP : endpoint;
    const known = this.halts.get(scope);
    const isSame = known?.verdict.code === verdict.code;
    if (!isSame) {
      const { code, errcode, advice } = verdict;
      this.logger?.error(
        { code, errcode, endpoint, advice: advice?.en },
        'WeCom refuses until an admin acts; everything waits and is tried now and then',
      );
    }
    // Calls that were under way together are one refusal.
    const refusals = isSame ? known.refusals + (now - known.lastAt < MINUTE_MS ? 0 : 1) : 1;
    const restMs = counted.has(verdict.code)
      ? Math.min(LONGEST_PROBE_MS, PROBE_EVERY_MS * 2 ** (refusals - 1))
      : PROBE_EVERY_MS;
    const halt = { verdict, endpoint, since: isSame ? known.since : now, refusals, lastAt: now, probeAt: now + restMs };
    this.halts.set(scope, halt);
    return halted(halt, restMs);
  }

  /**
   * An endpoint answered, so neither it nor the app is halted any more. Nor is any other that was refused for the same
   * reason: it may be asked for once a day only, and would be shown as halted until then; if it still is, it says so.
   */
  lift(endpoint: string): void {
    const reason = this.halts.get(endpoint)?.verdict.code;
    for (const [scope, halt] of this.halts) {
      if (scope !== APP && scope !== endpoint && halt.verdict.code !== reason) continue;
      this.halts.delete(scope);
      this.logger?.info(
        { code: halt.verdict.code, endpoint: halt.endpoint },
        'WeCom answers again; what waited goes on',
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

  private over(endpoint: string): Halt[] {
    return [APP, endpoint].map((scope) => this.halts.get(scope)).filter((halt) => halt !== undefined);
  }
}

const halted = ({ verdict, endpoint }: Halt, retryAfterMs: number): RetryLater =>
  new RetryLater('wecom_halted', retryAfterMs, {
    message: `WeCom ${endpoint} is halted: ${verdict.code} (${verdict.errcode})`,
    countsAsAttempt: false,
    throttlesKind: true,
  });
