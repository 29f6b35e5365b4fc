import { setTimeout as pause } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { seconds } from '../../calendar.js';
import type { Corp } from '../../corp/corp.js';
import type { DoorResponse, DoorRequest, Door } from '../http.js';
import type { AppGrant } from './app-grant.js';
import { Refused, Served, ok, type ApiManners, type Call, type Endpoint } from './endpoint.js';
import type { Faults } from './faults.js';
import type { Limits } from './limits.js';
import { fileIn } from './multipart.js';
import { JsonParams, queryParams } from './params.js';
import type { Tokens } from './tokens.js';

export interface WecomDoorParts {
  readonly corp: Corp;
  readonly tokens: Tokens;
  readonly grant: AppGrant;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly endpoints: readonly Endpoint[];
  readonly host: () => string;
  readonly manners: ApiManners;
}

/** How often each endpoint was called, and what it refused: `path` or `path errcode` → count. */
export type CallCounts = Record<string, number>;

/** errcode → path → how often. */
export type Refusals = Record<number, Record<string, number>>;

/** The corp's HTTP API: every error is a 200, the token comes before everything else, an unknown path is a bare 404. */
export class WecomDoor {
  readonly counts: CallCounts = {};
  readonly refusals: Refusals = {};
  private readonly endpoints: ReadonlyMap<string, Endpoint>;
  private readonly locked = new Set<string>();

  constructor(private readonly parts: WecomDoorParts) {
    this.endpoints = new Map(parts.endpoints.map((endpoint) => [endpoint.path, endpoint]));
  }

  readonly door: Door = async (request) => {
    if (!request.path.startsWith('/cgi-bin/')) return undefined;
    if (this.parts.manners.down) return { cut: true };
    if (request.path === '/cgi-bin/gettoken') return this.respond(request, {}, () => this.issueToken(request));
    const endpoint = this.endpoints.get(request.path);
    return endpoint && this.respond(request, endpoint.empty, () => this.perform(endpoint, request));
  };

  private issueToken(request: DoorRequest): Record<string, unknown> {
    return { ...ok, ...this.parts.tokens.issue(request.query, request.ip, this.parts.corp.now()) };
  }

  private async respond(
    request: DoorRequest,
    empty: Endpoint['empty'],
    work: () => Promise<Record<string, unknown> | Served> | Record<string, unknown>,
  ): Promise<DoorResponse> {
    this.count(request.path);
    const fault = this.parts.faults.next(request.path);
    if (fault?.kind === 'lose_call') return { cut: true };
    try {
      if (fault?.kind === 'error') throw new Refused(fault.errcode ?? -1, 'system busy');
      const json = await work();
      if (fault) return { cut: true };
      return json instanceof Served ? served(json) : { status: 200, json };
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      const { errcode } = problem;
      this.count(`${request.path} ${errcode}`);
      const refusedHere = (this.refusals[errcode] ??= {});
      refusedHere[request.path] = (refusedHere[request.path] ?? 0) + 1;
      return {
        status: 200,
        json: { errcode, errmsg: wordsFor(problem, request.ip, this.parts.corp.now()), ...empty, ...problem.fields },
      };
    }
  }

  private async perform(endpoint: Endpoint, request: DoorRequest): Promise<Record<string, unknown> | Served> {
    const { corp, tokens, grant, limits } = this.parts;
    if (!endpoint.keyed) {
      tokens.check(request.query.get('access_token'), corp.now());
      grant.check(endpoint.path);
    }
    limits.count(endpoint.path, corp.now());
    const leave = limits.enter(endpoint.path);
    try {
      if (endpoint.method === 'POST' && request.method !== 'POST')
        throw new Refused(40058, 'invalid request: POST expected');
      const file = fileIn(request);
      const params = endpoint.method === 'GET' || file ? queryParams(request.query) : JsonParams.parse(request.body);
      return await this.withLock(endpoint.lock?.(params), () =>
        this.run(endpoint, { params, file, query: request.query }),
      );
    } finally {
      leave();
    }
  }

  private async run(
    endpoint: Endpoint,
    sent: Pick<Call, 'params' | 'file' | 'query'>,
  ): Promise<Record<string, unknown> | Served> {
    const { params } = sent;
    const { corp, manners, host } = this.parts;
    // Even without latency the call yields to the event loop, so that simultaneous calls overlap.
    await pause(manners.latencyMs);
    try {
      const made = endpoint.run({ ...sent, corp, now: corp.now(), host: host(), manners });
      if (made instanceof Served) return made;
      const answer = { ...ok, ...made };
      return withEnd(params.malformed ? { ...answer, errmsg: `${answer.errmsg}. ${WRONG_JSON}` } : answer, manners);
    } catch (problem) {
      if (!(problem instanceof Refused) || !params.malformed) throw problem;
      throw new Refused(problem.errcode, `${problem.message}. ${WRONG_JSON}`, problem.fields);
    }
  }

  private async withLock<T>(lock: string | undefined, work: () => Promise<T>): Promise<T> {
    if (lock === undefined) return work();
    const key = lock;
    if (this.locked.has(key)) throw new Refused(45035, 'conflicting operation in progress');
    this.locked.add(key);
    try {
      return await work();
    } finally {
      this.locked.delete(key);
    }
  }

  private count(key: string): void {
    this.counts[key] = (this.counts[key] ?? 0) + 1;
  }
}

/** The platform warns with this, and processes what it could read (O-90455). */
const WRONG_JSON = 'Warning: wrong json format.';

const served = ({ bytes, type, name }: Served): DoorResponse => ({
  status: 200,
  bytes,
  type,
  headers: { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` },
});

function withEnd(answer: Record<string, unknown>, { endOfList }: ApiManners): Record<string, unknown> {
  if (endOfList !== 'absent' || answer['next_cursor'] !== '') return answer;
  const { next_cursor: _, ...rest } = answer;
  return rest;
}

function wordsFor(problem: Refused, ip: string, now: number): string {
  const hint = `${seconds(now)}${randomBytes(6).toString('hex')}`;
  const more = `https://open.work.weixin.qq.com/devtool/query?e=${problem.errcode}`;
  return `${problem.message}, hint: [${hint}], from ip: ${ip}, more info at ${more}`;
}
