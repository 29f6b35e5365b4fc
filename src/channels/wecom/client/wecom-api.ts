import type { z } from 'zod';
import type { Clock } from '../../../platform/clock.js';
import { GiveUp, RetryLater } from '../../../platform/errors.js';
import type { RateLimiter, QuotaUse } from '../rate-limits/rate-limiter.js';
import type { WecomLogger, WecomSettings } from '../settings.js';
import { AccessToken, tokenAnswer } from './access-token.js';
import { CallCounts } from './call-counts.js';
import { verdictOn } from './errcodes.js';
import { faultFound, type Fault } from './faults.js';
import { Halts } from './halts.js';
import { leaveOut, noting, type LeftOut } from './left-out.js';
import { placesOf } from './lenient.js';
import { partialFailures } from './partial-failures.js';
import { Unreachable, Wire, withJitter, type WireAnswer, type WireRequest } from './wire.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';
import type { Connection } from '../../connection.js';

export interface ApiCall<T> extends QuotaUse {
  readonly query?: Readonly<Record<string, string>>;
  /** Absent: a GET. An object is sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>> | FormData;
  /** What a success carries; unknown fields are ignored. */
  readonly answer: z.ZodType<T>;
}

export type Outcome<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly errcode: number };

/** What came of a question that was asked to find out how things stand. */
export type Probed =
  | ({ readonly kind: 'answered' } & Pick<WireAnswer, 'errcode' | 'errmsg' | 'body' | 'theirNow'>)
  | { readonly kind: 'unreachable'; readonly fault: Fault }
  /** Not asked: WeCom has blocked us, or our own quota is full. `until`: epoch ms. */
  | { readonly kind: 'waits'; readonly until: number };

const TOKEN_ENDPOINT = 'gettoken';
const ERRMSG_SHOWN = 200;
/** A call on the same pair takes about so long; one of another program's is waited out in place. */
const CONFLICT_MS = 400;
const CONFLICT_TRIES = 3;
/** A success that cannot be read now may be read later: a proxy in between, or a change on WeCom's side, is put right. */
export const UNREADABLE = 'wecom_answer_unreadable';
const READ_AGAIN_MS = 5_000;

/** Calls WeCom as one app: token, quota, halts, and the one table that turns an errcode into who must act. */
export class WecomApi {
  private readonly token: AccessToken;
  private readonly wire: Wire;
  private readonly halts: Halts;
  private readonly counts = new CallCounts();
  private fault: Fault | undefined;

  constructor(
    private readonly settings: WecomSettings,
    private readonly clock: Clock,
    private readonly limiter: RateLimiter,
    timeoutMs?: number,
    private readonly logger?: WecomLogger,
  ) {
    this.wire = new Wire(settings.apiBase, timeoutMs);
    this.halts = new Halts(clock, logger);
    this.token = new AccessToken(() => this.fetchToken(), clock);
  }

  /** Throws `RetryLater` or `GiveUp` for every errcode but 0. */
  async ask<T>(call: ApiCall<T>): Promise<T> {
    const outcome = await this.tryAsk(call, []);
    if (!outcome.ok) throw new Error(`${call.endpoint} returned ${outcome.errcode}, which nobody expected`);
    return outcome.data;
  }

  /** As `ask`, but the expected errcodes come back as an outcome. */
  async tryAsk<T>(call: ApiCall<T>, expected: readonly number[]): Promise<Outcome<T>> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.limiter.run(call, () => {
        this.halts.check(call.endpoint);
        return this.withToken(call);
      });
      const { errcode } = answer;
      if (errcode !== 0 && !expected.includes(errcode)) {
        if (verdictOn(errcode).act !== 'conflict' || tries === CONFLICT_TRIES)
          throw await this.refusal(call.endpoint, answer);
        await this.limiter.sleep(withJitter(CONFLICT_MS));
        continue;
      }
      this.answered(call.endpoint);
      if (errcode !== 0) return { ok: false, errcode };
      this.tellPartial(call.endpoint, answer);
      return { ok: true, data: this.readWhatFits(call, answer) };
    }
  }

  /** Asks once to learn how things stand, whether it is halted or not: an admin wants to know now. Never throws for WeCom. */
  probe(call: Omit<ApiCall<unknown>, 'answer'>): Promise<Probed> {
    return this.probing(call.endpoint, () => this.limiter.run(call, () => this.withToken(call)));
  }

  /** As `probe`, of the secret itself. A token that comes is used from then on. */
  probeToken(): Promise<Probed> {
    return this.probing(TOKEN_ENDPOINT, async () => {
      const answer = await this.limiter.run({ endpoint: TOKEN_ENDPOINT }, () => this.requestToken());
      if (answer.errcode === 0) this.token.hold(this.tokenIn(answer));
      return answer;
    });
  }

  /** For what is found amiss in several answers together. */
  tellLeftOut(endpoint: string, where: string): void {
    leaveOut(where, endpoint);
    this.logLeftOut(endpoint, [{ endpoint, where }]);
  }

  /** What an admin should know; empty when all is well. */
  trouble(): string {
    const blocked = this.limiter.waiting().find((wait) => wait.endpoint === TOKEN_ENDPOINT && wait.why === 'blocked');
    return [
      ...this.halts.list().map(({ advice, errcode, endpoint }) => `${advice.zh}（${errcode}，${endpoint}）`),
      ...(blocked ? ['企业微信暂时拒绝本机 IP 获取凭证（45009），一小时后自动再试'] : []),
      ...(this.fault ? [`企业微信接口无法访问：${faultFound(this.fault).zh}`] : []),
    ].join('；');
  }

  standing(): Pick<Connection, 'halted' | 'waiting' | 'usage'> {
    return {
      halted: this.halts.list(),
      waiting: this.limiter.waiting(),
      usage: this.counts.list().map((count) => ({ ...count, ...this.limiter.usageOf(count.endpoint) })),
    };
  }

  private async probing(endpoint: string, asking: () => Promise<WireAnswer>): Promise<Probed> {
    const known = this.halts.tooSoon(endpoint);
    if (known) return { kind: 'answered', errcode: known.errcode, errmsg: '', body: {} };
    try {
      const answer = await asking();
      // What it says goes into the halts like any other answer: what an admin has put right goes on at once.
      if (answer.errcode === 0) this.answered(endpoint);
      else await this.refusal(endpoint, answer);
      return { kind: 'answered', ...answer, errmsg: this.shown(answer.errmsg) };
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
    // WeCom may end a token early: one new one, one more try, and no loop.
    this.token.drop(token);
    const renewed = await this.token.get();
    await this.limiter.admit(call);
    return this.exchange(call, renewed);
  }

  private exchange(call: Omit<ApiCall<unknown>, 'answer'>, token: string): Promise<WireAnswer> {
    const { endpoint, query, body } = call;
    const sent = body === undefined || body instanceof FormData ? body : JSON.stringify(body);
    // Only the query is read for the token; a header or the body is answered with 41001 (S probe).
    return this.reach({
      endpoint,
      query: { ...query, access_token: token },
      ...(sent === undefined ? {} : { body: sent }),
    });
  }

  private async reach(request: WireRequest): Promise<WireAnswer> {
    try {
      const answer = await this.wire.exchange(request);
      this.fault = undefined;
      this.counts.note(request.endpoint, answer.errcode);
      return answer;
    } catch (error) {
      if (error instanceof Unreachable) this.fault = error.fault;
      this.counts.note(request.endpoint, null);
      throw error;
    }
  }

  private requestToken(): Promise<WireAnswer> {
    const { corpId, secret } = this.settings;
    return this.reach({ endpoint: TOKEN_ENDPOINT, query: { corpid: corpId, corpsecret: secret } });
  }

  private fetchToken(): Promise<z.output<typeof tokenAnswer>> {
    return this.limiter.run({ endpoint: TOKEN_ENDPOINT }, async () => {
      const answer = await this.requestToken();
      if (answer.errcode !== 0) throw await this.refusal(TOKEN_ENDPOINT, answer);
      this.limiter.unblock(TOKEN_ENDPOINT);
      return this.tokenIn(answer);
    });
  }

  /** Without a token nothing can be asked: that is an outage, and no message's own fault. */
  private tokenIn(answer: WireAnswer): z.output<typeof tokenAnswer> {
    const parsed = tokenAnswer.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    this.fault = { kind: 'no_token', detail: placesOf(parsed.error) };
    throw new Unreachable('wecom_no_token', TOKEN_ENDPOINT, this.fault);
  }

  private answered(endpoint: string): void {
    this.halts.lift(endpoint);
    this.limiter.unblock(endpoint);
  }

  private async refusal(endpoint: string, answer: WireAnswer): Promise<Error> {
    const verdict = verdictOn(answer.errcode);
    const { act, code, afterMs = 2_000, countsAsAttempt = true, blames = [] } = verdict;
    const message = `WeCom ${endpoint}: ${code} (${answer.errcode}) ${this.shown(answer.errmsg)}`.trimEnd();
    switch (act) {
      case 'crowded':
        this.limiter.crowded(endpoint);
        return new RetryLater(code, withJitter(afterMs), { message });
      case 'retry':
      case 'conflict':
      case 'refresh':
        return new RetryLater(code, withJitter(afterMs), { message, countsAsAttempt });
      case 'window':
        return new RetryLater(code, withJitter(await this.limiter.block(endpoint)), {
          message,
          countsAsAttempt: false,
          throttlesKind: true,
        });
      case 'give_up':
        // It refused what was asked, not us.
        this.answered(endpoint);
        return new GiveUp(code, { message, blames });
      case 'halt_app':
      case 'halt_endpoint':
        return this.halts.raise(verdict, endpoint);
    }
  }

  /** What of an answer cannot be read is left out and said, and the rest taken. */
  private readWhatFits<T>(call: ApiCall<T>, answer: WireAnswer): T {
    const { endpoint } = call;
    const { value, leftOut } = noting(endpoint, () => read(call, answer));
    if (leftOut.length > 0) this.logLeftOut(endpoint, leftOut);
    return value;
  }

  private logLeftOut(endpoint: string, leftOut: readonly LeftOut[]): void {
    this.logger?.warn(
      { endpoint, leftOut: leftOut.length, where: leftOut.slice(0, 5).map(({ where }) => where) },
      'part of an answer of WeCom could not be read and was left out',
    );
  }

  private tellPartial(endpoint: string, { body, errmsg }: WireAnswer): void {
    const failed = partialFailures(body, errmsg);
    if (Object.keys(failed).length > 0) this.logger?.warn({ endpoint, failed }, 'WeCom did a call only in part');
  }

  /** WeCom's own words help a person, but they may quote what we sent. */
  private shown(errmsg: string): string {
    return cutToCodePoints(errmsg.replaceAll(this.settings.secret, '***').replace(/[\w-]{80,}/g, '***'), ERRMSG_SHOWN);
  }
}

function read<T>(call: Pick<ApiCall<T>, 'endpoint' | 'answer'>, answer: WireAnswer): T {
  const parsed = call.answer.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  throw new RetryLater(UNREADABLE, withJitter(READ_AGAIN_MS), {
    message: `WeCom ${call.endpoint}: the answer does not fit at ${placesOf(parsed.error)}`,
  });
}
