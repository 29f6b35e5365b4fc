import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/channels/connection.js';
import { PushedClock } from '../../src/platform/clock.js';
import { readConfig, secretsOf } from '../../src/platform/config/config.js';
import { createLogger } from '../../src/platform/logger/logger.js';
import { startProduct, type Product } from '../../src/app/product.js';
import type { Sandbox, Trouble } from '../../src/sandbox/sandbox.js';
import { CORP, PASSWORD, quietCorp, settingsFor } from '../support/product.js';

const MINUTE_MS = 60_000;

let folder: string;
let corp: Sandbox;
let clock: PushedClock;
let product: Product;
let cookie: string;
let logged: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qunjie-trouble-'));
  corp = await quietCorp();
  clock = new PushedClock(corp.now());
  const read = readConfig(settingsFor(corp, folder));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  logged = '';
  const logger = createLogger({
    level: 'warn',
    secrets: secretsOf(read.config),
    write: (line) => void (logged += line),
  });
  product = await startProduct({ config: read.config, clock, logger, runsByItself: false });
  corp.setDoors({ callbackUrl: `${product.url}/wecom/callback` });
  const login = await fetch(`${product.url}/console/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  });
  cookie = login.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  await settle();
});
afterEach(async () => {
  await product.close();
  await corp.close();
  await rm(folder, { recursive: true, force: true });
});

/** Sets the product's clock to the corp's, and drains the work loop. */
async function settle(): Promise<void> {
  clock.pushTo(corp.now());
  await product.workLoop.drain();
}
async function live(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await corp.advance(corp.now() + MINUTE_MS);
    await settle();
  }
}
async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(`${product.url}${path}`, { headers: { cookie } });
  expect(answer.status, path).toBe(200);
  return (await answer.json()) as T;
}
interface ConnectionAnswer {
  readonly channels: readonly { id: string; ok: boolean; detail: string; connection: Connection | null }[];
}
const wecom = async () =>
  (await ask<ConnectionAnswer>('/console/api/connection')).channels.find(({ id }) => id === 'wecom')!;

const callsOf = (path: string): number =>
  Object.entries(corp.record().calls).reduce((sum, [name, calls]) => (name === path ? sum + calls : sum), 0);

/** A new customer adds a staff member. Answers the customer. */
async function addNewContact(name: string): Promise<string> {
  await corp.act({ do: 'newcomer', name });
  await corp.act({ do: 'add_contact', who: name, staff: staff() });
  return corp.record().people.find((person) => person.name === name)!.externalUserId;
}
const staff = (): string =>
  corp
    .record()
    .groups.flatMap(({ members }) => members)
    .find((one) => one.staff)!.id;
const pairOf = (externalUserId: string) => corp.record().pairs.find((pair) => pair.externalUserId === externalUserId)!;

describe('a product whose WeCom is in trouble', () => {
  const troubles: readonly (readonly [string, Trouble, Trouble, RegExp])[] = [
    [
      'a secret that was changed',
      { newSecret: 'anotherSecretOfTheCorp', killToken: true },
      { newSecret: CORP.secret },
      /Secret/,
    ],
    ['an IP that is not trusted', { untrustedIp: true }, { untrustedIp: false }, /IP/],
    ['a scope that was taken back', { withdraw: {} }, { withdraw: { off: true } }, /可调用接口的应用/],
    ['an app that was switched off', { disabled: true, killToken: true }, { disabled: false }, /停用/],
    ['an API that is down', { down: true }, { down: false }, /连|网络|接口/],
  ];

  it.each(troubles)(
    'stays up through %s for an hour, says what is wrong, and catches up',
    async (_, begin, end, words) => {
      const first = await addNewContact('安好');
      await settle();
      expect(pairOf(first).tags.length).toBeGreaterThan(0);

      corp.trouble(begin);
      const second = await addNewContact('等风来');
      await settle();
      await live(60);

      expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
      const members = await ask<{ items: readonly { id: number }[] }>('/api/v1/members?limit=50');
      expect(members.items.length).toBeGreaterThanOrEqual(2);
      const during = await wecom();
      expect(during.ok).toBe(false);
      expect(during.detail).toMatch(words);
      // No blind retries: too many tries with a wrong secret block the whole address for an hour.
      expect(callsOf('gettoken')).toBeLessThan(60);
      expect(pairOf(second).tags).toEqual([]);

      corp.trouble(end);
      await live(30);
      expect(pairOf(second).tags.length).toBeGreaterThan(0);
      expect(pairOf(second).remark).not.toBe('');
      expect((await wecom()).ok).toBe(true);
      expect(logged).not.toContain(CORP.secret);
      expect(logged).not.toContain('access_token=');
    },
  );
});
