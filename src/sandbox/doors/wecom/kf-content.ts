import { linkIn } from '../../corp/acquisition-links.js';
import type { Corp } from '../../corp/corp.js';
import type { Attachment, Content } from '../../corp/messages.js';
import { Refused } from './endpoint.js';
import type { Params } from './params.js';

export interface KfContent extends Content {
  readonly msgtype: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const TEXT_BYTES = 2_048;
const MEDIA = new Set(['image', 'voice', 'video', 'file']);

/** The body of send_msg and send_msg_on_event, checked as the platform does (contract §4). */
export function kfContentIn(corp: Corp, params: Params): KfContent {
  const msgtype = params.text('msgtype');
  const body = params.object(msgtype);
  const raw = (params.raw(msgtype) ?? {}) as Record<string, unknown>;
  if (MEDIA.has(msgtype)) {
    requireMedium(corp, body.text('media_id'), msgtype);
    return { msgtype, text: '', attachments: [{ msgtype, [msgtype]: raw }], body: raw };
  }
  switch (msgtype) {
    case 'text': {
      const content = textIn(corp, body.text('content'));
      return { msgtype, text: content, attachments: [], body: { ...raw, content } };
    }
    case 'link':
      checkLink(corp, body);
      return { msgtype, text: body.text('title'), attachments: [{ msgtype, link: raw }], body: raw };
    case 'miniprogram':
      checkMiniProgram(corp, body);
      return { msgtype, text: body.text('title'), attachments: [{ msgtype, miniprogram: raw }], body: raw };
    case 'msgmenu':
      return { msgtype, ...menuIn(body), body: raw };
    case 'location':
      if (body.number('latitude') === undefined || body.number('longitude') === undefined)
        throw new Refused(40058, 'latitude and longitude expected');
      return { msgtype, text: body.text('name'), attachments: [], body: raw };
    case 'ca_link':
      // The platform's own host, or here the sandbox's for a link that the corp has.
      if (!isAcquisitionLink(corp, body.text('link_url'))) throw new Refused(40058, 'invalid link_url');
      return { msgtype, text: '', attachments: [{ msgtype, ca_link: raw }], body: raw };
    default:
      throw new Refused(40008, 'invalid message type');
  }
}

const isAcquisitionLink = (corp: Corp, url: string): boolean =>
  /^https:\/\/work\.weixin\.qq\.com\/ca\/\S+$/.test(url) ||
  corp.acquisitionLinks.get(linkIn(url)?.linkId ?? '') !== undefined;

function textIn(corp: Corp, content: string): string {
  if (content === '') throw new Refused(44004, 'empty content');
  const bytes = Buffer.from(content);
  if (bytes.length <= TEXT_BYTES) return content;
  if (corp.kf.manners.longText === 'refuse') throw new Refused(45002, 'content size out of limit');
  // The cut does not care for characters; half of one becomes the replacement character.
  return bytes.subarray(0, TEXT_BYTES).toString('utf8');
}

function requireMedium(corp: Corp, mediaId: string, type: string): void {
  const medium = corp.media.find(mediaId, corp.now());
  if (medium?.type !== type) throw new Refused(40007, 'invalid media_id');
}

function checkLink(corp: Corp, body: Params): void {
  atMost(body, 'title', 1, 128);
  // desc is cut, so any length is accepted.
  if (!/^https?:\/\/\S+$/.test(body.text('url'))) throw new Refused(45034, 'invalid url');
  atMost(body, 'url', 1, 2_048);
  requireMedium(corp, body.text('thumb_media_id'), 'image');
}

function checkMiniProgram(corp: Corp, body: Params): void {
  atMost(body, 'appid', 1, 32);
  atMost(body, 'title', 0, 64);
  atMost(body, 'pagepath', 1, 1_024);
  requireMedium(corp, body.text('thumb_media_id'), 'image');
}

const TAPPED = new Set(['click', 'view', 'miniprogram']);

function menuIn(body: Params): Content {
  atMost(body, 'head_content', 0, 1_024);
  atMost(body, 'tail_content', 0, 1_024);
  const items = body.objects('list');
  const kinds = items.map((item) => item.text('type'));
  if (items.length > 50 || kinds.filter((kind) => TAPPED.has(kind)).length > 10)
    throw new Refused(95008, 'msgmenu list too long');
  if (items.length === 0 && body.text('head_content') === '') throw new Refused(40058, 'empty msgmenu');
  const parts = items.map((item, i) => menuItem(kinds[i] ?? '', item.object(kinds[i] ?? '')));
  const lines = [body.text('head_content'), ...parts.map(({ text }) => text), body.text('tail_content')];
  return {
    text: lines.filter((line) => line !== '').join('\n'),
    attachments: parts.flatMap(({ attachment }) => attachment ?? []),
  };
}

function menuItem(type: string, item: Params): { readonly text: string; readonly attachment?: Attachment } {
  switch (type) {
    case 'click':
      atMost(item, 'content', 1, 128);
      if (!/^\w{1,128}$/.test(item.text('id'))) throw new Refused(40058, 'invalid menu id');
      return { text: item.text('content') };
    case 'view':
      atMost(item, 'url', 1, 2_048);
      atMost(item, 'content', 1, 1_024);
      return {
        text: item.text('content'),
        attachment: { msgtype: 'link', link: { title: item.text('content'), url: item.text('url') } },
      };
    case 'miniprogram':
      atMost(item, 'appid', 1, 32);
      atMost(item, 'pagepath', 1, 1_024);
      atMost(item, 'content', 1, 1_024);
      return { text: item.text('content') };
    case 'text':
      atMost(item, 'content', 1, 256);
      return { text: item.text('content') };
    default:
      throw new Refused(95009, 'invalid msgmenu type');
  }
}

/** The documents give lengths in bytes but no code for a wrong one: 40058 for none, 45002 for too much (?). */
function atMost(body: Params, field: string, least: number, most: number): void {
  const bytes = Buffer.byteLength(body.text(field));
  if (bytes < least) throw new Refused(40058, `${field} missing`);
  if (bytes > most) throw new Refused(45002, `${field} too long`);
}
