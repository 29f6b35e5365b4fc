import { z } from 'zod';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import { tc3Authorization } from './tc3-signature.js';

export interface SmsSettings {
  readonly secretId: string;
  readonly secretKey: string;
  /** SdkAppId */
  readonly appId: string;
  readonly signName: string;
  readonly region: string;
  /** Without a trailing slash; the real one is `https://sms.tencentcloudapi.com`. */
  readonly apiBase: string;
}

const answerShape = z.object({
  Response: z.object({
    Error: z.object({ Code: z.string(), Message: z.string().nullish() }).nullish(),
    SendStatusSet: z.array(z.object({ Code: z.string(), SerialNo: z.string().nullish() })).nullish(),
  }),
});
export type SmsAnswer = z.output<typeof answerShape>['Response'];

const VERSION = '2021-01-11';
const CONTENT_TYPE = 'application/json; charset=utf-8';
const TIMEOUT_MS = 10_000;
/** No connection was made, so nothing was sent. */
const neverReached = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** One call of Tencent Cloud's API 3.0. `nowMs` is the real time: a signature is valid for five minutes. */
export async function callSmsApi(
  settings: SmsSettings,
  action: 'SendSms' | 'DescribeSmsTemplateList',
  body: object,
  nowMs: number,
): Promise<SmsAnswer> {
  const payload = JSON.stringify(body);
  const timestamp = Math.floor(nowMs / 1_000);
  const { secretId, secretKey, apiBase, region } = settings;
  const { host } = new URL(apiBase);
  const answer = await fetchJson(`${apiBase}/`, {
    method: 'POST',
    headers: {
      Authorization: tc3Authorization({
        secretId,
        secretKey,
        service: 'sms',
        host,
        action,
        contentType: CONTENT_TYPE,
        payload,
        timestamp,
      }),
      'Content-Type': CONTENT_TYPE,
      'X-TC-Action': action,
      'X-TC-Timestamp': String(timestamp),
      'X-TC-Version': VERSION,
      'X-TC-Region': region,
    },
    body: payload,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const parsed = answerShape.safeParse(answer);
  if (!parsed.success) throw new GiveUp('outcome_unknown', { message: `${action}: the answer cannot be read` });
  return parsed.data.Response;
}

/** The thrown errors have no `cause`: it would contain the request with the phone number. */
async function fetchJson(url: string, request: RequestInit): Promise<unknown> {
  try {
    return await (await fetch(url, request)).json();
  } catch (cause) {
    const code = codeOf(cause);
    if (neverReached.has(code)) throw new RetryLater('sms_unreachable', 5_000, { message: `SMS: ${code}` });
    throw new GiveUp('outcome_unknown', { message: `SMS: no answer (${code})` });
  }
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return cause.cause === undefined ? cause.name : codeOf(cause.cause);
}
