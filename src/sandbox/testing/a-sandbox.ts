import { startSandbox, type Sandbox, type SandboxOptions } from '../sandbox.js';

export const START = Date.UTC(2025, 10, 1, 0, 0);
export const keys = {
  token: 'QDG6eK',
  aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  receiveId: 'ww7c1f0e2a9b3d4586',
};

interface TagGroupAnswer {
  readonly group_id: string;
  readonly group_name: string;
  readonly tag: readonly { readonly id: string; readonly name: string }[];
}

/** The fields that tests read from answers; each endpoint sets only its own. */
export interface ApiAnswer {
  readonly [field: string]: unknown;
  readonly errcode: number;
  readonly errmsg: string;
  readonly access_token: string;
  readonly next_cursor: string;
  readonly msgid: string;
  readonly config_id: string;
  readonly media_id: string;
  readonly url: string;
  readonly contactId: string;
  readonly join_way: { readonly config_id: string; readonly qr_code: string };
  readonly tag_group: TagGroupAnswer & readonly TagGroupAnswer[];
  readonly group_chat: { readonly member_list: readonly { readonly name: string }[] };
  readonly external_contact_list: readonly {
    readonly external_contact: { readonly external_userid: string };
    readonly follow_info: { readonly userid: string };
  }[];
}

/** Starts a sandbox, quiet unless the test sets `people`, and a simple client for it. */
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
  return { sandbox, ...clientOf(sandbox), ...shortcutsOf(sandbox) };
}

function shortcutsOf(sandbox: Sandbox) {
  return {
    /** A newcomer becomes a contact of the staff member. Returns the external_userid. */
    meet: async (name: string, staff = 'LinXia'): Promise<string> => {
      const { externalUserId } = await sandbox.act({ do: 'newcomer', name });
      await sandbox.act({ do: 'add_contact', who: name, staff, welcome: false });
      return externalUserId as string;
    },
    chatId: (name: string): string => sandbox.record().groups.find((group) => group.name === name)!.chatId,
  };
}

function clientOf(sandbox: Sandbox) {
  const json = async (path: string, init?: RequestInit): Promise<ApiAnswer> =>
    (await fetch(sandbox.url + path, init)).json() as Promise<ApiAnswer>;
  const token = async (secret = 'the-secret'): Promise<ApiAnswer> =>
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
