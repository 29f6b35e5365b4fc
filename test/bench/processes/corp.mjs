import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** The corp of all processes of a benchmark. */
export const corp = {
  corpId: 'ww7c1f0e2a9b3d4586',
  agentId: '1000002',
  secret: 'the-secret',
  token: 'QDG6eK',
  aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};

export const sandboxSettings = {
  corpId: corp.corpId,
  agentId: corp.agentId,
  secret: corp.secret,
  callbackToken: corp.token,
  callbackAesKey: corp.aesKey,
};

export const productSettings = (sandboxUrl, file) => ({
  PORT: '0',
  DATABASE_URL: `sqlite:${file}`,
  CONFIG_DIR: join(root, 'config'),
  TEMPLATES_DIR: join(root, 'templates'),
  ADMIN_PASSWORD: 'not-a-secret',
  WECOM_API_BASE: sandboxUrl,
  WECOM_CORP_ID: corp.corpId,
  WECOM_AGENT_ID: corp.agentId,
  WECOM_SECRET: corp.secret,
  WECOM_CALLBACK_TOKEN: corp.token,
  WECOM_CALLBACK_AES_KEY: corp.aesKey,
});

/** In the project's folder: /tmp may be in memory, where a commit costs nothing. */
export async function inFolder(work) {
  await mkdir(join(root, 'data'), { recursive: true });
  const folder = await mkdtemp(join(root, 'data/bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
