import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ActionOf, ServiceMenu } from '../../domain/action.js';
import { cutToBytes, cutToCodePoints } from '../../domain/cut-text.js';
import { SERVICE_MENU_TEXT_BYTES, SERVICE_TEXT_BYTES, SHARED_REF_LENGTH } from '../../domain/service/service-window.js';
import type { Clock } from '../../platform/clock.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { ActionResult } from '../channel.js';
import type { WecomApp } from '../wecom-app.js';
import type { KfSentStore } from './kf-sent.store.js';

const LABEL_BYTES = 128;
const MENU_ITEMS = 10;
/** Attempts with one msgid that may have been accepted. After that nobody knows, and it is not sent again. */
const UNANSWERED_AT_MOST = 2;

type Body = Readonly<Record<string, unknown>>;
type Speech = Pick<ActionOf<'kf_say'>, 'message' | 'menu'>;

export interface KfSenderDeps {
  readonly app: WecomApp;
  readonly store: KfSentStore;
  readonly clock: Clock;
}

/**
 * Sends messages of customer service, each once. The msgid is made of the key of the outbox row: WeCom refuses a second
 * message with the same one (kf contract §0.1), so an attempt without an answer is repeated with it. The errcode of that
 * refusal is not published [?], so any refusal of a repeat means that nobody knows whether the message was sent.
 */
export class KfSender {
  constructor(private readonly deps: KfSenderDeps) {}

  /** One text or menu, then its pictures. A picture that cannot be sent is left out when the text was sent. */
  async say(action: ActionOf<'kf_say'>, key: string): Promise<ActionResult> {
    const to = { touser: action.externalUserId, open_kfid: action.account };
    const pictures = action.message.attachments.filter(({ kind }) => kind === 'image');
    const text = textOf(action);
    if (text === '' && pictures.length === 0) throw new GiveUp('empty_text');
    let ref: string | undefined;
    if (text !== '')
      ref = await this.sendOnce(key, 0, { endpoint: 'kf/send_msg', body: { ...to, ...speech(action, text) } });
    for (const [index, { url }] of pictures.entries()) {
      try {
        const sent = await this.sendPicture(key, index + 1, to, url);
        ref ??= sent;
      } catch (cause) {
        if (ref === undefined || !(cause instanceof GiveUp)) throw cause;
        return { ref, without: cause.code };
      }
    }
    return ref === undefined ? {} : { ref };
  }

  /** The code names the chat and works once (kf contract §5). */
  async welcome(action: ActionOf<'kf_welcome'>, key: string): Promise<ActionResult> {
    const body = { code: action.code, ...speech(action, textOf(action)) };
    return { ref: await this.sendOnce(key, 0, { endpoint: 'kf/send_msg_on_event', body }) };
  }

  /** The line that the customer reads when the chat is handed over; a text only (kf contract §5). */
  async sayByCode(code: string, text: string, key: string): Promise<void> {
    const body = { code, msgtype: 'text', text: { content: cutToBytes(text, SERVICE_TEXT_BYTES, '…') } };
    await this.sendOnce(key, 0, { endpoint: 'kf/send_msg_on_event', body });
  }

  /** A media_id that WeCom does not have any more is uploaded again, once. */
  private async sendPicture(key: string, part: number, to: Body, url: string): Promise<string> {
    const { app } = this.deps;
    const send = async (mediaId: string): Promise<string> =>
      this.sendOnce(key, part, {
        endpoint: 'kf/send_msg',
        body: { ...to, msgtype: 'image', image: { media_id: mediaId } },
      });
    const mediaId = await app.mediaIdOf(url);
    try {
      return await send(mediaId);
    } catch (cause) {
      if (!(cause instanceof RetryLater) || cause.code !== 'media_expired') throw cause;
      await app.forgetMedia(url, mediaId);
      return send(await app.mediaIdOf(url));
    }
  }

  /** Returns the msgid. */
  private async sendOnce(
    key: string,
    part: number,
    { endpoint, body }: { readonly endpoint: string; readonly body: Body },
  ): Promise<string> {
    const { app, store, clock } = this.deps;
    const id = `${key}#${part}`;
    const before = await store.begin(id, UNANSWERED_AT_MOST, clock.now());
    const msgid = msgidOf(key, part, before.nth);
    if (before.isDone) return msgid;
    if (before.unanswered >= UNANSWERED_AT_MOST) throw new GiveUp('sent_unconfirmed');
    try {
      await app.call({ endpoint, body: { ...body, msgid }, answer: z.unknown() });
    } catch (cause) {
      if (isUnclear(cause)) {
        if (before.unanswered + 1 >= UNANSWERED_AT_MOST) throw new GiveUp('sent_unconfirmed', { cause });
        throw cause;
      }
      // The refusal of a repeat may be that of a msgid that was used: then the first attempt got through.
      if (before.unanswered > 0 && cause instanceof GiveUp) throw new GiveUp('sent_unconfirmed', { cause });
      if (cause instanceof RetryLater || cause instanceof GiveUp) await store.refused(id, clock.now());
      throw cause;
    }
    await store.done(id, clock.now());
    return msgid;
  }
}

/** No answer came, or WeCom was too busy to say what it did. */
const isUnclear = (cause: unknown): boolean =>
  cause instanceof RetryLater && (cause.mayBeDone || cause.code === 'wecom_busy');

/** At most 32 characters of `[0-9a-zA-Z_-]` (kf contract §4); all of one key begin alike. */
const msgidOf = (key: string, part: number, nth: number): string => {
  const shared = cutToCodePoints(createHash('sha256').update(key).digest('base64url'), SHARED_REF_LENGTH);
  return `${shared}${part === 0 ? '' : `_${part}`}${nth === 1 ? '' : `-${nth}`}`;
};

/**
 * Links become lines of the text: a link card needs a picture of its own (kf contract §4). What is too long is cut before
 * its links, because they are the last lines and would be lost.
 */
function textOf({ message, menu }: Speech): string {
  const most = hasItems(menu) ? SERVICE_MENU_TEXT_BYTES : SERVICE_TEXT_BYTES;
  const links = message.attachments.flatMap((one) => (one.kind === 'link' ? [`${one.title} ${one.url}`.trim()] : []));
  const below = links.map((link) => `\n${link}`).join('');
  const room = most - Buffer.byteLength(below);
  const lines = room > 0 ? `${cutToBytes(message.text, room, '…')}${below}` : `${message.text}${below}`;
  return cutToBytes(lines.trim(), most, '…');
}

/** One text, or one menu with the text above its items. */
const speech = ({ menu }: Speech, text: string): Body =>
  hasItems(menu) ? { msgtype: 'msgmenu', msgmenu: menuBody(menu, text) } : { msgtype: 'text', text: { content: text } };

const hasItems = (menu: ServiceMenu | undefined): menu is ServiceMenu => menu !== undefined && menu.items.length > 0;

const menuBody = ({ items, tail }: ServiceMenu, text: string): Body => ({
  head_content: text,
  list: items
    .slice(0, MENU_ITEMS)
    .map(({ id, label }) => ({ type: 'click', click: { id, content: cutToBytes(label, LABEL_BYTES) } })),
  ...(tail === undefined ? {} : { tail_content: cutToBytes(tail, SERVICE_MENU_TEXT_BYTES, '…') }),
});
