import type { LocalizedText } from '../../domain/localized-text.js';

/** Who must act. `unknown`: the message may have been sent. */
export type SmsVerdict =
  | { readonly act: 'retry'; readonly code: string; readonly afterMs: number }
  | { readonly act: 'give_up'; readonly code: string }
  | { readonly act: 'halt'; readonly code: string; readonly advice: LocalizedText }
  | { readonly act: 'unknown' };

const HOUR_MS = 3_600_000;
const retry = (code: string, afterMs: number): SmsVerdict => ({ act: 'retry', code, afterMs });
const giveUp = (code: string): SmsVerdict => ({ act: 'give_up', code });
const halt = (code: string, zh: string, en: string): SmsVerdict => ({ act: 'halt', code, advice: { zh, en } });

const keys = halt(
  'sms_bad_key',
  '短信密钥不对或没有权限：检查 SMS_SECRET_ID、SMS_SECRET_KEY，并给这个密钥授予短信权限',
  'the SMS key is wrong or lacks the right to send: check SMS_SECRET_ID, SMS_SECRET_KEY and the rights of the key',
);
const clock = halt(
  'sms_clock_wrong',
  '服务器时间和腾讯云相差太多：校准服务器时间',
  "this machine's clock is too far from Tencent Cloud's: set it right",
);
const app = halt(
  'sms_bad_app',
  '短信应用不可用：检查 SMS_APP_ID，以及应用在短信控制台里是否启用',
  'the SMS application cannot be used: check SMS_APP_ID, and in the SMS console whether it is enabled',
);

/**
 * What the codes of Tencent Cloud mean for one number. A row applies to all codes below it: without a row `A.B` means `A`.
 * Sources: D1 短信 API 3.0 发送错误码 (cloud.tencent.com/document/api/382/59177), D2 公共错误码 (…/382/52075), D3 SendSms
 * (…/382/55981). After a refusal nothing was sent.
 */
const rows: Readonly<Record<string, SmsVerdict>> = {
  // --- keys, clock, address: an admin must act (D2)
  AuthFailure: keys,
  'AuthFailure.SignatureExpire': clock, // more than five minutes apart
  'InternalError.RequestTimeException': clock, // D1: more than ten
  'InternalError.SigVerificationFail': keys, // D1
  'InternalError.SigFieldMissing': keys, // D1
  UnauthorizedOperation: keys,
  'UnauthorizedOperation.SmsSdkAppIdVerifyFail': app, // D1
  'UnauthorizedOperation.SdkAppIdIsDisabled': app, // D1
  'UnauthorizedOperation.SerivceSuspendDueToArrears': halt(
    'sms_in_arrears', // D1; Tencent's own spelling
    '短信服务欠费停用：到腾讯云充值',
    'the SMS service is suspended for arrears: pay at Tencent Cloud',
  ),
  'UnauthorizedOperation.ServiceSuspendDueToArrears': halt(
    'sms_in_arrears', // D1, spelt as newer pages do
    '短信服务欠费停用：到腾讯云充值',
    'the SMS service is suspended for arrears: pay at Tencent Cloud',
  ),
  'UnauthorizedOperation.RequestIpNotInWhitelist': halt(
    'sms_untrusted_ip', // D1
    '服务器 IP 不在短信白名单：到腾讯云放行',
    "this machine's address is not on the SMS whitelist: add it at Tencent Cloud",
  ),
  IpNotInWhitelist: halt('sms_untrusted_ip', '服务器 IP 不在白名单：到腾讯云放行', 'this address is not whitelisted'),
  IpInBlacklist: halt('sms_untrusted_ip', '服务器 IP 在黑名单：联系腾讯云', 'this address is blacklisted'),
  'InvalidParameterValue.SdkAppIdNotExist': app, // D1
  'FailedOperation.InsufficientBalanceInSmsPackage': halt(
    'sms_no_balance', // D1
    '短信套餐包用完：到腾讯云购买套餐包',
    'the SMS package is used up: buy another one at Tencent Cloud',
  ),
  'FailedOperation.SignatureIncorrectOrUnapproved': halt(
    'sms_sign_unapproved', // D1
    '短信签名没有过审或写得不对：核对 SMS_SIGN_NAME 与短信控制台里的签名',
    'the SMS signature is not approved or misspelt: compare SMS_SIGN_NAME with the SMS console',
  ),
  // --- tried again later
  RequestLimitExceeded: retry('sms_too_frequent', 2_000), // D2
  LimitExceeded: retry('sms_too_frequent', HOUR_MS), // D2
  'LimitExceeded.DeliveryFrequencyLimit': retry('sms_too_frequent', 60_000), // D1
  'LimitExceeded.PhoneNumberThirtySecondLimit': retry('sms_too_frequent', 30_000), // D1
  'LimitExceeded.PhoneNumberOneHourLimit': retry('sms_too_frequent', HOUR_MS), // D1
  'FailedOperation.MarketingSendTimeConstraint': retry('sms_marketing_hours', HOUR_MS), // D1: 8 to 22 o'clock only
  ResourceUnavailable: retry('sms_unavailable', 60_000), // D2
  // --- this message cannot be sent
  'LimitExceeded.PhoneNumberDailyLimit': giveUp('sms_number_full'), // D1
  'LimitExceeded.PhoneNumberSameContentDailyLimit': giveUp('sms_number_full'), // D1
  'LimitExceeded.PhoneNumberCountLimit': giveUp('sms_refused'), // D1: more than 200 numbers, we send one
  FailedOperation: giveUp('sms_refused'), // D2
  'FailedOperation.TemplateIncorrectOrUnapproved': giveUp('sms_template_unapproved'), // D1
  'FailedOperation.ContainSensitiveWord': giveUp('sms_sensitive_word'), // D1
  'FailedOperation.PhoneNumberInBlacklist': giveUp('sms_number_refuses'), // D1: unsubscribed, or a carrier's list
  'FailedOperation.TemplateParamSetNotMatchApprovedTemplate': giveUp('sms_bad_params'), // D1
  InvalidParameter: giveUp('sms_refused'), // D2
  InvalidParameterValue: giveUp('sms_bad_params'), // D1
  'InvalidParameterValue.IncorrectPhoneNumber': giveUp('sms_bad_number'), // D1
  MissingParameter: giveUp('sms_refused'), // D2
  UnsupportedOperation: giveUp('sms_refused'), // D2
  UnsupportedRegion: giveUp('sms_refused'), // D2
  UnknownParameter: giveUp('sms_refused'), // D2
  'UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny': giveUp('sms_no_marketing'), // D1
  // --- internal errors: for a time-out D1 says only that it took too long, not that nothing was sent
  InternalError: { act: 'unknown' },
  'InternalError.JsonParseFail': giveUp('sms_refused'), // D1
  'InternalError.RestApiInterfaceNotExist': giveUp('sms_refused'), // D1
};

export function smsVerdict(code: string): SmsVerdict {
  for (let name = code; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.'))))
    if (Object.hasOwn(rows, name)) return rows[name]!;
  // An unlisted code is a refusal, too: Tencent answers either with an error or with a serial number.
  return giveUp('sms_refused');
}
