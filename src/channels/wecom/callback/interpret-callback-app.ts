import type { CommandRequest } from '../../channel.js';
import type { CallbackFields } from './callback-fields.js';
import { alarmFact } from './interpret-callback-corp.js';
import type { EventFact } from './event-fact.js';

export type AppCommand = Pick<CommandRequest, 'from' | 'replyTo' | 'text'>;

const WORDS_KEPT = 8_000;

/** Placeholders for messages that are not text. The commands answer that they cannot read them. */
const placeholders: ReadonlyMap<string, string> = new Map([
  ['image', '[图片]'],
  ['voice', '[语音]'],
  ['video', '[视频]'],
  ['location', '[位置]'],
  ['link', '[链接]'],
]);

/** A command of staff to the app (90239/90240 via S): by text, menu, or a button of a card. */
export function commandToApp(fields: CallbackFields): AppCommand | undefined {
  const staff = fields.text('FromUserName', 64);
  if (staff === undefined) return undefined;
  const from = { kind: 'staff', staff } as const;
  const kind = fields.text('MsgType') ?? '';
  const text = kind === 'text' ? fields.text('Content', WORDS_KEPT) : placeholders.get(kind);
  if (text !== undefined) return { from, replyTo: { kind: 'app' }, text };
  if (kind !== 'event') return undefined;
  const key = fields.text('EventKey', 1_024);
  if (key === undefined) return undefined;
  switch (fields.text('Event')) {
    // The key of a menu item is the name of a command.
    case 'click':
      return { from, replyTo: { kind: 'app' }, text: key };
    case 'template_card_event':
    case 'template_card_menu_event': {
      const [taskId, responseCode] = [fields.text('TaskId', 128), fields.text('ResponseCode')];
      if (taskId === undefined || responseCode === undefined) return undefined;
      const cardType = fields.text('CardType', 64);
      // Only submit buttons have choices (contract §3.5).
      const selected = fields.text('Event') === 'template_card_event' ? fields.selectedOptions() : [];
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

/** Known events that need no action: somebody may see the app, opens it, or follows a link in its menu. */
const ignoredEvents = new Set([
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

/** Events of the app itself. Threats to it are alarms for the admin (contract §3.5). */
export function appFacts(fields: CallbackFields): readonly EventFact[] | undefined {
  const event = fields.text('Event', 64) ?? '';
  if (ignoredEvents.has(event)) return [];
  if (event === 'close_inactive_agent' || event === 'inactive_alert' || event.startsWith('low_active'))
    return [alarmFact(event)];
  // The app is in use again: the alarms about inactivity end.
  return event === 'reopen_inactive_agent' ? [alarmFact('inactive', true)] : undefined;
}
