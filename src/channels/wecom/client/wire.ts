import { RetryLater } from '../../../platform/errors.js';
import { faultOf, type Fault } from './faults.js';

/** Told by errcode alone: failures carry the endpoint's default empty fields, so the shape proves nothing (S probe). */
export interface WireAnswer {
  readonly errcode: number;
  readonly errmsg: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Epoch ms by the other side's clock, from the Date header; absent where it sent none. */
  readonly theirNow?: number;
}

export interface WireRequest {
  /** `externalcontact/get`; the only part of the address that may appear in an error or a log. */
  readonly endpoint: string;
  readonly query: Readonly<Record<string, string>>;
  /** Absent: a GET. */
  readonly body?: string | FormData;
}

/** No answer of WeCom's came. Nobody must act at once: the network may be back in a moment. */
export class Unreachable extends RetryLater {
  constructor(
    code: string,
    endpoint: string,
    readonly fault: Fault,
  ) {
    super(code, withJitter(FAULT_RETRY_MS), { message: `WeCom ${endpoint}: ${fault.detail}` });
  }
}

const TIMEOUT_MS = 10_000;
const FAULT_RETRY_MS = 3_000;

/** Spreads retries over the second half of the span, so that a crowd that failed together does not return together. */
export const withJitter = (ms: number): number => Math.round(ms * (1 + Math.random() / 2));

/**
 * One HTTP exchange with WeCom. Keep-alive is the global fetch's. The address holds the token or the secret, so nothing
 * fetch throws is passed on: only the endpoint and the fault's own code are.
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
        // A redirect (http → https is a 301) would carry the token to wherever it points.
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

/** Success is an errcode that is absent or 0. One that is no number is not a success: `Number('')` and `Number([])` are 0. */
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
