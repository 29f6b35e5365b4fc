import { RetryLater } from '../../../platform/errors.js';
import { faultOf, type Fault } from './faults.js';

/** Only the errcode shows a failure: failures contain the empty default fields of the endpoint as well (S probe). */
export interface WireAnswer {
  readonly errcode: number;
  readonly errmsg: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Epoch ms by WeCom's clock, from the Date header, if there is one. */
  readonly theirNow?: number;
}

export interface WireRequest {
  /** `externalcontact/get`. Only this part of the URL may appear in an error or a log. */
  readonly endpoint: string;
  readonly query: Readonly<Record<string, string>>;
  /** Without a body the request is a GET. */
  readonly body?: string | FormData;
}

/** No answer of WeCom. Nobody must act at once: the network may work again in a moment. */
export class Unreachable extends RetryLater {
  constructor(
    code: string,
    endpoint: string,
    readonly fault: Fault,
  ) {
    super(code, withJitter(FAULT_RETRY_MS), {
      message: `WeCom ${endpoint}: ${fault.detail}`,
      mayBeDone: !neverArrived.has(fault.kind),
    });
  }
}

/** Faults before a request is sent. */
const neverArrived: ReadonlySet<Fault['kind']> = new Set(['dns', 'refused', 'tls', 'tls_expired', 'no_token']);

const TIMEOUT_MS = 10_000;
const FAULT_RETRY_MS = 3_000;

/** Adds up to half of the delay, so that calls that failed together are not retried together. */
export const withJitter = (ms: number): number => Math.round(ms * (1 + Math.random() / 2));

/**
 * One HTTP exchange with WeCom. The URL contains the token or the secret, so errors of fetch are not passed on: only the
 * endpoint and the code of the error are.
 */
export class Wire {
  constructor(
    private readonly apiBase: string,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  async exchange(request: WireRequest): Promise<WireAnswer> {
    const address = `${this.apiBase}/cgi-bin/${request.endpoint}?${new URLSearchParams(request.query).toString()}`;
    let response: Response;
    let text: string;
    try {
      response = await fetch(address, {
        method: request.body === undefined ? 'GET' : 'POST',
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(typeof request.body === 'string' ? { headers: { 'content-type': 'application/json' } } : {}),
        // A redirect (http → https is a 301) would send the token to another address.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      text = await response.text();
    } catch (error) {
      throw new Unreachable('wecom_unreachable', request.endpoint, faultOf(error));
    }
    if (response.status !== 200)
      throw new Unreachable('wecom_http_error', request.endpoint, { kind: 'http', detail: `HTTP ${response.status}` });
    const body = parse(text);
    if (!body) throw new Unreachable('wecom_not_json', request.endpoint, { kind: 'not_wecom', detail: 'not JSON' });
    const theirNow = Date.parse(response.headers.get('date') ?? '');
    return {
      errcode: errcodeIn(body['errcode']),
      errmsg: typeof body['errmsg'] === 'string' ? body['errmsg'] : '',
      body,
      ...(Number.isNaN(theirNow) ? {} : { theirNow }),
    };
  }
}

/** Absent or 0 is a success. A value that is no number is a failure, although `Number('')` and `Number([])` are 0. */
function errcodeIn(value: unknown): number {
  if (value === undefined || value === null) return 0;
  const errcode = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof errcode === 'number' && Number.isInteger(errcode) ? errcode : -1;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
