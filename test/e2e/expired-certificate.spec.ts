import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { API_TOKEN, PASSWORD, quietCorp, settingsFor } from '../support/product.js';
import { run, type Program } from './program.js';

const pem = (name: string): Promise<string> => readFile(resolve(`test/fixtures/tls/${name}.pem`), 'utf8');

let folder: string;
let corp: Sandbox;
/** The API's host: TLS in front of the corp, with a certificate that can be renewed. */
let host: Server;
let product: Program;
let url: string;
let cookie: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qunjie-certificate-'));
  corp = await quietCorp();
  const { hostname, port } = new URL(corp.url);
  host = createServer({ key: await pem('expired-key'), cert: await pem('expired-cert') }, (asked, answer) => {
    const { method, url: path, headers } = asked;
    const passed = request({ hostname, port, method, path, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    });
    asked.pipe(passed);
  });
  await new Promise<void>((listening) => host.listen(0, '127.0.0.1', listening));
  await writeFile(join(folder, 'ca.pem'), (await pem('expired-cert')) + (await pem('good-cert')));
  product = run('dist/main.js', {
    ...settingsFor(corp, folder),
    WECOM_API_BASE: `https://127.0.0.1:${(host.address() as AddressInfo).port}`,
    NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
  });
  url = await product.url;
  const login = await fetch(`${url}/console/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  });
  cookie = login.headers.getSetCookie()[0]!.split(';')[0]!;
});
afterAll(async () => {
  await product?.stop();
  host?.close();
  await corp?.close();
  await rm(folder, { recursive: true, force: true });
});

const wecom = async () => {
  const answer = await fetch(`${url}/console/api/connection`, { headers: { cookie } });
  const answered = (await answer.json()) as { channels: readonly { id: string; ok: boolean; detail: string }[] };
  return answered.channels.find(({ id }) => id === 'wecom')!;
};

describe('a product whose API host shows an expired certificate', () => {
  it('stays up and reports it', async () => {
    await expect.poll(async () => (await wecom()).detail, { timeout: 30_000 }).toMatch(/证书/);
    expect((await wecom()).ok).toBe(false);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const members = await fetch(`${url}/api/v1/members`, { headers: { authorization: `Bearer ${API_TOKEN}` } });
    expect(members.status).toBe(200);
    expect(corp.record().calls).toEqual({});
  });

  it('reads the corp once the certificate is renewed', async () => {
    host.setSecureContext({ key: await pem('good-key'), cert: await pem('good-cert') });
    await expect.poll(async () => (await wecom()).ok, { timeout: 60_000 }).toBe(true);
    const read = async (): Promise<number> => {
      const answer = await fetch(`${url}/api/v1/groups`, { headers: { authorization: `Bearer ${API_TOKEN}` } });
      return ((await answer.json()) as { items: readonly unknown[] }).items.length;
    };
    await expect.poll(read, { timeout: 30_000 }).toBe(corp.record().groups.length);
  });
});
