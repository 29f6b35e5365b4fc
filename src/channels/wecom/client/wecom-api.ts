import type { z } from 'zod';
import type { Clock } from '../../../platform/clock.js';
import { GiveUp, RetryLater } from '../../../platform/errors.js';
import type { Quota, QuotaUse } from '../quota.js';
import type { WecomLogger, WecomSettings } from '../settings.js';
import { AccessToken, tokenAnswer } from './access-token.js';
import { verdictOn, type Verdict } from './errcodes.js';
import { Halts } from './halts.js';
import { Wire, withJitter, type WireAnswer, type WireRequest } from './wire.js';

export interface ApiCall<T> extends QuotaUse {
  readonly query?: Readonly<Record<string, string>>;
  /** Absent: a GET. An object is sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>> | FormData;
  /** What a success carries; unknown fields are ignored. */
  readonly answer: z.ZodType<T>;
}

export type Outcome<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly errcode: number };

const TOKEN_ENDPOINT = 'gettoken';
const ERRMSG_SHOWN = 160;

/** Calls WeCom as one app: token, quota, halts, and the one table that turns an errcode into who must act. */
export class WecomApi {
  private readonly token: AccessToken;
  private readonly wire: Wire;
  private readonly halts: Halts;
  private fault: string | undefined;

  constructor(
    private readonly settings: WecomSettings,
    clock: Clock,
    private readonly quota: Quota,
    timeoutMs?: number,
    logger?: WecomLogger,
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
    return this.quota.run(call, async () => {
      this.halts.check(call.endpoint);
      const answer = await this.withToken(call);
      if (expected.includes(answer.errcode)) {
        this.answered(call.endpoint);
        return { ok: false, errcode: answer.errcode };
      }
      if (answer.errcode !== 0) throw this.refusal(call.endpoint, answer);
      this.answered(call.endpoint);
      return { ok: true, data: read(call, answer) };
    });
  }

  /** What an admin should know; empty when all is well. */
  trouble(): string {
    return [this.halts.describe(), this.fault === undefined ? '' : `企业微信接口无法访问（${this.fault}）`]
      .filter((part) => part !== '')
      .join('；');
  }

  private async withToken(call: ApiCall<unknown>): Promise<WireAnswer> {
    const token = await this.token.get();
    const answer = await this.exchange(call, token);
    if (verdictOn(answer.errcode).act !== 'refresh') return answer;
    // WeCom may end a token early: one new one, one more try, and no loop.
    this.token.drop(token);
    return this.exchange(call, await this.token.get());
  }

  private exchange(call: ApiCall<unknown>, token: string): Promise<WireAnswer> {
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
      return answer;
    } catch (error) {
      if (error instanceof RetryLater) this.fault = error.message;
      throw error;
    }
  }

  private fetchToken(): Promise<z.output<typeof tokenAnswer>> {
    return this.quota.run({ endpoint: TOKEN_ENDPOINT }, async () => {
      const { corpId, secret } = this.settings;
      const answer = await this.reach({ endpoint: TOKEN_ENDPOINT, query: { corpid: corpId, corpsecret: secret } });
      if (answer.errcode !== 0) throw this.refusal(TOKEN_ENDPOINT, answer);
      this.quota.unblock(TOKEN_ENDPOINT);
      return read({ endpoint: TOKEN_ENDPOINT, answer: tokenAnswer }, answer);
    });
  }

  private answered(endpoint: string): void {
    this.halts.lift(endpoint);
    this.quota.unblock(endpoint);
  }

  private refusal(endpoint: string, answer: WireAnswer): Error {
    const verdict: Verdict = verdictOn(answer.errcode);
    const message = `WeCom ${endpoint}: ${verdict.code} (${answer.errcode}) ${this.shown(answer.errmsg)}`.trimEnd();
    switch (verdict.act) {
      case 'retry':
      case 'refresh':
        return new RetryLater(verdict.code, withJitter(verdict.afterMs ?? 2_000), { message });
      case 'window':
        return new RetryLater(verdict.code, withJitter(this.quota.block(endpoint)), { message });
      case 'give_up':
        return new GiveUp(verdict.code, { message });
      case 'halt_app':
      case 'halt_endpoint':
        return this.halts.raise(verdict, endpoint);
    }
  }

  /** WeCom's own words help a person, but they may quote what we sent. */
  private shown(errmsg: string): string {
    return errmsg
      .replaceAll(this.settings.secret, '***')
      .replace(/[\w-]{80,}/g, '***')
      .slice(0, ERRMSG_SHOWN);
  }
}

function read<T>(call: Pick<ApiCall<T>, 'endpoint' | 'answer'>, answer: WireAnswer): T {
  const parsed = call.answer.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues
    .map((issue) => issue.path.join('.'))
    .slice(0, 5)
    .join(', ');
  throw new GiveUp('wecom_answer_unreadable', {
    message: `WeCom ${call.endpoint}: the answer does not fit at ${places}`,
  });
}
