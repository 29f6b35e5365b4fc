import type { Clock } from '../../../platform/clock.js';
import { RetryLater } from '../../../platform/errors.js';
import type { WecomLogger } from '../settings.js';
import type { Verdict } from './errcodes.js';

interface Halt {
  readonly verdict: Verdict;
  readonly endpoint: string;
  probeAt: number;
}

/** Wrong settings are put right by a person; one try in five minutes notices it and stays far below any ban. */
const PROBE_EVERY_MS = 5 * 60_000;
const APP = '*';

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
    const found = [APP, endpoint].map((scope) => this.halts.get(scope)).filter((halt) => halt !== undefined);
    const resting = found.find((halt) => halt.probeAt > now);
    if (resting) throw halted(resting, resting.probeAt - now);
    for (const halt of found) halt.probeAt = now + PROBE_EVERY_MS;
  }

  /** Notes what WeCom said and gives what to throw: nothing is lost, it waits until the admin has acted. */
  raise(verdict: Verdict, endpoint: string): RetryLater {
    const halt = { verdict, endpoint, probeAt: this.clock.now() + PROBE_EVERY_MS };
    const scope = verdict.act === 'halt_app' ? APP : endpoint;
    if (!this.halts.has(scope)) {
      const { code, errcode, advice } = verdict;
      this.logger?.error(
        { code, errcode, endpoint, advice },
        'WeCom refuses until an admin acts; everything waits and is tried now and then',
      );
    }
    this.halts.set(scope, halt);
    return halted(halt, PROBE_EVERY_MS);
  }

  /** An endpoint answered, so neither it nor the app is halted any more. */
  lift(endpoint: string): void {
    this.halts.delete(APP);
    this.halts.delete(endpoint);
  }

  /** For an admin; empty when nothing is halted. */
  describe(): string {
    return [...this.halts.values()]
      .map(({ verdict, endpoint }) => `${verdict.advice ?? verdict.code}（${verdict.errcode}，${endpoint}）`)
      .join('；');
  }
}

const halted = ({ verdict, endpoint }: Halt, retryAfterMs: number): RetryLater =>
  new RetryLater('wecom_halted', retryAfterMs, {
    message: `WeCom ${endpoint} is halted: ${verdict.code} (${verdict.errcode})`,
  });
