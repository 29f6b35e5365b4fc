import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'wechaty-puppet';
import type { Puppet, payloads } from 'wechaty-puppet';
import { ChatDoor, DoorRefused } from './chat-door.js';
import type { ChatEvent, ChatPerson, ChatRoomView } from './chat-door.js';
import { contactPayload, messagePayload, roomPayload } from './payloads.js';
import type { RawMessage } from './payloads.js';
import { TextOnlyPuppet } from './text-only-puppet.js';

export interface SandboxPuppetOptions {
  /** Where the sandbox listens, e.g. `http://127.0.0.1:4100`. */
  readonly url: string;
  /** How long one poll may wait for news. */
  readonly waitMs?: number;
  /** How long to rest when the sandbox cannot be reached, or when a listener did not take an event. */
  readonly restMs?: number;
}

export function createSandboxPuppet(options: SandboxPuppetOptions): Puppet {
  return new SandboxPuppet(options);
}

/** Told in one go before it is waited for that all was taken. */
const HANDFUL = 200;
/** A listener that fails this often on the same events has a bug: the rest of the world goes on without them. */
const TELLINGS = 5;
/** People are re-read at most this often while events flow. */
const PEOPLE_FRESH_MS = 250;
const SENT_KEPT = 500;

/**
 * The sandbox's chat account as a Wechaty puppet. An event is acknowledged (by the next poll) only after every listener
 * of this puppet has returned, and after all work they asked us to wait for (`holdUntil`) is done; until then the sandbox
 * tells it again, also to the next process. It never beats: a heartbeat would start Wechaty's watchdog, which resets a
 * puppet that is silent for a minute, and a corp whose clock stands still is silent.
 */
export class SandboxPuppet extends TextOnlyPuppet {
  private readonly door: ChatDoor;
  private readonly waitMs: number;
  private readonly restMs: number;
  private readonly people = new Map<string, ChatPerson>();
  private readonly messages = new Map<string, RawMessage>();
  private readonly sent = new Map<string, RawMessage>();
  private peopleReadAt = 0;
  private held: Promise<unknown>[] = [];
  private life: { readonly ending: AbortController; readonly ended: Promise<void> } | undefined;

  constructor({ url, waitMs = 20_000, restMs = 500 }: SandboxPuppetOptions) {
    super({ cache: { contact: 5_000, room: 500, roomMember: 500, message: 2_000 } });
    this.door = new ChatDoor(url);
    this.waitMs = waitMs;
    this.restMs = restMs;
  }

  override name(): string {
    return 'wechaty-puppet-sandbox';
  }

  override version(): string {
    return '1.0.0';
  }

  /** Whoever listens may ask that what it was just told is not acknowledged before this is done. */
  holdUntil(work: Promise<unknown>): void {
    work.catch(() => undefined);
    this.held.push(work);
  }

  override async onStart(): Promise<void> {
    const ending = new AbortController();
    this.life = { ending, ended: this.live(ending.signal) };
  }

  override async onStop(): Promise<void> {
    const life = this.life;
    this.life = undefined;
    life?.ending.abort();
    await life?.ended;
  }

  override ding(data?: string): void {
    this.emit('dong', { data: data ?? '' });
  }

  // --- what happens in the sandbox

  private async live(signal: AbortSignal): Promise<void> {
    // Wechaty listens for `ready` only once start() has returned.
    await sleep(0);
    const account = await this.untilReached(() => this.door.account(signal), signal);
    if (!account) return;
    this.people.set(account.contactId, {
      id: account.contactId,
      name: account.name,
      friend: false,
      handle: '',
      staff: true,
    });
    if (!this.isLoggedIn) this.login(account.contactId);
    this.emit('ready', { data: 'sandbox' });

    let after = 0;
    let tellings = 0;
    while (!signal.aborted) {
      const news = await this.untilReached(async () => {
        const from = after;
        // A sandbox that went away may come back as a new one, which counts from 1: asking it from where we were would
        // acknowledge what we never heard. From 0, at worst, we hear something twice.
        after = 0;
        const answer = await this.door.events(from, this.waitMs, signal);
        after = from;
        return answer;
      }, signal);
      if (!news) return;
      for (let start = 0; start < news.events.length && !signal.aborted; start += HANDFUL) {
        const handful = news.events.slice(start, start + HANDFUL);
        await this.untilReached(() => this.learnPeople(handful, signal), signal);
        const failure = await this.tell(handful, signal);
        if (signal.aborted) return;
        if (failure !== undefined) {
          this.emit('error', failure);
          tellings += 1;
          if (tellings < TELLINGS) {
            await this.rest(signal);
            break;
          }
        }
        tellings = 0;
        after = handful.at(-1)?.seq ?? after;
      }
    }
  }

  /** Tells a handful of events; what it resolves to is why they were not taken. */
  private async tell(events: readonly ChatEvent[], signal: AbortSignal): Promise<unknown> {
    try {
      for (const event of events) await this.announce(event);
    } catch (error) {
      return error;
    } finally {
      for (const event of events) if (event.kind === 'message') this.messages.delete(event.id);
    }
    const held = this.held;
    this.held = [];
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    try {
      await Promise.race([Promise.all(held), stopped]);
      return undefined;
    } catch (error) {
      return error ?? new Error('a listener did not take an event');
    }
  }

  private async announce(event: ChatEvent): Promise<void> {
    switch (event.kind) {
      case 'message':
        this.messages.set(event.id, event);
        return this.emitted('message', { messageId: event.id });
      case 'room-join':
        // Wechaty drops a join without a known inviter; who came by a code brought himself.
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

  /** Like `emit`, but waits for the listeners: Wechaty's own are async and read the puppet before they tell the bot. */
  private async emitted(name: 'message' | 'room-join' | 'room-leave' | 'dirty', payload: object): Promise<void> {
    await Promise.all(
      this.rawListeners(name).map(async (listener) => (listener as (payload: object) => unknown).call(this, payload)),
    );
  }

  /**
   * Handles appear and names change without an event: what was known is compared and called dirty. Whoever an event
   * names is loaded before it is told, because Wechaty drops an event about somebody it cannot load.
   */
  private async learnPeople(events: readonly ChatEvent[], signal: AbortSignal): Promise<void> {
    if (Date.now() - this.peopleReadAt >= PEOPLE_FRESH_MS) {
      const people = await this.door.people(signal);
      this.peopleReadAt = Date.now();
      for (const person of people) {
        const known = this.people.get(person.id);
        if (person.id === this.currentUserId || (known && sameFace(known, person))) continue;
        this.people.set(person.id, person);
        if (known) await this.emitted('dirty', { payloadType: types.Payload.Contact, payloadId: person.id });
      }
    }
    for (const contactId of new Set(events.flatMap(peopleIn))) {
      await this.contactRawPayload(contactId).catch((error: unknown) => {
        if (!(error instanceof DoorRefused)) throw error;
      });
    }
  }

  /** Undefined when the puppet is stopped before the sandbox could be reached. */
  private async untilReached<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    let told = false;
    while (!signal.aborted) {
      try {
        return await call();
      } catch (error) {
        if (signal.aborted) return undefined;
        if (!told) this.emit('error', error);
        told = true;
        await this.rest(signal);
      }
    }
    return undefined;
  }

  private async rest(signal: AbortSignal): Promise<void> {
    await sleep(this.restMs, undefined, { signal }).catch(() => undefined);
  }

  // --- people

  override async contactList(): Promise<string[]> {
    return (await this.door.people()).map((person) => person.id);
  }

  override async contactRawPayload(contactId: string): Promise<ChatPerson> {
    const known = this.people.get(contactId);
    if (known) return known;
    const person = await this.door.person(contactId);
    this.people.set(contactId, person);
    return person;
  }

  override async contactRawPayloadParser(person: ChatPerson): Promise<payloads.Contact> {
    return contactPayload(person);
  }

  // --- talk

  override async conversationReadMark(): Promise<void> {}

  override async messageSendText(conversationId: string, text: string, mentionIds: string[] = []): Promise<string> {
    const where = conversationId.startsWith('R:') ? { roomId: conversationId } : { contactId: conversationId };
    const id = await this.door.say({ ...where, text, ...(mentionIds.length > 0 ? { mentionIds } : {}) });
    this.sent.set(id, {
      id,
      at: Date.now(),
      talkerId: this.currentUserId,
      text,
      mentionIds,
      ...('roomId' in where ? where : { listenerId: conversationId }),
    });
    const oldest = this.sent.keys().next();
    if (this.sent.size > SENT_KEPT && !oldest.done) this.sent.delete(oldest.value);
    return id;
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
    return this.door.room(roomId);
  }

  override async roomRawPayloadParser(room: ChatRoomView): Promise<payloads.Room> {
    return roomPayload(room);
  }

  override roomTopic(roomId: string): Promise<string>;
  override roomTopic(roomId: string, topic: string): Promise<void>;
  override async roomTopic(roomId: string, topic?: string): Promise<string | void> {
    if (topic !== undefined) throw new Error("refused (501): the sandbox's chat account cannot rename a room");
    return (await this.door.room(roomId)).topic;
  }

  override async roomMemberList(roomId: string): Promise<string[]> {
    return [...(await this.door.room(roomId)).memberIds];
  }

  override async roomMemberRawPayload(_roomId: string, contactId: string): Promise<ChatPerson> {
    return this.contactRawPayload(contactId);
  }

  override async roomMemberRawPayloadParser(person: ChatPerson): Promise<payloads.RoomMember> {
    return { id: person.id, name: person.name, avatar: '' };
  }

  override async roomAdd(roomId: string, contactIds: string | string[]): Promise<void> {
    for (const contactId of [contactIds].flat()) await this.door.add(roomId, contactId);
  }

  override async roomDel(roomId: string, contactIds: string | string[]): Promise<void> {
    for (const contactId of [contactIds].flat()) await this.door.remove(roomId, contactId);
  }

  /**
   * Wechaty 1.20 looks a dirty room member up as a *contact* by the room's id: two error events for every join and leave.
   * Dropping our own cache is all that is needed.
   */
  override async roomMemberPayloadDirty(roomId: string): Promise<void> {
    this.cache.roomMember.delete(roomId);
  }
}

const sameFace = (a: ChatPerson, b: ChatPerson): boolean =>
  a.name === b.name && a.handle === b.handle && a.friend === b.friend && a.staff === b.staff;

function peopleIn(event: ChatEvent): readonly string[] {
  switch (event.kind) {
    case 'message':
      return [event.talkerId, ...event.mentionIds];
    case 'room-join':
      return event.inviterId ? [event.inviterId, ...event.inviteeIds] : event.inviteeIds;
    case 'room-leave':
      return event.removerId ? [event.removerId, ...event.removeeIds] : event.removeeIds;
  }
}
