import type { Corp } from '../../corp/corp.js';
import type { Params } from './params.js';

/** An API error: HTTP 200 with this code. */
export class Refused extends Error {
  constructor(
    readonly errcode: number,
    message: string,
    /** Fields to answer with the error, in place of the endpoint's empty ones. */
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A raw body in place of JSON. */
export class Served {
  constructor(
    readonly bytes: Buffer,
    readonly type: string,
    readonly name: string,
  ) {}
}

export interface Call {
  readonly corp: Corp;
  readonly now: number;
  readonly params: Params;
  readonly query: URLSearchParams;
  readonly file: UploadedFile | undefined;
  /** The sandbox's own address, for pictures. */
  readonly host: string;
  readonly manners: Readonly<ApiManners>;
}

/** How the API host behaves for all callers; it may change while the corp runs. */
export interface ApiManners {
  /** Real milliseconds each call takes. */
  latencyMs: number;
  /** Every connection is reset. */
  down: boolean;
  /** Pages of lists are shorter than requested, and some are empty although more follow (contract §4.4). */
  shortPages: boolean;
  /** A mass-send lists its receivers only after the sender confirmed; the contract (§7.4) leaves this open. */
  unlistedBeforeTap: boolean;
  /** The last page of a list has `next_cursor: ""`, or no such field (contract §11 no. 10). */
  endOfList: 'empty' | 'absent';
  /** Simulated ms for which reads show the state before the latest change by people. */
  lateGroupReadMs: number;
  lateContactReadMs: number;
}

export interface Endpoint {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** Empty fields to answer beside an error, as the platform does; callers must not take them for success. */
  readonly empty: Readonly<Record<string, unknown>>;
  /** Of two simultaneous calls with the same lock, the second gets 45035. */
  readonly lock?: (params: Params) => string;
  /** The URL contains the key, so no token is required. */
  readonly keyed?: true;
  readonly run: (call: Call) => Readonly<Record<string, unknown>> | Served;
}

export const ok = { errcode: 0, errmsg: 'ok' } as const;

type Run = Endpoint['run'];

export const get = (path: string, empty: Endpoint['empty'], run: Run): Endpoint => ({
  path: `/cgi-bin/${path}`,
  method: 'GET',
  empty,
  run,
});
export const post = (path: string, empty: Endpoint['empty'], run: Run, lock?: Endpoint['lock']): Endpoint => ({
  path: `/cgi-bin/${path}`,
  method: 'POST',
  empty,
  run,
  ...(lock ? { lock } : {}),
});
export const keyed = (path: string, empty: Endpoint['empty'], run: Run): Endpoint => ({
  ...post(path, empty, run),
  keyed: true,
});
