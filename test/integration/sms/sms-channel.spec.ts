import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SmsChannel } from '../../../src/channels/sms/sms.channel.js';
import type { SmsSettings } from '../../../src/channels/sms/sms-client.js';
import type { Action } from '../../../src/domain/action.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { FakeTencent, failed, status } from './fake-tencent.js';

const message: Action = {
  kind: 'sms',
  phone: '+8613800138000',
  template: '1234567',
  params: ['小鹿', '7'],
  text: '小鹿，好久不见',
};
let tencent: FakeTencent;
let clock: PushedClock;
let wallClock: PushedClock;
let channel: SmsChannel;

const aChannel = (over: Partial<SmsSettings> = {}): SmsChannel =>
  new SmsChannel(
    {
      secretId: 'AKIDexample0000',
      secretKey: tencent.secretKey,
      appId: '1400006666',
      signName: '群阶',
      region: 'ap-guangzhou',
      apiBase: tencent.url,
      ...over,
    },
    clock,
    wallClock,
  );

beforeEach(async () => {
  tencent = new FakeTencent();
  await tencent.open();
  wallClock = new PushedClock(tencent.nowMs);
  clock = new PushedClock(tencent.nowMs + 90 * 24 * 3_600_000);
  channel = aChannel();
});
afterEach(() => tencent.close());

describe('the SMS channel', () => {
  it('sends again when the clock was set back by a day during a halt', async () => {
    tencent.says(status('FailedOperation.InsufficientBalanceInSmsPackage'));
    await expect(channel.send(message)).rejects.toMatchObject({ code: 'sms_halted' });
    Object.assign(clock, { at: clock.now() - 24 * 3_600_000 });
    await channel.send(message);
    expect(channel.health()).toEqual({ ok: true, detail: '' });
  });

  it('sends an approved template to one number, signed with the real time', async () => {
    expect(await channel.send(message)).toEqual({ ref: '5000:1045710669157053657849499619' });
    expect(tencent.sent).toEqual([
      {
        action: 'SendSms',
        region: 'ap-guangzhou',
        body: {
          PhoneNumberSet: ['+8613800138000'],
          SmsSdkAppId: '1400006666',
          SignName: '群阶',
          TemplateId: '1234567',
          TemplateParamSet: ['小鹿', '7'],
        },
      },
    ]);
    expect(channel.health()).toEqual({ ok: true, detail: '' });
  });

  it.each([
    ['LimitExceeded.PhoneNumberThirtySecondLimit', 'RetryLater', 'sms_too_frequent', 30_000],
    ['LimitExceeded.PhoneNumberOneHourLimit', 'RetryLater', 'sms_too_frequent', 3_600_000],
    ['LimitExceeded.AppDailyLimit', 'RetryLater', 'sms_too_frequent', 3_600_000],
    ['LimitExceeded.PhoneNumberDailyLimit', 'GiveUp', 'sms_number_full', undefined],
    ['FailedOperation.TemplateIncorrectOrUnapproved', 'GiveUp', 'sms_template_unapproved', undefined],
    ['FailedOperation.PhoneNumberInBlacklist', 'GiveUp', 'sms_number_refuses', undefined],
    ['InvalidParameterValue.IncorrectPhoneNumber', 'GiveUp', 'sms_bad_number', undefined],
    ['InvalidParameterValue.TemplateParameterFormatError', 'GiveUp', 'sms_bad_params', undefined],
    ['InternalError.Timeout', 'GiveUp', 'outcome_unknown', undefined],
    ['Something.New', 'GiveUp', 'sms_refused', undefined],
  ])('decides for %s who must act', async (code, name, said, retryAfterMs) => {
    tencent.says(status(code));
    await expect(channel.send(message)).rejects.toMatchObject({
      name,
      code: said,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    expect(channel.health().ok).toBe(true);
  });

  it.each(['FailedOperation.SignatureIncorrectOrUnapproved', 'FailedOperation.InsufficientBalanceInSmsPackage'])(
    'halts at %s until an admin has had time to act, without calls meanwhile',
    async (code) => {
      tencent.says(status(code));
      await expect(channel.send(message)).rejects.toMatchObject({
        name: 'RetryLater',
        code: 'sms_halted',
        countsAsAttempt: false,
      });
      await expect(channel.send(message)).rejects.toMatchObject({ code: 'sms_halted', countsAsAttempt: false });
      expect(tencent.sent.length).toBe(1);
      expect(channel.health().ok).toBe(false);
      expect(channel.connection().halted).toMatchObject([{ endpoint: 'SendSms', since: clock.now() }]);
      clock.pushTo(clock.now() + 10 * 60_000);
      await channel.send(message);
      expect(channel.health()).toEqual({ ok: true, detail: '' });
    },
  );

  it('does not retry a message that may have been sent', async () => {
    tencent.says('cut');
    await expect(channel.send(message)).rejects.toMatchObject({ name: 'GiveUp', code: 'outcome_unknown' });
    expect(tencent.sent.length).toBe(1);
    expect(channel.isRepeatable()).toBe(false);
    expect(await channel.findOutcome()).toEqual({ outcome: 'unknown' });
  });

  it('retries a message that never arrived', async () => {
    await tencent.close();
    await expect(channel.send(message)).rejects.toMatchObject({ name: 'RetryLater', code: 'sms_unreachable' });
  });

  it('distinguishes a wrong key from a wrong clock, and shows neither key nor phone number', async () => {
    const wrong = aChannel({ secretKey: 'another-key' });
    const refusal = await wrong.send(message).catch((cause: unknown) => cause as Error);
    expect(wrong.health().detail).toContain('SMS_SECRET_KEY');
    expect(JSON.stringify([refusal, (refusal as Error).message])).not.toMatch(/another-key|13800138000/);
    wallClock.pushTo(wallClock.now() + 6 * 60_000);
    await expect(channel.send(message)).rejects.toMatchObject({ code: 'sms_halted', countsAsAttempt: false });
    expect(channel.health().detail).toContain('时间');
    expect(tencent.sent).toEqual([]);
  });

  it('checks the key without sending a message', async () => {
    expect(await channel.checkUp()).toMatchObject([{ id: 'sms_key', ok: true }]);
    tencent.says(failed('UnauthorizedOperation.RequestPermissionDeny'));
    expect(await channel.checkUp()).toMatchObject([{ ok: true }]);
    expect(await aChannel({ secretKey: 'another-key' }).checkUp()).toMatchObject([
      { ok: false, remedy: { zh: expect.stringContaining('SMS_SECRET_KEY') as string } },
    ]);
    expect(await aChannel({ apiBase: 'http://127.0.0.1:1' }).checkUp()).toMatchObject([{ ok: false }]);
    expect(tencent.sent.every(({ action }) => action === 'DescribeSmsTemplateList')).toBe(true);
  });
});
