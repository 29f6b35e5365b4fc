import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/platform/clock.js';
import { readConfig, secretsOf } from '../../src/platform/config/config.js';
import { createLogger } from '../../src/platform/logger/logger.js';
import { startProduct, type Product } from '../../src/app/product.js';
import { seal, signatureOf, type CallbackKeys } from '../../src/sandbox/doors/callback/crypto.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { migratedFolder } from './databases.js';

export const CORP = {
  corpId: 'ww0e2e0corp000000',
  agentId: 1_000_002,
  secret: 'secretOfTheEndToEndTests0123456789',
  callbackToken: 'tokenOfTheCallbackDoor',
  callbackAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
} as const;
export const API_TOKEN = 'token-of-the-end-to-end-tests';
export const PASSWORD = 'password-of-the-end-to-end-tests';

/** Staff and groups, without people who act by themselves. */
export const quietCorp = (): Promise<Sandbox> =>
  startSandbox({ ...CORP, agentId: String(CORP.agentId), people: 0, startAt: Date.now() });

/** The settings of a live product that uses the quiet corp and stores everything in one folder. */
export const settingsFor = (corp: Sandbox, folder: string): Record<string, string> => ({
  PORT: '0',
  DATABASE_URL: `sqlite:${join(folder, 'product.sqlite')}`,
  WECOM_CORP_ID: CORP.corpId,
  WECOM_AGENT_ID: String(CORP.agentId),
  WECOM_SECRET: CORP.secret,
  WECOM_CALLBACK_TOKEN: CORP.callbackToken,
  WECOM_CALLBACK_AES_KEY: CORP.callbackAesKey,
  WECOM_API_BASE: corp.url,
  WECOM_OAUTH_BASE: corp.url,
  ADMIN_PASSWORD: PASSWORD,
  API_TOKEN,
});

export interface RunningProduct extends Product {
  readonly corp: Sandbox;
}

/** A live product against a quiet corp, with its work loop running. */
export async function aRunningProduct(): Promise<RunningProduct> {
  const folder = await migratedFolder('qunjie-e2e-');
  const corp = await quietCorp();
  const read = readConfig(settingsFor(corp, folder));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const logger = createLogger({ level: 'silent', secrets: secretsOf(read.config) });
  const product = await startProduct({ config: read.config, clock: systemClock, logger });
  return {
    ...product,
    corp,
    async close() {
      await product.close();
      await corp.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface SealedCall {
  /** `msg_signature=…&timestamp=…&nonce=…` */
  readonly query: string;
  readonly ciphertext: string;
  /** The outer body. */
  readonly xml: string;
}

/** A callback as WeCom sends it. Uses the sandbox's codec: the product's codec would accept its own mistakes. */
export function sealedCall(plaintext: string, over: Partial<CallbackKeys> = {}): SealedCall {
  const keys = { token: CORP.callbackToken, aesKey: CORP.callbackAesKey, receiveId: CORP.corpId, ...over };
  return signedCall(seal(plaintext, keys), keys.token);
}

/** As `sealedCall`, with any text in place of the ciphertext. */
export function signedCall(ciphertext: string, token: string = CORP.callbackToken): SealedCall {
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1_000)), `0${randomInt(1_000_000_000)}`];
  const signature = signatureOf(token, timestamp, nonce, ciphertext);
  return {
    query: new URLSearchParams({ msg_signature: signature, timestamp, nonce }).toString(),
    ciphertext,
    xml: `<xml><ToUserName><![CDATA[${CORP.corpId}]]></ToUserName><Encrypt><![CDATA[${ciphertext}]]></Encrypt><AgentID><![CDATA[${CORP.agentId}]]></AgentID></xml>`,
  };
}
