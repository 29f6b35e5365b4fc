import type { StaffMessage } from '../../corp/messages.js';
import { wordsOn } from '../../corp/staff-card.js';
import { Refused, type Call } from './endpoint.js';
import { cardIn } from './template-cards.js';

const TEXT_BYTES = 2_048;
const MEDIA = new Set(['image', 'file', 'voice', 'video']);

/** What the app says to staff, checked as the platform does (contract §7.5). */
export function saidIn({ corp, params, now }: Call): Pick<StaffMessage, 'msgtype' | 'text' | 'card'> {
  const msgtype = params.text('msgtype');
  const body = params.object(msgtype);
  if (MEDIA.has(msgtype)) {
    const medium = corp.media.find(body.text('media_id'), now);
    if (!medium) throw new Refused(40007, 'invalid media_id');
    return { msgtype, text: medium.name };
  }
  switch (msgtype) {
    case 'text':
    case 'markdown': {
      const content = body.text('content');
      if (content === '') throw new Refused(44004, 'empty content');
      // Longer text is cut, not refused.
      return { msgtype, text: cutTo(content, TEXT_BYTES) };
    }
    case 'textcard': {
      const [title, description, url] = [body.text('title'), body.text('description'), body.text('url')];
      if (title === '' || description === '' || url === '') throw new Refused(40063, 'some parameters are empty');
      // Whether these are cut or refused, and counted in characters or bytes, is not said; refused by bytes (?).
      for (const [text, most] of [
        [title, 128],
        [description, 512],
        [url, 2_048],
      ] as const)
        if (Buffer.byteLength(text) > most) throw new Refused(45002, 'content too long');
      if ([...body.text('btntxt')].length > 4) throw new Refused(45002, 'btntxt too long');
      return { msgtype, text: `${title}\n${description}` };
    }
    case 'news': {
      const articles = body.objects('articles');
      if (articles.length === 0) throw new Refused(40063, 'some parameters are empty');
      if (articles.length > 8) throw new Refused(40058, 'too many articles');
      if (articles.some((one) => one.text('title') === '')) throw new Refused(40063, 'title missing');
      return { msgtype, text: articles.map((one) => one.text('title')).join('\n') };
    }
    case 'template_card': {
      const card = cardIn(body, { hasCallback: corp.outlets.hasCallback() });
      return { msgtype, text: wordsOn(card), card };
    }
    case 'miniprogram_notice':
      if (body.text('appid') === '' || body.text('title') === '') throw new Refused(40063, 'some parameters are empty');
      return { msgtype, text: body.text('title') };
    default:
      throw new Refused(40008, 'invalid message type');
  }
}

function cutTo(text: string, bytes: number): string {
  let cut = text;
  while (Buffer.byteLength(cut) > bytes) cut = cut.slice(0, -1);
  return cut;
}
