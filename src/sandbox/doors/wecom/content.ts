import type { Corp } from '../../corp/corp.js';
import type { Attachment, Content } from '../../corp/messages.js';
import { Refused } from './endpoint.js';
import type { Params } from './params.js';

const KINDS = new Set(['image', 'link', 'miniprogram', 'video', 'file']);
const TEXT_BYTES = 4_000;

/** Text and attachments of a welcome or a mass-send, checked as the platform does. */
export function contentOf(corp: Corp, params: Params): Content {
  const text = params.object('text').text('content');
  if (Buffer.byteLength(text) > TEXT_BYTES) throw new Refused(45002, 'content too long');
  const attachments = params.objects('attachments');
  if (text === '' && attachments.length === 0) throw new Refused(40063, 'some parameters are empty');
  if (attachments.length > 9) throw new Refused(41064, 'too many attachments');
  return { text, attachments: attachments.map((attachment) => attachmentOf(corp, attachment)) };
}

function attachmentOf(corp: Corp, params: Params): Attachment {
  const msgtype = params.text('msgtype');
  if (!KINDS.has(msgtype)) throw new Refused(41065, 'invalid attachment type');
  const body = params.object(msgtype);
  if (msgtype === 'link' && (body.text('title') === '' || body.text('url') === ''))
    throw new Refused(40063, 'some parameters are empty');
  if (Buffer.byteLength(body.text('title')) > (msgtype === 'link' ? 128 : 64))
    throw new Refused(45002, 'title too long');
  if (Buffer.byteLength(body.text('desc')) > 512) throw new Refused(45002, 'desc too long');
  requireMedia(corp, msgtype, body);
  return { msgtype, [msgtype]: params.raw(msgtype) };
}

export function requireMedia(corp: Corp, msgtype: string, body: Params): void {
  const mediaId = body.text(msgtype === 'miniprogram' ? 'pic_media_id' : 'media_id');
  const picUrl = body.text('pic_url');
  if (mediaId !== '') {
    if (!corp.media.find(mediaId, corp.now())) throw new Refused(40007, 'invalid media_id');
    return;
  }
  if (msgtype === 'link') return;
  if (msgtype !== 'image' || picUrl === '') throw new Refused(40007, 'invalid media_id');
  // A picture's address must come from media/uploadimg.
  if (!corp.media.image(picUrl)) throw new Refused(40058, 'invalid pic_url');
}
