import { startSandbox, type Sandbox, type SandboxOptions } from '../sandbox.js';

export const START = Date.UTC(2025, 10, 1, 0, 0);
export const keys = {
  token: 'QDG6eK',
  aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  receiveId: 'ww7c1f0e2a9b3d4586',
};

type Json = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- a test reads what it expects

/** A quiet corp unless the test asks for people, and a client that asks it as plainly as can be. */
export async function aSandbox(options: Partial<SandboxOptions> = {}) {
  const sandbox = await startSandbox({
    people: 0,
    startAt: START,
    corpId: keys.receiveId,
    agentId: '1000002',
    secret: 'the-secret',
    callbackToken: keys.token,
    callbackAesKey: keys.aesKey,
    ...options,
  });
  return { sandbox, ...clientOf(sandbox) };
}

function clientOf(sandbox: Sandbox) {
  const json = async (path: string, init?: RequestInit): Promise<Json> =>
    (await fetch(sandbox.url + path, init)).json() as Promise<Json>;
  const token = async (secret = 'the-secret'): Promise<Json> =>
    json(`/cgi-bin/gettoken?corpid=${keys.receiveId}&corpsecret=${secret}`);
  const withToken = async (path: string): Promise<string> =>
    `/cgi-bin/${path}${path.includes('?') ? '&' : '?'}access_token=${(await token()).access_token}`;
  return {
    json,
    token,
    get: async (path: string) => json(await withToken(path)),
    post: async (path: string, body: unknown) =>
      json(await withToken(path), { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    upload: async (path: string, bytes: Buffer) => {
      const form = new FormData();
      form.append('media', new Blob([new Uint8Array(bytes)]), 'picture.png');
      return json(await withToken(path), { method: 'POST', body: form });
    },
    withToken,
  };
}
