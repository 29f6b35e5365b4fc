import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unseal, type CallbackKeys } from '../doors/callback/crypto.js';

export interface Post {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** The callback's plaintext; empty for the shop's posts. */
  readonly plaintext: string;
}

/** The ciphertext of a callback, however it is wrapped. */
const sealedIn = (body: string): string | undefined =>
  (/<Encrypt>(?:<!\[CDATA\[)?([^\]<]+)/.exec(body) ?? /"encrypt":"([^"]+)"/.exec(body))?.[1];

/** A minimal product: receives callbacks and the shop's facts, and answers as the test says. */
export async function pretendProduct(keys: CallbackKeys) {
  const posts: Post[] = [];
  const checks: string[] = [];
  let echo = true;
  let isDown = false;
  let answer: (post: Post) => number | 'hang' = () => 200;
  const server = createServer((request, response) => {
    if (isDown) return void request.destroy();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://product');
      if (request.method === 'GET') {
        checks.push(request.url ?? '');
        // URLSearchParams reads a raw + as a space.
        if (echo) response.end(unseal((url.searchParams.get('echostr') ?? '').replaceAll(' ', '+'), keys));
        else response.writeHead(403).end();
        return;
      }
      const body = Buffer.concat(chunks).toString('utf8');
      const sealed = sealedIn(body);
      const post = { path: url.pathname, query: url.searchParams, body, plaintext: sealed ? unseal(sealed, keys) : '' };
      posts.push(post);
      const status = answer(post);
      if (status === 'hang') return;
      const facts = sealed ? [] : (JSON.parse(body) as { facts: unknown[] }).facts;
      response
        .writeHead(status)
        .end(sealed ? '' : JSON.stringify({ accepted: facts.length, duplicates: 0, rejected: [] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    callbackUrl: `http://127.0.0.1:${address.port}/wecom/callback`,
    url: `http://127.0.0.1:${address.port}`,
    posts,
    /** The URLs of the requests for an echo. */
    checks: () => checks,
    callbacks: () => posts.filter((post) => post.plaintext !== ''),
    facts: () =>
      posts
        .filter((post) => post.plaintext === '')
        .flatMap((post) => (JSON.parse(post.body) as { facts: { key: string; kind: string }[] }).facts),
    answers: (next: typeof answer) => (answer = next),
    echoes: (does: boolean) => (echo = does),
    /** Resets every connection, but keeps the port: another program could take a port that was closed. */
    isDown: (is: boolean) => (isDown = is),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
