import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { HOUR_MS } from '../../../src/domain/day.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { readConfig, secretsOf } from '../../../src/platform/config/config.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { startProduct, type Product } from '../../../src/app/product.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { CORP, PASSWORD, settingsFor } from '../../support/product.js';

const START_AT = Date.parse('2026-03-02T10:00:00+08:00');

export interface ProductOverSandbox extends Product {
  readonly corp: Sandbox;
  /** Calls `/console/api/` as the admin, and expects a success. */
  asAdmin<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>;
  /** Advances both clocks and lets the product do all due work. */
  later(hours: number): Promise<void>;
}

/** The whole product with a sandbox corp in which nothing happens by itself, both on the same pushed clock. */
export async function aProductOverSandbox(): Promise<ProductOverSandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'qunjie-ways-'));
  const corp = await startSandbox({ ...CORP, agentId: String(CORP.agentId), people: 0, startAt: START_AT });
  const read = readConfig(settingsFor(corp, folder));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const logger = createLogger({ level: 'silent', secrets: secretsOf(read.config) });
  const clock = new PushedClock(START_AT);
  const product = await startProduct({
    config: read.config,
    clock,
    logger,
    runsByItself: false,
    operators: ['LinXia'],
  });
  corp.setDoors({ callbackUrl: `${product.url}/wecom/callback` });
  const login = await fetch(`${product.url}/console/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  });
  const { csrf } = (await login.json()) as { csrf: string };
  const session = { cookie: login.headers.getSetCookie()[0]!.split(';')[0]!, 'x-csrf-token': csrf };
  return {
    ...product,
    corp,
    async asAdmin<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
      const answer = await fetch(`${product.url}/console/api/${path}`, {
        method,
        headers: { ...session, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect([path, answer.status]).toEqual([path, 200]);
      return (await answer.json()) as T;
    },
    async later(hours) {
      await corp.advance(corp.now() + hours * HOUR_MS);
      clock.pushTo(corp.now());
      await product.workLoop.drain();
    },
    async close() {
      await product.close();
      await corp.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
