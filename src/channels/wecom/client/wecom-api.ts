import type { z } from 'zod';
import type { Clock } from '../../../platform/clock.js';
import { GiveUp, RetryLater } from '../../../platform/errors.js';
import type { RateLimiter } from '../rate-limits/rate-limiter.js';
import type { WecomLogger, WecomSettings } from '../settings.js';
import { AccessToken, tokenAnswer } from './access-token.js';
import { CallCounts } from './call-counts.js';
import { verdictOn } from './errcodes.js';
import { faultFound, type Fault } from './faults.js';
import { Halts } from './halts.js';
import { reportSkipped, readCollectingSkipped, type SkippedPart } from './skipped-parts.js';
import { issuePaths } from './lenient.js';
import { partialFailures } from './partial-failures.js';
import { Unreachable, Wire, withJitter, type WireAnswer, type WireRequest } from './wire.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';
import type { Connection } from '../../connection.js';
import type { ApiCall, Outcome } from '../../wecom-app.js';

/** The result of a probe. */
export type ProbeResult =
  | ({ readonly kind: 'answered' } & Pick<WireAnswer, 'errcode' | 'errmsg' | 'body' | 'theirNow'>)
  | { readonly kind: 'unreachable'; readonly fault: Fault }
  /** Not sent: WeCom has blocked us, or our own quota is used up. `until`: epoch ms. */
  | { readonly kind: 'waits'; readonly until: number };

const TOKEN_ENDPOINT = 'gettoken';
const ERRMSG_SHOWN = 200;
/** The usual duration of a call. After a conflict with another program on the same pair we wait this long. */
const CONFLICT_MS = 400;
const CONFLICT_TRIES = 3;
/** A success that cannot be read. It is tried again: a proxy or WeCom may have changed the answer for a while. */
export const UNREADABLE = 'wecom_answer_unreadable';
const READ_AGAIN_MS = 5_000;

export interface WecomApiDeps {
  readonly clock: Clock;
  readonly limiter: RateLimiter;
  /** Per HTTP exchange; the default is that of `Wire`. */
  readonly timeoutMs?: number;
  readonly logger?: WecomLogger;
}

/** Calls WeCom as one app. Handles the token, quotas and halts, and turns errcodes into errors by the table of errcodes. */
export class WecomApi {
  private readonly clock: Clock;
  private readonly limiter: RateLimiter;
  private readonly logger: WecomLogger | undefined;
  private readonly token: AccessToken;
  private readonly wire: Wire;
  private readonly halts: Halts;
  private readonly counts = new CallCounts();
  private fault: Fault | undefined;

  constructor(
    private readonly settings: WecomSettings,
    { clock, limiter, timeoutMs, logger }: WecomApiDeps,
  ) {
    this.clock = clock;
    this.limiter = limiter;
    this.logger = logger;
    this.wire = new Wire(settings.apiBase, timeoutMs);
    this.halts = new Halts(clock, logger);
    this.token = new AccessToken(() => this.fetchToken(), clock);
  }

  /** Throws `RetryLater` or `GiveUp` for every errcode except 0. */
  async call<T>(call: ApiCall<T>): Promise<T> {
    const outcome = await this.tryCall(call, []);
    if (!outcome.ok) throw new Error(`${call.endpoint} returned ${outcome.errcode}, which is not an expected errcode`);
    return outcome.data;
  }

  /** As `call`, but returns the expected errcodes. */
  async tryCall<T>(call: ApiCall<T>, expected: readonly number[]): Promise<Outcome<T>> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.limiter.run(call, () => {
        this.halts.checkNotHalted(call.endpoint);
        return this.withToken(call);
      });
      const { errcode } = answer;
      if (errcode !== 0 && !expected.includes(errcode)) {
        if (verdictOn(errcode).act !== 'conflict' || tries === CONFLICT_TRIES)
          throw await this.recordRefusal(call.endpoint, answer);
        await this.limiter.sleep(withJitter(CONFLICT_MS));
        continue;
      }
      this.recordSuccess(call.endpoint);
      if (errcode !== 0) return { ok: false, errcode };
      this.logPartialFailures(call.endpoint, answer);
      return { ok: true, data: this.parseAnswer(call, answer) };
    }
  }

  /** Calls once for the doctor, even while halted. Never throws for an answer of WeCom. */
  probe(call: Omit<ApiCall<unknown>, 'answer'>): Promise<ProbeResult> {
    return this.runProbe(call.endpoint, () => this.limiter.run(call, () => this.withToken(call)));
  }

  /** As `probe`, for the secret. An issued token is used from then on. */
  probeToken(): Promise<ProbeResult> {
    return this.runProbe(TOKEN_ENDPOINT, async () => {
      const answer = await this.limiter.run({ endpoint: TOKEN_ENDPOINT }, () => this.requestToken());
      if (answer.errcode === 0) this.token.store(this.tokenIn(answer));
      return answer;
    });
  }

  /** For problems that concern several answers together. */
  reportSkipped(part: SkippedPart): void {
    reportSkipped(part.where, part.endpoint);
    this.logSkipped(part.endpoint, [part]);
  }

  /** A text for an admin; empty without problems. */
  problemText(): string {
    const blocked = this.limiter.waiting().find((wait) => wait.endpoint === TOKEN_ENDPOINT && wait.why === 'blocked');
    return [
      ...this.halts.list().map(({ advice, errcode, endpoint }) => `${advice.zh}（${errcode}，${endpoint}）`),
      ...(blocked ? ['企业微信暂时拒绝本机 IP 获取凭证（45009），一小时后自动再试'] : []),
      ...(this.fault ? [`企业微信接口无法访问：${faultFound(this.fault).zh}`] : []),
    ].join('；');
  }

  connectionState(): Pick<Connection, 'halted' | 'waiting' | 'usage'> {
    return {
      halted: this.halts.list(),
      waiting: this.limiter.waiting(),
      usage: this.counts.list().map((count) => ({ ...count, ...this.limiter.usageOf(count.endpoint) })),
    };
  }

  private async runProbe(endpoint: string, asking: () => Promise<WireAnswer>): Promise<ProbeResult> {
    const known = this.halts.recentRefusal(endpoint);
    if (known) return { kind: 'answered', errcode: known.errcode, errmsg: '', body: {} };
    try {
      const answer = await asking();
      // The answer updates the halts, so work continues at once after the admin has fixed the cause.
      if (answer.errcode === 0) this.recordSuccess(endpoint);
      else await this.recordRefusal(endpoint, answer);
      return { kind: 'answered', ...answer, errmsg: this.redacted(answer.errmsg) };
    } catch (error) {
      if (error instanceof Unreachable) return { kind: 'unreachable', fault: error.fault };
      if (error instanceof RetryLater) return { kind: 'waits', until: this.clock.now() + (error.retryAfterMs ?? 0) };
      throw error;
    }
  }

  private async withToken(call: Omit<ApiCall<unknown>, 'answer'>): Promise<WireAnswer> {
    const token = await this.token.get();
    const answer = await this.exchange(call, token);
    if (verdictOn(answer.errcode).act !== 'refresh') return answer;
    // WeCom may revoke a token early: one new token and one more try, no loop.
    this.token.drop(token);
    const renewed = await this.token.get();
    await this.limiter.admit(call);
    return this.exchange(call, renewed);
  }

  private exchange(call: Omit<ApiCall<unknown>, 'answer'>, token: string): Promise<WireAnswer> {
    const { endpoint, query, body } = call;
    const sent = body === undefined || body instanceof FormData ? body : JSON.stringify(body);
    // WeCom reads the token only from the query; in a header or the body it answers 41001 (S probe).
    return this.send({
      endpoint,
      query: { ...query, access_token: token },
      ...(sent === undefined ? {} : { body: sent }),
    });
  }

  private async send(request: WireRequest): Promise<WireAnswer> {
    try {
      const answer = await this.wire.exchange(request);
      this.fault = undefined;
      this.counts.record(request.endpoint, answer.errcode);
      return answer;
    } catch (error) {
      if (error instanceof Unreachable) this.fault = error.fault;
      this.counts.record(request.endpoint, null);
      throw error;
    }
  }

  private requestToken(): Promise<WireAnswer> {
    const { corpId, secret } = this.settings;
    return this.send({ endpoint: TOKEN_ENDPOINT, query: { corpid: corpId, corpsecret: secret } });
  }

  private fetchToken(): Promise<z.output<typeof tokenAnswer>> {
    return this.limiter.run({ endpoint: TOKEN_ENDPOINT }, async () => {
      const answer = await this.requestToken();
      if (answer.errcode !== 0) throw await this.recordRefusal(TOKEN_ENDPOINT, answer);
      this.limiter.endCooldown(TOKEN_ENDPOINT);
      return this.tokenIn(answer);
    });
  }

  /** Throws `Unreachable` when the answer has no token: this is an outage, not a fault of the message. */
  private tokenIn(answer: WireAnswer): z.output<typeof tokenAnswer> {
    const parsed = tokenAnswer.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    this.fault = { kind: 'no_token', detail: issuePaths(parsed.error) };
    throw new Unreachable('wecom_no_token', TOKEN_ENDPOINT, this.fault);
  }

  private recordSuccess(endpoint: string): void {
    this.halts.lift(endpoint);
    this.limiter.endCooldown(endpoint);
  }

  private async recordRefusal(endpoint: string, answer: WireAnswer): Promise<Error> {
    const verdict = verdictOn(answer.errcode);
    const { act, code, afterMs = 2_000, countsAsAttempt = true, blames = [] } = verdict;
    const message = `WeCom ${endpoint}: ${code} (${answer.errcode}) ${this.redacted(answer.errmsg)}`.trimEnd();
    switch (act) {
      case 'crowded':
        this.limiter.lowerConcurrency(endpoint);
        return new RetryLater(code, withJitter(afterMs), { message });
      case 'retry':
      case 'conflict':
      case 'refresh':
        return new RetryLater(code, withJitter(afterMs), { message, countsAsAttempt });
      case 'window':
        return new RetryLater(code, withJitter(await this.limiter.startCooldown(endpoint)), {
          message,
          countsAsAttempt: false,
          throttlesKind: true,
        });
      case 'give_up':
        // The request was refused, not the app: the endpoint works.
        this.recordSuccess(endpoint);
        return new GiveUp(code, { message, blames });
      case 'halt_app':
      case 'halt_endpoint':
        return this.halts.raise(verdict, endpoint);
    }
  }

  /** Skips and logs the parts that cannot be read. */
  private parseAnswer<T>(call: ApiCall<T>, answer: WireAnswer): T {
    const { endpoint } = call;
    const { value, skipped } = readCollectingSkipped(endpoint, () => parseOrRetry(call, answer));
    if (skipped.length > 0) this.logSkipped(endpoint, skipped);
    return value;
  }

  private logSkipped(endpoint: string, skipped: readonly SkippedPart[]): void {
    this.logger?.warn(
      { endpoint, skipped: skipped.length, where: skipped.slice(0, 5).map(({ where }) => where) },
      'parts of an answer of WeCom could not be read and were skipped',
    );
  }

  private logPartialFailures(endpoint: string, { body, errmsg }: WireAnswer): void {
    const failed = partialFailures(body, errmsg);
    if (Object.keys(failed).length > 0)
      this.logger?.warn({ endpoint, failed }, 'a call to WeCom succeeded only in part');
  }

  /** The errmsg without secrets: it helps a person, but it may quote our request. */
  private redacted(errmsg: string): string {
    return cutToCodePoints(errmsg.replaceAll(this.settings.secret, '***').replace(/[\w-]{80,}/g, '***'), ERRMSG_SHOWN);
  }
}

function parseOrRetry<T>(call: Pick<ApiCall<T>, 'endpoint' | 'answer'>, answer: WireAnswer): T {
  const parsed = call.answer.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  throw new RetryLater(UNREADABLE, withJitter(READ_AGAIN_MS), {
    message: `WeCom ${call.endpoint}: the answer does not fit at ${issuePaths(parsed.error)}`,
  });
}
