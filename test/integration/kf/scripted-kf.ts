import type { Clock } from '../../../src/platform/clock.js';
import { recorded, refused, type Asked, type FakeWecom } from '../wecom/fake-wecom.js';

export const ACCOUNT = 'wkZk3p9QBAAAqR7tVn2LxYdWc5HsKf8Jm';
export const OTHER_ACCOUNT = 'wkZk3p9QBAAAhT4bMz9PoUeGj1RnXa6Qs';
export const ANRAN = 'wmZk3p9QBAAAW9Zu9GtgKApHUlXB5Dox';

interface Chat {
  state: number;
  wroteAt: number;
  sent: number;
  servicer?: string;
}

/** A small customer service behind `FakeWecom`: streams with cursors, pull tokens, the limits of the contract, and chats. */
export class ScriptedKf {
  readonly items = new Map<string, unknown[]>();
  readonly tokens = new Map<string, string>();
  readonly chats = new Map<string, Chat>();
  /** Accepted messages in order; `on`: the limits that were kept when they were accepted. */
  readonly accepted: { msgid: string; to: string; body: Record<string, unknown>; at: number }[] = [];
  /** How often a limit of WeCom was broken, by name. */
  readonly broken: Record<string, number> = {};
  pageSize = 1_000;
  /** Empty pages with `has_more` before each page that has items. */
  emptyPages = 0;
  /** What a cursor that is not known is answered with: an errcode, or a replay from the beginning. */
  badCursor: number | 'replay' = 50100;
  duplicate = 40058;
  unionids: Record<string, string> = {};
  /** Errcodes for the next calls of send_msg; `accept_silently` stores the message and cuts the connection. */
  nextSends: (number | 'accept_silently' | 'cut')[] = [];
  /** Accounts that the app may not use any more. */
  readonly taken = new Set<string>();
  servicers: readonly { userid: string; status: number }[] = [];
  private tokenless: number[] = [];
  private blockedUntil = 0;
  private pulling = 0;
  private named = 0;

  constructor(
    readonly wecom: FakeWecom,
    readonly clock: Clock,
  ) {
    wecom.says({
      'kf/sync_msg': (asked) => this.sync(asked),
      'kf/customer/batchget': ({ body }) => ({
        errcode: 0,
        customer_list: (body['external_userid_list'] as string[]).map((id) => ({
          external_userid: id,
          nickname: '安然',
          ...(this.unionids[id] ? { unionid: this.unionids[id] } : {}),
        })),
        invalid_external_userid: [],
      }),
      'kf/send_msg': (asked) => this.sendMsg(asked),
      'kf/send_msg_on_event': ({ body }) => ({ errcode: 0, msgid: body['msgid'] }),
      'kf/service_state/get': ({ body }) => {
        const chat = this.chat(body);
        return { errcode: 0, service_state: chat.state, servicer_userid: chat.servicer ?? '' };
      },
      'kf/service_state/trans': (asked) => this.trans(asked),
      'kf/account/list': () => ({
        errcode: 0,
        account_list: [ACCOUNT, OTHER_ACCOUNT].map((open_kfid) => ({
          ...{ open_kfid, name: '客服', manage_privilege: !this.taken.has(open_kfid) },
        })),
      }),
      'kf/servicer/list': () => ({ errcode: 0, servicer_list: this.servicers }),
      'kf/add_contact_way': ({ body }) => ({
        ...recorded('kf_api_add_contact_way'),
        url: `https://work.weixin.qq.com/kf/kfc1?enc_scene=ENC${String(body['scene'])}`,
      }),
      'kf/customer/upgrade_service': () => ({ errcode: 0 }),
      'media/upload': () => ({ errcode: 0, media_id: `media-${++this.named}`, created_at: '1795219201' }),
    });
  }

  /** A message of a customer, or an event; answers its msgid. */
  add(item: Record<string, unknown>, account = ACCOUNT): string {
    const msgid = (item['msgid'] as string | undefined) ?? `m${++this.named}`;
    const stored = { send_time: Math.floor(this.clock.now() / 1_000), ...item, msgid };
    this.items.set(account, [...(this.items.get(account) ?? []), stored]);
    return msgid;
  }

  writes(content: string, over: Record<string, unknown> = {}, account = ACCOUNT): string {
    const to = (over['external_userid'] as string | undefined) ?? ANRAN;
    const chat = this.chatOf(account, to);
    if (chat.state === 4 || this.clock.now() - chat.wroteAt > 48 * 3_600_000) chat.state = 0;
    Object.assign(chat, { wroteAt: this.clock.now(), sent: 0 });
    const head = { open_kfid: account, external_userid: to, origin: 3, msgtype: 'text', text: { content } };
    return this.add({ ...head, ...over }, account);
  }

  event(event_type: string, fields: Record<string, unknown> = {}, account = ACCOUNT): string {
    const event = { event_type, open_kfid: account, external_userid: ANRAN, ...fields };
    return this.add({ origin: 4, msgtype: 'event', event }, account);
  }

  /** A valid pull token for the account, as its callback carries it. */
  token(account = ACCOUNT): string {
    const token = `ENC${++this.named}`;
    this.tokens.set(token, account);
    return token;
  }

  chatOf(account: string, to: string): Chat {
    const key = `${account} ${to}`;
    const chat = this.chats.get(key) ?? { state: 4, wroteAt: 0, sent: 0 };
    this.chats.set(key, chat);
    return chat;
  }

  private chat(body: Record<string, unknown>): Chat {
    return this.chatOf(String(body['open_kfid']), String(body['external_userid']));
  }

  private breaks(limit: string): void {
    this.broken[limit] = (this.broken[limit] ?? 0) + 1;
  }

  private async sync({ body }: Asked): Promise<object> {
    const now = this.clock.now();
    const account = String(body['open_kfid']);
    if (this.pulling > 0) {
      this.breaks('parallel pulls');
      return { ...refused(45033), msg_list: [] };
    }
    this.pulling++;
    await new Promise((resolve) => setImmediate(resolve));
    this.pulling--;
    if (this.taken.has(account)) return { ...refused(48007), msg_list: [] };
    const token = body['token'] as string | undefined;
    const isValid = token !== undefined && this.tokens.get(token) === account;
    if (!isValid) {
      if (now < this.blockedUntil) return recorded('kf_api_sync_msg_45009');
      this.tokenless = [...this.tokenless.filter((at) => at > now - 60_000), now];
      if (this.tokenless.length > 10) {
        this.breaks('pulls without a token');
        this.blockedUntil = now + 60_000;
        return recorded('kf_api_sync_msg_45009');
      }
      if (token !== undefined) return recorded('kf_api_sync_msg_95007');
    }
    return this.page(account, (body['cursor'] as string | undefined) ?? '');
  }

  private page(account: string, cursor: string): object {
    const all = this.items.get(account) ?? [];
    const known = /^c(\d+)(?:e(\d+))?$/.exec(cursor);
    if (cursor !== '' && known === null && this.badCursor !== 'replay') return refused(this.badCursor);
    const from = Number(known?.[1] ?? 0);
    const empties = Number(known?.[2] ?? 0);
    if (from < all.length && empties < this.emptyPages)
      return { errcode: 0, next_cursor: `c${from}e${empties + 1}`, has_more: 1, msg_list: [] };
    const msg_list = all.slice(from, from + this.pageSize);
    const to = from + msg_list.length;
    return { errcode: 0, next_cursor: `c${to}`, has_more: to < all.length ? 1 : 0, msg_list };
  }

  private sendMsg({ body }: Asked): object | string {
    const chat = this.chatOf(String(body['open_kfid']), String(body['touser']));
    const msgid = String(body['msgid']);
    const next = this.nextSends.shift();
    if (next === 'cut') return 'not json';
    if (typeof next === 'number') return refused(next);
    if (this.accepted.some((one) => one.msgid === msgid)) return { ...refused(this.duplicate), msgid: '' };
    if (chat.state > 1) return recorded('kf_api_send_msg_95018');
    if (this.clock.now() - chat.wroteAt > 48 * 3_600_000) {
      this.breaks('48 hours');
      return recorded('kf_api_send_msg_95002');
    }
    if (chat.sent >= 5) {
      this.breaks('five messages');
      return recorded('kf_api_send_msg_95001');
    }
    chat.sent++;
    chat.state = 1;
    this.accepted.push({ msgid, to: String(body['touser']), body, at: this.clock.now() });
    return next === 'accept_silently' ? 'not json' : { errcode: 0, errmsg: 'ok', msgid };
  }

  private trans({ body }: Asked): object {
    const chat = this.chat(body);
    const to = Number(body['service_state']);
    const servicer = body['servicer_userid'] as string | undefined;
    if (chat.state === 4) return recorded('kf_api_service_state_trans_95013');
    if (chat.state >= 2 && to <= 2) return refused(95016);
    if (to === 3) {
      const named = this.servicers.find(({ userid }) => userid === servicer);
      if (!named) return refused(95014);
      if (named.status !== 0) return refused(95019);
      chat.servicer = servicer!;
    }
    chat.state = to;
    return recorded('kf_api_service_state_trans');
  }
}
