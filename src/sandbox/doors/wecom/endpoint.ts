import type { Corp } from '../../corp/corp.js';
import type { Params } from './params.js';

/** An API error: HTTP 200 with this code. */
export class Refused extends Error {
  constructor(
    readonly errcode: number,
    message: string,
    /** Fields that go out with the error in place of the endpoint's empty ones. */
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What goes out as it is, in place of JSON. */
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

/** How the API host behaves towards everybody; changed while it runs. */
export interface ApiManners {
  /** Real milliseconds each call takes. */
  latencyMs: number;
  /** Every connection is reset. */
  down: boolean;
  /** Lists come in pages shorter than asked for, some of them empty, with more to come (contract §4.4). */
  shortPages: boolean;
  /** A mass-send lists nobody whom it is for before its sender has tapped; the contract (§7.4) leaves it open. */
  unlistedBeforeTap: boolean;
  /** What stands at the end of a list: `next_cursor: ""`, or no such field (contract §11 no. 10). */
  endOfList: 'empty' | 'absent';
  /** Simulated ms for which a read still shows how it was before the latest change that people made. */
  lateGroupReadMs: number;
  lateContactReadMs: number;
}

export interface Endpoint {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** What goes out, empty, beside an error: the platform does so, and nobody may take it for success. */
  readonly empty: Readonly<Record<string, unknown>>;
  /** Two calls with one lock at one time: the second gets 45035. */
  readonly lock?: (params: Params) => string;
  /** The address itself holds the key: no token is asked for. */
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
