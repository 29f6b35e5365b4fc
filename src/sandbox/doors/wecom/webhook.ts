import { createHash } from 'node:crypto';
import { seconds } from '../../calendar.js';
import type { GroupBot } from '../../corp/group-bots.js';
import { isInteractiveKind, wordsOn } from '../../corp/staff-card.js';
import { keyed, Refused, type Call, type Endpoint } from './endpoint.js';
import { mediumOf } from './media.js';
import type { Params } from './params.js';
import { cardIn } from './template-cards.js';

const IMAGE_BYTES = 2 * 1024 * 1024;
const TEXT_BYTES = 2_048;
const MARKDOWN_BYTES = 4_096;

/** The bot of an internal group; its key is the only credential (contract §7.6). */
export const webhookEndpoints: readonly Endpoint[] = [
  keyed('webhook/send', {}, (call) => {
    const { corp, params, now } = call;
    const bot = botOf(call);
    const said = saidBy(bot, params);
    // The code above the rate is widely reported but not documented (?).
    if (!corp.groupBots.mayPost(bot, now)) throw new Refused(45009, 'api freq out of limit');
    corp.groupBots.posts.push({ bot: bot.name, at: now, msgtype: params.text('msgtype'), ...said });
    return {};
  }),

  keyed('webhook/upload_media', {}, (call) => {
    const bot = botOf(call);
    const type = call.query.get('type') ?? '';
    if (type !== 'file' && type !== 'voice') throw new Refused(40004, 'invalid media type');
    const medium = mediumOf(call, type);
    const mediaId = call.corp.ids.letters('bot-media', 73).slice(9);
    bot.media.set(mediaId, medium);
    return { type, media_id: mediaId, created_at: String(seconds(call.now)) };
  }),
];

function botOf({ corp, query }: Call): GroupBot {
  const bot = corp.groupBots.get(query.get('key') ?? '');
  if (!bot) throw new Refused(93000, 'invalid webhook url');
  return bot;
}

function saidBy(bot: GroupBot, params: Params): { readonly text: string; readonly mentions: readonly string[] } {
  const msgtype = params.text('msgtype');
  const body = params.object(msgtype);
  const silent = { mentions: [] };
  switch (msgtype) {
    case 'text': {
      const mentions = [...body.texts('mentioned_list'), ...body.texts('mentioned_mobile_list')];
      return { text: contentIn(body, TEXT_BYTES), mentions };
    }
    case 'markdown':
    case 'markdown_v2':
      return { text: contentIn(body, MARKDOWN_BYTES), ...silent };
    case 'image': {
      const bytes = Buffer.from(body.text('base64'), 'base64');
      if (bytes.length === 0) throw new Refused(44001, 'empty media data');
      if (bytes.length > IMAGE_BYTES) throw new Refused(45001, 'media size out of limit');
      if (createHash('md5').update(bytes).digest('hex') !== body.text('md5').toLowerCase())
        throw new Refused(40058, 'md5 does not fit');
      return { text: '', ...silent };
    }
    case 'news': {
      const articles = body.objects('articles');
      if (articles.length === 0) throw new Refused(40063, 'some parameters are empty');
      if (articles.length > 8) throw new Refused(40058, 'too many articles');
      if (articles.some((one) => one.text('title') === '' || one.text('url') === ''))
        throw new Refused(40063, 'title or url missing');
      return { text: articles.map((one) => one.text('title')).join('\n'), ...silent };
    }
    case 'file':
    case 'voice': {
      const medium = bot.media.get(body.text('media_id'));
      if (!medium) throw new Refused(40007, 'invalid media_id');
      return { text: medium.name, ...silent };
    }
    case 'template_card': {
      const card = cardIn(body, { hasCallback: true });
      // A bot gets no callbacks, so its cards have nothing to tap (wecom-cards §6.2).
      if (isInteractiveKind(card.cardType)) throw new Refused(40058, 'invalid card_type');
      if (card.menu.length > 0 || card.taskId !== '')
        throw new Refused(40058, 'action_menu and task_id do not exist here');
      if (card.cardType === 'news_notice' && !body.has('card_image')) throw new Refused(40063, 'card_image missing');
      return { text: wordsOn(card), ...silent };
    }
    default:
      throw new Refused(40008, 'invalid message type');
  }
}

function contentIn(body: Params, most: number): string {
  const content = body.text('content');
  if (content === '') throw new Refused(44004, 'empty content');
  if (Buffer.byteLength(content) > most) throw new Refused(45002, 'content too long');
  return content;
}
