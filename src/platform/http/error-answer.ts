import { HttpException } from '@nestjs/common';
import { GiveUp, OperatorMistake, RetryLater, type Place } from '../errors.js';
import { truncateText } from '../truncate-text.js';

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly where?: Place;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly body: ErrorBody;
  readonly retryAfterSeconds?: number;
  /** True: log it with its stack, and tell the client nothing about it. */
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

/** The HTTP answer for anything that was thrown. */
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

/** Nest's exceptions and Fastify's errors carry a status. */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number')
    return thrown.statusCode;
  return undefined;
}

/** The body that a controller gave with its own code: `new HttpException({ code, message, problems }, 400)`. */
function ownBody(thrown: unknown): ErrorBody | undefined {
  if (!(thrown instanceof HttpException)) return undefined;
  const body = thrown.getResponse();
  if (typeof body !== 'object' || !('code' in body) || typeof body.code !== 'string' || body.code.startsWith('FST_'))
    return undefined;
  return { message: codes[thrown.getStatus()]?.message ?? 'refused', ...body, code: body.code };
}

function bodyFor(status: number, thrown: unknown): ErrorBody {
  const known = codes[status] ?? { code: 'refused', message: 'the request was refused' };
  // The parser's message helps the client; other messages are internal.
  const isSyntax = status === 400 && thrown instanceof Error && /JSON|body/i.test(thrown.message);
  return isSyntax ? { code: 'bad_json', message: truncateText(thrown.message, 200) } : known;
}
