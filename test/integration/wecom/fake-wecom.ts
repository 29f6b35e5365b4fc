import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly endpoint: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  /** The body byte for byte, a character each. */
  readonly raw: string;
}

type Answer = object | string;
type Responder = (asked: Asked, time: number) => Answer | Promise<Answer>;
export type Answering = Answer | Responder;
/** An object may be a function too, as far as the compiler can tell. */
const isResponder = (answering: Answering | number): answering is Responder => typeof answering === 'function';

const folder = new URL('../../fixtures/wecom/', import.meta.url);
export const recorded = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Record<string, unknown>;
export const refused = (errcode: number, errmsg = 'refused'): object => ({ errcode, errmsg });

/** Gives the answers in order, then the last one for ever. */
export const inTurn =
  (...answers: readonly Answering[]): Answering =>
  (asked, time) => {
    const answer = answers[Math.min(time, answers.length - 1)] ?? {};
    return isResponder(answer) ? answer(asked, time) : answer;
  };

/** An HTTP server that gives the answers of a test for each endpoint and records the requests. */
export class FakeWecom {
  readonly asked: Asked[] = [];
  url = '';
  /** What no test has given an answer for; a bare 404, unless somebody stands behind this one. */
  otherwise: Responder | undefined;
  private answers: Record<string, Answering> = {};
  private readonly server = createServer((request, response) => {
    void this.answer(request).then((answer) => {
      if (typeof answer === 'number') response.statusCode = answer;
      response.end(typeof answer === 'string' ? answer : Buffer.isBuffer(answer) ? answer : JSON.stringify(answer));
    });
  });

  async open(): Promise<void> {
    await new Promise<void>((opened) => this.server.listen(0, '127.0.0.1', opened));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  /** Forgets everything and answers so from now on. */
  says(answers: Record<string, Answering>): void {
    this.asked.length = 0;
    this.answers = { gettoken: recorded('api_gettoken'), ...answers };
  }

  bodiesOf(endpoint: string): readonly Record<string, unknown>[] {
    return this.asked.filter((one) => one.endpoint === endpoint).map((one) => one.body);
  }

  endpoints(): readonly string[] {
    return this.asked.map((one) => one.endpoint);
  }

  private async answer(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? '', this.url);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString('latin1');
    const endpoint = url.pathname.replace('/cgi-bin/', '');
    const time = this.asked.filter((one) => one.endpoint === endpoint).length;
    const isJson = request.headers['content-type'] === 'application/json';
    const asked = {
      endpoint,
      method: request.method ?? '',
      headers: request.headers,
      query: url.searchParams,
      raw,
      body: isJson ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>) : {},
    };
    this.asked.push(asked);
    const answering: Answering | number = this.answers[endpoint] ?? this.otherwise ?? 404;
    return isResponder(answering) ? answering(asked, time) : answering;
  }
}
