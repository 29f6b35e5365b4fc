import type { LocalizedText } from '../../domain/localized-text.js';
import type { Action, ActionKind, ActionOf } from '../../domain/action.js';
import { systemClock, type Clock } from '../../platform/clock.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { Channel, ChannelHealth, ActionResult, AttemptOutcome } from '../channel.js';
import type { Check, Connection } from '../connection.js';
import { callSmsApi, type SmsSettings } from './sms-client.js';
import { smsVerdict } from './sms-errors.js';

/** While halted, one message per interval tests whether an admin has fixed the cause. */
const HALT_MS = 10 * 60_000;
const ENDPOINT = 'SendSms';

interface Halt {
  readonly code: string;
  readonly advice: LocalizedText;
  readonly since: number;
  readonly until: number;
}

/**
 * Text messages by Tencent Cloud SMS. Only approved templates may be sent, so a message is the number of a template and its
 * parameters. Tencent takes no idempotency key, so a message that may have been sent is never sent again.
 */
export class SmsChannel implements Channel {
  readonly id = 'sms';
  readonly abilities: ReadonlySet<ActionKind> = new Set<ActionKind>(['sms']);
  private halt: Halt | undefined;
  private total = 0;
  private refused = 0;

  /** `wallClock` is the time of this machine: a signature needs the real time, even when the product's clock is pushed. */
  constructor(
    private readonly settings: SmsSettings,
    private readonly clock: Clock,
    private readonly wallClock: Clock = systemClock,
  ) {}

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  /** `ref` is Tencent's serial number. */
  async send(action: Action): Promise<ActionResult> {
    if (action.kind !== 'sms') throw new GiveUp('not_an_sms', { message: `the SMS channel cannot ${action.kind}` });
    const now = this.clock.now();
    // Further ahead than any halt: the clock was set back since.
    if (this.halt && this.halt.until > now && this.halt.until - now <= HALT_MS)
      throw new RetryLater('sms_halted', this.halt.until - now, { countsAsAttempt: false });
    this.total += 1;
    const answer = await callSmsApi(this.settings, ENDPOINT, this.bodyOf(action), this.wallClock.now());
    const status = answer.SendStatusSet?.[0];
    const code = answer.Error?.Code ?? status?.Code;
    if (code === undefined) throw new GiveUp('outcome_unknown', { message: 'SendSms: the answer has no outcome' });
    if (code !== 'Ok') throw this.refusal(code, now);
    this.halt = undefined;
    return { ...(status?.SerialNo ? { ref: status.SerialNo } : {}) };
  }

  isRepeatable(): boolean {
    return false;
  }

  findOutcome(): Promise<AttemptOutcome> {
    return Promise.resolve({ outcome: 'unknown' });
  }

  health(): ChannelHealth {
    return { ok: this.halt === undefined, detail: this.halt?.advice.zh ?? '' };
  }

  connection(): Connection {
    const { halt } = this;
    return {
      halted: halt ? [{ endpoint: ENDPOINT, errcode: 0, code: halt.code, since: halt.since, advice: halt.advice }] : [],
      waiting: [],
      usage: [
        {
          endpoint: ENDPOINT,
          lastMinute: 0,
          perMinute: 0,
          lastHour: 0,
          perHour: 0,
          total: this.total,
          refused: this.refused,
          answers: {},
        },
      ],
      callbacks: { lastAt: null, taken: 0, refused: 0, stale: 0, unknown: 0 },
      comparing: null,
    };
  }

  /** Asks for the list of templates. The keys are valid unless the answer says otherwise. */
  async checkUp(): Promise<readonly Check[]> {
    const title: LocalizedText = { zh: '短信密钥', en: 'SMS key' };
    try {
      const body = { International: 0, Limit: 1, Offset: 0 };
      const code = (await callSmsApi(this.settings, 'DescribeSmsTemplateList', body, this.wallClock.now())).Error?.Code;
      const verdict = code?.startsWith('AuthFailure') ? smsVerdict(code) : undefined;
      if (verdict?.act === 'halt') {
        const found: LocalizedText = {
          zh: `腾讯云拒绝了签名（${code}）`,
          en: `Tencent Cloud refused the signature (${code})`,
        };
        return [{ id: 'sms_key', ok: false, title, found, remedy: verdict.advice }];
      }
      return [{ id: 'sms_key', ok: true, title, found: { zh: '签名有效', en: 'the signature is valid' } }];
    } catch (cause) {
      if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
      const found: LocalizedText = {
        zh: `连不上腾讯云短信（${cause.message}）`,
        en: `cannot be reached (${cause.message})`,
      };
      const remedy: LocalizedText = {
        zh: '检查服务器能否访问 SMS_API_BASE',
        en: 'check whether SMS_API_BASE can be reached from here',
      };
      return [{ id: 'sms_key', ok: false, title, found, remedy }];
    }
  }

  private bodyOf({ phone, template, params }: ActionOf<'sms'>): object {
    const { appId, signName } = this.settings;
    return {
      PhoneNumberSet: [phone],
      SmsSdkAppId: appId,
      SignName: signName,
      TemplateId: template,
      TemplateParamSet: params,
    };
  }

  private refusal(code: string, now: number): Error {
    this.refused += 1;
    const verdict = smsVerdict(code);
    const message = `SendSms: ${code}`;
    switch (verdict.act) {
      case 'retry':
        return new RetryLater(verdict.code, verdict.afterMs, { message });
      case 'give_up':
        return new GiveUp(verdict.code, { message });
      case 'unknown':
        return new GiveUp('outcome_unknown', { message });
      case 'halt':
        this.halt = {
          code: verdict.code,
          advice: verdict.advice,
          since: this.halt?.since ?? now,
          until: now + HALT_MS,
        };
        return new RetryLater('sms_halted', HALT_MS, { message, countsAsAttempt: false });
    }
  }
}
