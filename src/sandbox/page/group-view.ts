import { isPerson, type Corp } from '../corp/corp.js';
import type { CustomerGroup } from '../corp/customer-group.js';
import type { Attachment } from '../corp/messages.js';
import type { ChatEvent } from '../corp/outlets.js';
import type { RecentActivity } from './recent-activity.js';

/** A line of a chat window; `joined` and `left` are shown in the middle. */
export interface Line {
  readonly at: number;
  readonly kind: 'said' | 'joined' | 'left';
  readonly who: string;
  readonly whoId: string;
  readonly side: 'customer' | 'staff' | 'app';
  readonly text: string;
  /** A mass-send. */
  readonly sent: boolean;
  readonly attachments: readonly AttachmentView[];
  /** The config_id of the join way or contact way whose code the line holds. */
  readonly way: string;
}

export interface AttachmentView {
  readonly kind: string;
  readonly title: string;
  readonly note: string;
  /** Where a tap leads; empty for what is no link. */
  readonly address: string;
  /** The address of its picture, and the config_id of the way whose code that is. */
  readonly picture: string;
  readonly way: string;
}

const LINES = 100;

export function groupView(corp: Corp, recent: RecentActivity, group: CustomerGroup) {
  return {
    chatId: group.chatId,
    name: group.name,
    notice: group.notice,
    owner: group.owner,
    capacity: group.capacity,
    lines: linesOf(corp, recent, group, LINES),
    members: [...group.members.values()].map(({ id, type, joinedAt, scene, state }) => {
      const someone = corp.people.get(id) ?? corp.staff.get(id);
      return {
        id,
        name: someone?.name ?? id,
        isStaff: type === 1,
        isOwner: id === group.owner,
        isBot: corp.bot?.userid === id,
        persona: isPerson(someone) ? someone.persona : '',
        joinedAt,
        scene,
        state: state ?? '',
      };
    }),
  };
}

export function lastLineOf(corp: Corp, recent: RecentActivity, group: CustomerGroup) {
  const line = linesOf(corp, recent, group, 1)[0];
  return line && { at: line.at, kind: line.kind, who: line.who, text: line.text };
}

function linesOf(corp: Corp, recent: RecentActivity, group: CustomerGroup, most: number): Line[] {
  const posts = latestPosts(corp, group, most);
  // A mass-send to a group is also a chat event; its line is shown once.
  const taps = new Set(posts.filter((post) => post.sent).map((post) => `${post.at} ${post.text}`));
  const events = recent
    .talkIn(group.roomId)
    .slice(-most * 2)
    .flatMap((event) => linesOfEvent(corp, event))
    .filter((line) => line.side !== 'staff' || !taps.has(`${line.at} ${line.text}`));
  return [...events, ...posts].sort((a, b) => a.at - b.at).slice(-most);
}

function latestPosts(corp: Corp, group: CustomerGroup, most: number): Line[] {
  const lines: Line[] = [];
  for (let i = corp.posts.length - 1; i >= 0 && lines.length < most; i -= 1) {
    const post = corp.posts[i];
    if (post?.chatId !== group.chatId) continue;
    const sender = corp.who(post.from);
    lines.push({
      at: post.at,
      kind: 'said',
      who: sender?.name ?? post.from,
      whoId: sender && !isPerson(sender) ? sender.userid : '',
      side: post.via === 'chat' ? 'app' : 'staff',
      text: post.text,
      sent: post.via === 'mass_send',
      attachments: post.attachments.map((one) => attachmentView(corp, one)),
      way: post.joinWay ?? post.contactWay ?? '',
    });
  }
  return lines.reverse();
}

function linesOfEvent(corp: Corp, event: ChatEvent): Line[] {
  const line = (kind: Line['kind'], contactId: string, text: string): Line => {
    const someone = corp.who(contactId);
    const isCustomer = isPerson(someone);
    return {
      at: event.at,
      kind,
      who: someone?.name ?? contactId,
      whoId: someone ? (isCustomer ? someone.externalUserId : someone.userid) : '',
      side: isCustomer ? 'customer' : 'staff',
      text,
      sent: false,
      attachments: [],
      way: '',
    };
  };
  switch (event.kind) {
    case 'message':
      return [line('said', event.talkerId, event.text)];
    case 'room-join':
      return event.inviteeIds.map((id) => line('joined', id, ''));
    case 'room-leave':
      return event.removeeIds.map((id) =>
        line('left', id, event.removerId === id ? '' : nameOf(corp, event.removerId)),
      );
  }
}

const nameOf = (corp: Corp, contactId: string): string => corp.who(contactId)?.name ?? contactId;

export function attachmentView(corp: Corp, attachment: Attachment): AttachmentView {
  const body = (attachment[attachment.msgtype] ?? {}) as Readonly<Record<string, unknown>>;
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
  const [mediaId, url] = [text('media_id'), text('pic_url')];
  const medium = mediaId ? corp.media.find(mediaId, corp.now()) : corp.media.image(url);
  return {
    kind: attachment.msgtype,
    title: text('title'),
    note: text('desc') || text('url') || text('page') || text('pic_url') || text('media_id'),
    address: attachment.msgtype === 'link' ? text('url') : '',
    picture: medium?.type === 'image' ? `/page/picture?id=${encodeURIComponent(mediaId || url)}` : '',
    way: (medium && corp.media.wayOf(mediaId ? { mediaId } : { url })) ?? '',
  };
}
