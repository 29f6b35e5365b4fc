import { HttpException } from '@nestjs/common';
import { GiveUp, OperatorMistake, RetryLater, type Place } from '../errors.js';
import { cutWhole } from '../cut-whole.js';

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly where?: Place;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly body: ErrorBody;
  readonly retryAfterSeconds?: number;
  /** Nobody foresaw it: it belongs in the log with its stack, and the client learns nothing of it. */
  readonly isBug: boolean;
}

const RETRY_AFTER_SECONDS = 5;

const codes: Readonly<Record<number, { readonly code: string; readonly message: string }>> = {
  400: { code: 'bad_request', message: 'the request could not be read' },
  401: { code: 'unauthorized', message: 'log in, or send a valid token' },
  403: { code: 'forbidden', message: 'not allowed' },
  404: { code: 'not_found', message: 'there is nothing here' },
  405: { code: 'method_not_allowed', message: 'this method is not offered here' },
  409: { code: 'conflict', message: 'somebody else changed it meanwhile' },
  413: { code: 'too_large', message: 'the body is too large' },
  414: { code: 'too_large', message: 'the address is too long' },
  415: { code: 'unsupported_media_type', message: 'send application/json' },
  429: { code: 'too_many_requests', message: 'too many requests; wait a moment' },
};

/** What a client is told about anything that was thrown. */
export function answerFor(thrown: unknown): ErrorAnswer {
  if (thrown instanceof OperatorMistake) {
    const { code, message, where, retryAfterMs } = thrown;
    return {
      status: thrown.status,
      body: { code, message, ...(where && { where }) },
      ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: secondsOf(retryAfterMs) }),
      isBug: false,
    };
  }
  if (thrown instanceof RetryLater) {
    const retryAfterSeconds = secondsOf(thrown.retryAfterMs ?? RETRY_AFTER_SECONDS * 1_000);
    return { status: 503, body: { code: thrown.code, message: 'try again later' }, retryAfterSeconds, isBug: false };
  }
  if (thrown instanceof GiveUp) {
    return { status: 502, body: { code: thrown.code, message: thrown.message }, isBug: false };
  }
  const status = statusOf(thrown);
  const own = ownBody(thrown);
  if (status !== undefined && own) return { status, body: own, isBug: false };
  if (status === undefined || status < 400 || status >= 500) {
    return {
      status: 500,
      body: { code: 'internal', message: 'something went wrong here; it has been logged' },
      isBug: true,
    };
  }
  return { status, body: bodyFor(status, thrown), isBug: false };
}

const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

/** Nest's exceptions and Fastify's own errors both say which status they mean. */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number')
    return thrown.statusCode;
  return undefined;
}

/** A controller that threw a body with a code of its own meant it: `new HttpException({ code, message, problems }, 400)`. */
function ownBody(thrown: unknown): ErrorBody | undefined {
  if (!(thrown instanceof HttpException)) return undefined;
  const body = thrown.getResponse();
  if (typeof body !== 'object' || !('code' in body) || typeof body.code !== 'string' || body.code.startsWith('FST_'))
    return undefined;
  return { message: codes[thrown.getStatus()]?.message ?? 'refused', ...body, code: body.code };
}

function bodyFor(status: number, thrown: unknown): ErrorBody {
  const known = codes[status] ?? { code: 'refused', message: 'the request was refused' };
  // Only of a body that cannot be parsed does the cause help the one who sent it.
  const isSyntax = status === 400 && thrown instanceof Error && /JSON|body/i.test(thrown.message);
  return isSyntax ? { code: 'bad_json', message: cutWhole(thrown.message, 200) } : known;
}
