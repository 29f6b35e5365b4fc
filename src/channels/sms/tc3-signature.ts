import { createHash, createHmac } from 'node:crypto';

export interface Tc3Request {
  readonly secretId: string;
  readonly secretKey: string;
  /** `sms` */
  readonly service: string;
  readonly host: string;
  readonly action: string;
  readonly contentType: string;
  readonly payload: string;
  /** Seconds; may differ from Tencent's clock by five minutes at most (AuthFailure.SignatureExpire). */
  readonly timestamp: number;
}

const ALGORITHM = 'TC3-HMAC-SHA256';
const SIGNED_HEADERS = 'content-type;host;x-tc-action';

/** The `Authorization` header of Tencent Cloud's signature v3 (cloud.tencent.com/document/api/382/52072). */
export function tc3Authorization(request: Tc3Request): string {
  // The day of the timestamp in UTC, not in the time zone of the machine.
  const date = new Date(request.timestamp * 1_000).toISOString().slice(0, 10);
  const scope = `${date}/${request.service}/tc3_request`;
  const toSign = [ALGORITHM, String(request.timestamp), scope, sha256(canonical(request))].join('\n');
  const key = [date, request.service, 'tc3_request'].reduce<Buffer | string>(hmac, `TC3${request.secretKey}`);
  const signature = hmac(key, toSign).toString('hex');
  return `${ALGORITHM} Credential=${request.secretId}/${scope}, SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`;
}

const canonical = ({ contentType, host, action, payload }: Tc3Request): string =>
  [
    'POST',
    '/',
    '',
    `content-type:${contentType.toLowerCase()}`,
    `host:${host.toLowerCase()}`,
    `x-tc-action:${action.toLowerCase()}`,
    '',
    SIGNED_HEADERS,
    sha256(payload),
  ].join('\n');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
