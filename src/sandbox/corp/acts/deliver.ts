import type { Corp } from '../corp.js';
import type { CustomerGroup } from '../customer-group.js';
import type { MassSend, SendTask } from '../mass-sends.js';
import type { Content, GroupPost, Received } from '../messages.js';
import type { Person } from '../person.js';

/** Delivers a message to a customer: records it, then lets the customer react. */
export function deliver(
  corp: Corp,
  person: Person,
  message: Content & Pick<Received, 'via' | 'from' | 'ref' | 'staffCard' | 'groupChat'>,
): void {
  const received: Received = {
    ...message,
    to: person.externalUserId,
    name: person.name,
    at: corp.now(),
    ...codeIn(corp, message),
  };
  corp.received.push(received);
  corp.reactions.received(person, received);
}

/** Posts a message of the product into a group. */
export function postToGroup(
  corp: Corp,
  group: CustomerGroup,
  message: Content & Pick<GroupPost, 'via' | 'from' | 'ref' | 'mentions'>,
): void {
  const post: GroupPost = {
    ...message,
    chatId: group.chatId,
    group: group.name,
    at: corp.now(),
    ...codeIn(corp, message),
  };
  corp.posts.push(post);
  corp.groups.diary.said(group.chatId, corp.who(message.from)?.chatContactId ?? message.from, corp.now());
  corp.reactions.posted(post);
}

/** The staff member confirms: the waiting messages go out now, within the platform's caps. */
export function confirmMassSend(corp: Corp, send: MassSend, task: SendTask): void {
  if (task.status === 2 || send.cancelledAt !== undefined) return;
  const now = corp.now();
  task.status = 2;
  task.sentAt = now;
  for (const target of task.targets) {
    if (send.chatType === 'single' && corp.relations.of(task.userid, target.id)?.bond !== 'mutual') {
      target.status = 2;
      continue;
    }
    if (!corp.massSends.mayReach(target.id, now)) {
      target.status = 3;
      continue;
    }
    target.status = 1;
    target.sentAt = now;
    corp.massSends.countReach(target.id, now);
    sendToTarget(corp, send, task, target.id);
  }
}

function sendToTarget(corp: Corp, send: MassSend, task: SendTask, targetId: string): void {
  const message = { ...send.content, via: 'mass_send', from: task.userid, ref: send.msgid } as const;
  const person = corp.people.get(targetId);
  if (person) {
    corp.contactDiary.wrote(task.userid, targetId, corp.now());
    return deliver(corp, person, message);
  }
  const group = corp.groups.get(targetId);
  if (!group) return;
  postToGroup(corp, group, { ...message, mentions: [] });
  const said = {
    kind: 'message',
    id: corp.ids.letters('chat', 24),
    at: corp.now(),
    talkerId: corp.chatIdOf(task.userid),
  } as const;
  corp.outlets.emitChat({ ...said, roomId: group.roomId, text: send.content.text, mentionIds: [] });
}

const QR_ADDRESS = /\/qr\/([0-9a-f]{32})/;

/** The join way or contact way whose code the message holds. */
function codeIn(corp: Corp, message: Content): Pick<Received, 'joinWay' | 'contactWay'> {
  const configId = configIdIn(corp, message);
  const isContactWay = configId !== undefined && corp.contactWays.get(configId) !== undefined;
  return { joinWay: isContactWay ? undefined : configId, contactWay: isContactWay ? configId : undefined };
}

/** Finds the code by its picture (fetched, or uploaded again) or by its address. */
function configIdIn(corp: Corp, message: Content): string | undefined {
  const addresses = [message.text];
  for (const { image, link } of message.attachments) {
    const known = corp.media.wayOf({
      ...(image?.media_id ? { mediaId: image.media_id } : {}),
      ...(image?.pic_url ? { url: image.pic_url } : {}),
    });
    if (known) return known;
    addresses.push(image?.pic_url ?? '', link?.url ?? '', link?.picurl ?? '');
  }
  for (const address of addresses) {
    const configId = QR_ADDRESS.exec(address)?.[1];
    if (configId && (corp.joinWays.get(configId) ?? corp.contactWays.get(configId))) return configId;
  }
  return undefined;
}
