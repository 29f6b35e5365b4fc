import type { CommandRequest } from '../../channel.js';
import type { CallbackFields } from './callback-fields.js';
import { alarm } from './interpret-callback-corp.js';
import type { Told } from './interpret-callback-told.js';

export type Said = Pick<CommandRequest, 'from' | 'replyTo' | 'text'>;

const WORDS_KEPT = 8_000;

/** What comes as a picture, a voice or a place is answered too; commands know these texts as what cannot be read. */
const unreadable: ReadonlyMap<string, string> = new Map([
  ['image', '[图片]'],
  ['voice', '[语音]'],
  ['video', '[视频]'],
  ['location', '[位置]'],
  ['link', '[链接]'],
]);

/** What a member of staff said to the app (90239/90240 via S): in words, by the menu, or by a button on a card. */
export function saidToApp(fields: CallbackFields): Said | undefined {
  const staff = fields.text('FromUserName', 64);
  if (staff === undefined) return undefined;
  const from = { kind: 'staff', staff } as const;
  const kind = fields.text('MsgType') ?? '';
  const text = kind === 'text' ? fields.text('Content', WORDS_KEPT) : unreadable.get(kind);
  if (text !== undefined) return { from, replyTo: { kind: 'app' }, text };
  if (kind !== 'event') return undefined;
  const key = fields.text('EventKey', 1_024);
  if (key === undefined) return undefined;
  switch (fields.text('Event')) {
    // A menu's key is the command of that name.
    case 'click':
      return { from, replyTo: { kind: 'app' }, text: key };
    case 'template_card_event':
    case 'template_card_menu_event': {
      const [taskId, responseCode] = [fields.text('TaskId', 128), fields.text('ResponseCode')];
      if (taskId === undefined || responseCode === undefined) return undefined;
      const cardType = fields.text('CardType', 64);
      // Only buttons of a submit carry choices (contract §3.5).
      const selected = fields.text('Event') === 'template_card_event' ? fields.selected() : [];
      return {
        from,
        replyTo: {
          kind: 'card',
          taskId,
          responseCode,
          ...(cardType === undefined ? {} : { cardType }),
          ...(selected.length === 0 ? {} : { selected }),
        },
        text: `${key} ${taskId}`,
      };
    }
    default:
      return undefined;
  }
}

/** Known, and nothing to be done about: who may see the app, opens it, or follows a link of its menu. */
const quiet = new Set([
  'subscribe',
  'unsubscribe',
  'enter_agent',
  'LOCATION',
  'view',
  'view_miniprogram',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
  'batch_job_result',
]);

/** Events of the app itself; what threatens it is an alarm for the admin (contract §3.5). */
export function tellApp(fields: CallbackFields): readonly Told[] | undefined {
  const event = fields.text('Event', 64) ?? '';
  if (quiet.has(event)) return [];
  if (event === 'close_inactive_agent' || event === 'inactive_alert' || event.startsWith('low_active'))
    return [alarm(event)];
  // The app is in use again: whatever was said of its idleness is over.
  return event === 'reopen_inactive_agent' ? [alarm('inactive', true)] : undefined;
}
