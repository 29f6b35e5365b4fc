import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FileBoxInterface } from 'file-box';
import { types } from 'wechaty-puppet';
import type { Puppet, payloads } from 'wechaty-puppet';
import { ChatDoor } from './chat-door.js';
import type { ChatAccount, ChatEvent, ChatPerson, ChatRoomView } from './chat-door.js';
import { ChatLife } from './chat-life.js';
import type { LifeListener, LifeOptions } from './chat-life.js';
import { KnownPeople } from './known-people.js';
import { contactPayload, messagePayload, roomPayload } from './payloads.js';
import type { RawMessage } from './payloads.js';
import { TextOnlyPuppet } from './text-only-puppet.js';

export interface SandboxPuppetOptions extends Partial<LifeOptions> {
  /** Where the sandbox listens, e.g. `http://127.0.0.1:4100`. */
  readonly url: string;
}

export function createSandboxPuppet(options: SandboxPuppetOptions): Puppet {
  return new SandboxPuppet(options);
}

const SENT_KEPT = 500;

/**
 * The sandbox's chat account as a Wechaty puppet. An event is acknowledged (by the next poll) only after every listener
 * of this puppet has returned, and after all work passed to `holdUntil` is done; until then the sandbox sends it again, also
 * to the next process. The puppet sends no heartbeat: a heartbeat would start Wechaty's watchdog, which resets a puppet
 * that is silent for a minute, and a corp whose clock is stopped is silent.
 */
export class SandboxPuppet extends TextOnlyPuppet {
  private readonly door: ChatDoor;
  private readonly people: KnownPeople;
  private readonly life: ChatLife;
  private readonly messages = new Map<string, RawMessage>();
  private readonly sent = new Map<string, RawMessage>();
  /** Cache of rooms during the delivery of a batch: each of its events makes Wechaty read them again. Otherwise undefined. */
  private rooms: Map<string, Promise<ChatRoomView>> | undefined;
  private pending: Promise<unknown>[] = [];
  private living: { readonly ending: AbortController; readonly ended: Promise<void> } | undefined;

  constructor({ url, waitMs = 20_000, retryAfterMs = 500 }: SandboxPuppetOptions) {
    super({ cache: { contact: 5_000, room: 500, roomMember: 500, message: 2_000 } });
    this.door = new ChatDoor(url);
    this.people = new KnownPeople(this.door);
    const listener: LifeListener = {
      loggedIn: (account) => this.comeIn(account),
      prepare: async (events) => {
        for (const id of await this.people.load(events)) {
          await this.emitted('dirty', { payloadType: types.Dirty.Contact, payloadId: id });
        }
      },
      deliver: (events) => this.deliver(events),
      trouble: (error) => void this.emit('error', error),
    };
    this.life = new ChatLife(this.door, listener, { waitMs, retryAfterMs });
  }

  override name(): string {
    return 'wechaty-puppet-sandbox';
  }

  override version(): string {
    return '1.0.0';
  }

  /** A listener may delay the acknowledgement of the current events until this work is done. */
  holdUntil(work: Promise<unknown>): void {
    work.catch(() => undefined);
    this.pending.push(work);
  }

  override async onStart(): Promise<void> {
    const ending = new AbortController();
    // Wechaty listens for `ready` only once start() has returned.
    this.living = { ending, ended: nextTurn().then(() => this.life.live(ending.signal)) };
  }

  override async onStop(): Promise<void> {
    const living = this.living;
    this.living = undefined;
    living?.ending.abort();
    await living?.ended;
  }

  override ding(data?: string): void {
    this.emit('dong', { data: data ?? '' });
  }

  // --- events of the sandbox

  private comeIn(account: ChatAccount): void {
    if (!this.isLoggedIn) this.login(account.contactId);
    this.emit('ready', { data: 'sandbox' });
  }

  private async deliver(events: readonly ChatEvent[]): Promise<void> {
    this.rooms = new Map();
    try {
      for (const event of events) await this.announce(event);
    } finally {
      this.rooms = undefined;
      for (const event of events) if (event.kind === 'message') this.messages.delete(event.id);
    }
    const pending = this.pending;
    this.pending = [];
    await Promise.all(pending);
  }

  private async announce(event: ChatEvent): Promise<void> {
    switch (event.kind) {
      case 'message':
        this.messages.set(event.id, event);
        return this.emitted('message', { messageId: event.id });
      case 'room-join':
        // Wechaty drops a join without a known inviter; a person who joined by a code counts as their own inviter.
        return this.emitted('room-join', {
          roomId: event.roomId,
          inviteeIdList: event.inviteeIds,
          inviterId: event.inviterId || (event.inviteeIds[0] ?? ''),
          timestamp: event.at,
        });
      case 'room-leave':
        return this.emitted('room-leave', {
          roomId: event.roomId,
          removeeIdList: event.removeeIds,
          removerId: event.removerId || (event.removeeIds[0] ?? ''),
          timestamp: event.at,
        });
    }
  }

  /** Like `emit`, but waits for the listeners: Wechaty's own are async and read the puppet before they notify the bot. */
  private async emitted(name: 'message' | 'room-join' | 'room-leave' | 'dirty', payload: object): Promise<void> {
    await Promise.all(
      this.rawListeners(name).map(async (listener) => (listener as (payload: object) => unknown).call(this, payload)),
    );
  }

  // --- people

  override async contactList(): Promise<string[]> {
    return (await this.door.people()).map((person) => person.id);
  }

  override async contactRawPayload(contactId: string): Promise<ChatPerson> {
    return this.people.withId(contactId);
  }

  override async contactRawPayloadParser(person: ChatPerson): Promise<payloads.Contact> {
    return contactPayload(person);
  }

  override async contactPayloadDirty(contactId: string): Promise<void> {
    this.people.forget(contactId);
    await super.contactPayloadDirty(contactId);
  }

  // --- messages

  override async conversationReadMark(): Promise<void> {}

  override async messageSendText(conversationId: string, text: string, mentionIds: string[] = []): Promise<string> {
    const where = conversationId.startsWith('R:') ? { roomId: conversationId } : { contactId: conversationId };
    const id = await this.door.say({ ...where, text, ...(mentionIds.length > 0 ? { mentionIds } : {}) });
    this.keepSent(id, conversationId, text, mentionIds);
    return id;
  }

  override async messageSendFile(conversationId: string, file: FileBoxInterface): Promise<string> {
    const where = conversationId.startsWith('R:') ? { roomId: conversationId } : { contactId: conversationId };
    const id = await this.door.say({ ...where, picture: await file.toBase64() });
    this.keepSent(id, conversationId, '', []);
    return id;
  }

  private keepSent(id: string, conversationId: string, text: string, mentionIds: string[]): void {
    this.sent.set(id, {
      id,
      at: Date.now(),
      talkerId: this.currentUserId,
      text,
      mentionIds,
      ...(conversationId.startsWith('R:') ? { roomId: conversationId } : { listenerId: conversationId }),
    });
    const oldest = this.sent.keys().next();
    if (this.sent.size > SENT_KEPT && !oldest.done) this.sent.delete(oldest.value);
  }

  override async messageRawPayload(messageId: string): Promise<RawMessage> {
    const message = this.messages.get(messageId) ?? this.sent.get(messageId);
    if (!message) throw new Error(`no message ${messageId}`);
    return message;
  }

  override async messageRawPayloadParser(message: RawMessage): Promise<payloads.Message> {
    return messagePayload(message, this.currentUserId);
  }

  // --- rooms

  override async roomList(): Promise<string[]> {
    return (await this.door.rooms()).map((room) => room.id);
  }

  override async roomRawPayload(roomId: string): Promise<ChatRoomView> {
    return this.room(roomId);
  }

  override async roomRawPayloadParser(room: ChatRoomView): Promise<payloads.Room> {
    return roomPayload(room);
  }

  private room(roomId: string): Promise<ChatRoomView> {
    const read = this.rooms?.get(roomId) ?? this.door.room(roomId);
    this.rooms?.set(roomId, read);
    return read;
  }

  override roomTopic(roomId: string): Promise<string>;
  override roomTopic(roomId: string, topic: string): Promise<void>;
  override async roomTopic(roomId: string, topic?: string): Promise<string | void> {
    if (topic !== undefined) throw new Error("refused (501): the sandbox's chat account cannot rename a room");
    return (await this.door.room(roomId)).topic;
  }

  override async roomMemberList(roomId: string): Promise<string[]> {
    return [...(await this.room(roomId)).memberIds];
  }

  override async roomMemberRawPayload(_roomId: string, contactId: string): Promise<ChatPerson> {
    return this.contactRawPayload(contactId);
  }

  override async roomMemberRawPayloadParser(person: ChatPerson): Promise<payloads.RoomMember> {
    return { id: person.id, name: person.name, avatar: '' };
  }

  override async roomAdd(roomId: string, contactIds: string | string[]): Promise<void> {
    for (const contactId of [contactIds].flat()) await this.door.add(roomId, contactId);
    this.rooms?.delete(roomId);
  }

  override async roomDel(roomId: string, contactIds: string | string[]): Promise<void> {
    for (const contactId of [contactIds].flat()) await this.door.remove(roomId, contactId);
    this.rooms?.delete(roomId);
  }

  /**
   * Wechaty 1.20 looks a dirty room member up as a *contact* by the room's id: two error events for every join and leave.
   * Dropping our own cache is all that is needed; for rooms too, where the event to Wechaty makes it read all members twice.
   */
  override async roomMemberPayloadDirty(roomId: string): Promise<void> {
    this.cache.roomMember.delete(roomId);
  }

  override async roomPayloadDirty(roomId: string): Promise<void> {
    this.cache.room.delete(roomId);
  }
}
