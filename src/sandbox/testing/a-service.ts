import type { Act, SandboxOptions } from '../sandbox.js';
import { aSandbox, type ApiAnswer } from './a-sandbox.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** An item of sync_msg, as far as tests read it. */
export interface PulledItem {
  readonly [field: string]: unknown;
  readonly msgid: string;
  readonly origin: number;
  readonly msgtype: string;
  readonly text?: { readonly content: string; readonly menu_id?: string };
  readonly event?: { readonly [field: string]: unknown; readonly event_type: string };
}

export interface Pulled extends ApiAnswer {
  readonly has_more: number;
  readonly msg_list: readonly PulledItem[];
}

/** Starts a quiet corp with one customer, 小鹿, and calls its customer service as an app does. */
export async function aService(options: Partial<SandboxOptions> = {}) {
  const corp = await aSandbox(options);
  const { sandbox, post } = corp;
  const [account] = sandbox.record().kf.accounts;
  const open_kfid = account!.openKfid;
  const deer = (await sandbox.act({ do: 'newcomer', name: '小鹿' }))['externalUserId'] as string;
  const kf = (path: string, body: object = {}) => post(`kf/${path}`, { open_kfid, ...body });
  let msgids = 0;
  return {
    ...corp,
    open_kfid,
    deer,
    kf,
    act: (act: Act) => sandbox.act(act),
    write: async (text = '你好', who = '小鹿') =>
      (await sandbox.act({ do: 'write_to_assistant', who, text }))['msgid'] as string,
    /** Without a cursor: the last three days. */
    pull: async (body: object = {}) => (await kf('sync_msg', body)) as Pulled,
    say: (content = '在的', more: object = {}) =>
      kf('send_msg', { touser: deer, msgid: `m${(msgids += 1)}`, msgtype: 'text', text: { content }, ...more }),
    trans: (service_state: number, servicer_userid?: string) =>
      kf('service_state/trans', { external_userid: deer, service_state, servicer_userid }),
    state: async () => (await kf('service_state/get', { external_userid: deer }))['service_state'],
    /** The pull tokens of the callbacks so far. */
    tokens: () =>
      sandbox
        .record()
        .callbacks.flatMap(({ plaintext }) => /<Token><!\[CDATA\[(.*?)\]\]>/.exec(plaintext)?.slice(1) ?? []),
    wait: (ms: number) => sandbox.advance(sandbox.now() + ms),
    /** What reached the customer from the assistant. */
    arrived: () =>
      sandbox
        .record()
        .kf.talk.filter(({ by, failed }) => by !== 'customer' && failed === undefined)
        .map(({ text }) => text),
  };
}

export const events = ({ msg_list }: Pulled) => msg_list.flatMap(({ event }) => event ?? []);
