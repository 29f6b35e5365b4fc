import { servicersOf } from '../corp/acts/kf-who-serves.js';
import type { Corp } from '../corp/corp.js';
import type { KfLine } from '../corp/kf/customer-service.js';
import { menuItemsOf } from '../corp/kf/kf-menu.js';
import { stateOf } from '../corp/kf/kf-session.js';
import type { Attachment } from '../corp/messages.js';
import type { Person } from '../corp/person.js';
import { attachmentView, type AttachmentView } from './group-view.js';

const LINES = 80;

/** The chat of a customer with the corp's oldest account of customer service, as their phone shows it. */
export function assistantView(corp: Corp, person: Person) {
  const [account] = corp.kf.accounts();
  if (!account) return undefined;
  const session = corp.kf.known(account.openKfid, person.externalUserId);
  return {
    name: account.name,
    state: session ? stateOf(session, corp.now()) : 4,
    hasWritten: session?.lastWroteAt !== undefined,
    left: session?.left ?? 0,
    refuses: session?.refuses ?? false,
    servicer: corp.staff.get(session?.servicer ?? '')?.name ?? '',
    servicerId: session?.servicer ?? '',
    hasUpgrade: session?.upgrade !== undefined,
    servicers: servicersOf(corp, account).map(({ userid }) => ({
      userid,
      name: corp.staff.get(userid)?.name ?? userid,
    })),
    lines: corp.kf.talk
      .filter(({ openKfid, customer }) => openKfid === account.openKfid && customer === person.externalUserId)
      .slice(-LINES)
      .map((line) => lineView(corp, line, account.name)),
  };
}

function lineView(corp: Corp, line: KfLine, accountName: string) {
  const { at, msgid, by, via, name, servicer, msgtype, text, body, failed, recalledAt } = line;
  return {
    at,
    msgid,
    by,
    via: via ?? '',
    who: by === 'customer' ? name : by === 'app' ? accountName : (corp.staff.get(servicer ?? '')?.name ?? ''),
    text: msgtype === 'msgmenu' || attachmentsOf(corp, line).length > 0 ? '' : text,
    menu: msgtype === 'msgmenu' ? menuView(body) : undefined,
    attachments: attachmentsOf(corp, line),
    failed: failed ?? '',
    isRecalled: recalledAt !== undefined,
  };
}

const SHOWN = new Set([
  'image',
  'video',
  'voice',
  'file',
  'link',
  'miniprogram',
  'location',
  'ca_link',
  'business_card',
]);

function attachmentsOf(corp: Corp, { msgtype, body, text }: KfLine): readonly AttachmentView[] {
  if (!SHOWN.has(msgtype)) return [];
  const attachment: Attachment = { msgtype, [msgtype]: body };
  const shown = attachmentView(corp, attachment);
  // A picture without pixels (media that the sandbox made up) has only its kind to show.
  return [{ ...shown, title: shown.title || text, note: msgtype === 'link' ? shown.note : '' }];
}

function menuView(body: KfLine['body']) {
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
  return {
    head: text('head_content'),
    tail: text('tail_content'),
    items: menuItemsOf(body).map(({ type, click, view, miniprogram, text: plain }) => ({
      type,
      id: click?.id ?? '',
      url: view?.url ?? '',
      content: (click ?? view ?? miniprogram ?? plain)?.content ?? '',
    })),
  };
}
