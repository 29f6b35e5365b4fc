import { z } from 'zod';
import { deliver, postToGroup } from '../corp/acts/deliver.js';
import { invite, removeFromGroup } from '../corp/acts/groups.js';
import { isPerson, type Corp } from '../corp/corp.js';
import type { CustomerGroup } from '../corp/customer-group.js';
import type { Attachment } from '../corp/messages.js';
import type { Person, Staff } from '../corp/person.js';
import type { ChatLog } from './chat-log.js';
import type { DoorResponse, DoorRequest, Door } from './http.js';

const LONGEST_WAIT_MS = 60_000;

const said = z
  .object({
    roomId: z.string().optional(),
    contactId: z.string().optional(),
    text: z.string().default(''),
    /** The bytes of one. A message is words or a picture, as on a phone. */
    picture: z.base64().min(1).optional(),
    mentionIds: z.array(z.string()).default([]),
  })
  .refine(({ text, picture }) => (text === '') !== (picture === undefined));
const whom = z.object({ contactId: z.string() });

const refused = (status: number, error: string): DoorResponse => ({ status, json: { error } });
const found = (json: unknown): DoorResponse => ({ status: 200, json });

/** What the chat account, a member of all customer groups, can read and do. Its acts send callbacks, like a person's. */
export function chatDoor(corp: Corp, bot: Staff, log: ChatLog): Door {
  return async (request) => {
    if (!request.path.startsWith('/chat/')) return undefined;
    const [, , what, id, act] = request.path.split('/').map(decodeURIComponent);
    if (request.method === 'GET') return read(request, what, id);
    if (what === 'say') return say(said.safeParse(jsonOf(request)));
    if (what === 'rooms' && id && (act === 'add' || act === 'remove'))
      return change(id, act, whom.safeParse(jsonOf(request)));
    return refused(404, 'unknown_path');
  };

  async function read(
    { query, gone }: DoorRequest,
    what: string | undefined,
    id: string | undefined,
  ): Promise<DoorResponse> {
    if (what === 'account') return found({ contactId: bot.chatContactId, name: bot.name });
    if (what === 'rooms')
      return id ? viewOf(corp.groups.room(id), roomView, 'unknown_room') : found({ rooms: rooms().map(roomView) });
    if (what === 'contacts') {
      const everyone = [...corp.staff.values(), ...corp.people.values()];
      return id ? viewOf(corp.who(id), contactView, 'unknown_contact') : found({ contacts: everyone.map(contactView) });
    }
    if (what !== 'events') return refused(404, 'unknown_path');
    const after = Number(query.get('after') ?? 0);
    const events = await log.after(after, Math.min(LONGEST_WAIT_MS, Number(query.get('wait') ?? 0)), gone);
    return found({ events, last: log.last });
  }

  function say(parsed: z.ZodSafeParseResult<z.output<typeof said>>): DoorResponse {
    if (!parsed.success) return refused(400, 'bad_request');
    const { roomId, contactId, text, picture, mentionIds } = parsed.data;
    const ref = corp.ids.letters('chat', 24);
    const attachments = picture === undefined ? [] : [pictureOf(Buffer.from(picture, 'base64'))];
    const content = { text, attachments, from: bot.name, ref };
    const mentioned = mentionIds.map((mention) => corp.who(mention)).filter(isPerson);
    if (roomId !== undefined) {
      const group = corp.groups.room(roomId);
      if (!group || !sitsIn(group)) return refused(404, 'unknown_room');
      postToGroup(corp, group, { ...content, via: 'chat', mentions: mentioned.map((person) => person.externalUserId) });
      for (const person of mentioned) deliver(corp, person, { ...content, via: 'mention' });
      return found({ id: ref });
    }
    const person = corp.who(contactId ?? '');
    if (!isPerson(person)) return refused(404, 'unknown_contact');
    if (!isFriend(person)) return refused(403, 'not_a_friend');
    deliver(corp, person, { ...content, via: 'dm' });
    return found({ id: ref });
  }

  function pictureOf(bytes: Buffer): Attachment {
    const mediaId = corp.media.keep({ bytes, name: 'picture', type: 'image', madeAt: corp.now() });
    return { msgtype: 'image', image: { media_id: mediaId } };
  }

  function change(
    roomId: string,
    act: 'add' | 'remove',
    parsed: z.ZodSafeParseResult<z.output<typeof whom>>,
  ): DoorResponse {
    if (!parsed.success) return refused(400, 'bad_request');
    const group = corp.groups.room(roomId);
    const person = corp.who(parsed.data.contactId);
    if (!group || !sitsIn(group)) return refused(404, 'unknown_room');
    if (!isPerson(person)) return refused(404, 'unknown_contact');
    if (act === 'remove') {
      removeFromGroup(corp, group, person.externalUserId, bot.userid);
      return found({});
    }
    if (!isFriend(person)) return refused(403, 'not_a_friend');
    return invite(corp, group, person, bot.userid) ? found({}) : refused(409, 'room_full');
  }

  function rooms(): CustomerGroup[] {
    return corp.groups.all().filter(sitsIn);
  }

  function sitsIn(group: CustomerGroup): boolean {
    return !group.dismissed && group.members.has(bot.userid);
  }

  function roomView(group: CustomerGroup): Record<string, unknown> {
    const memberIds = [...group.members.keys()].map((memberId) => corp.chatIdOf(memberId));
    return { id: group.roomId, topic: group.name, ownerId: corp.chatIdOf(group.owner), memberIds };
  }

  function isFriend(person: Person): boolean {
    return corp.relations.ofPerson(person.externalUserId).some((relation) => relation.bond === 'mutual');
  }

  function contactView(someone: Person | Staff): Record<string, unknown> {
    const { chatContactId: id, name } = someone;
    if (!isPerson(someone)) return { id, name, friend: true, handle: '', staff: true };
    const isContact = corp.relations.ofPerson(someone.externalUserId).length > 0;
    return { id, name, friend: isFriend(someone), handle: isContact ? someone.externalUserId : '', staff: false };
  }
}

function viewOf<T>(entity: T | undefined, view: (entity: T) => unknown, error: string): DoorResponse {
  return entity === undefined ? refused(404, error) : found(view(entity));
}

function jsonOf({ body }: DoorRequest): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
