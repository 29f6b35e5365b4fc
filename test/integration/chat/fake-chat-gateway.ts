import type { Picture } from '../../../src/channels/fetch-picture.js';
import { mentionText } from '../../../src/channels/chat/mention-text.js';
import { ChatFailure } from '../../../src/channels/chat/chat-gateway.js';
import type {
  ChatAccount,
  ChatContact,
  ChatGateway,
  ChatListener,
  ChatRoom,
} from '../../../src/channels/chat/chat-gateway.js';
import { failureOf } from '../../../src/channels/chat/wechaty-errors.js';
import { ChatCorp, aPerson } from './chat-corp.js';
import type { CorpEvent } from './chat-corp.js';

/** A chat gateway directly on the small corp, without library, network or waiting. */
export class FakeChatGateway implements ChatGateway {
  online = false;
  readonly calls: string[] = [];
  /** The outcome of the next write. A promise that never settles is a call that hangs. */
  nextWrite: (() => Promise<never>) | undefined;
  private listener: ChatListener | undefined;
  private lastSeq = 0;

  constructor(readonly corp = new ChatCorp()) {}

  async start(listener: ChatListener): Promise<void> {
    this.listener = listener;
    this.online = true;
    await listener.onOnline();
    this.corp.onEvent(() => void this.emitNew());
    await this.emitNew();
  }

  async stop(): Promise<void> {
    this.online = false;
  }

  account(): ChatAccount | undefined {
    return this.online ? { id: this.corp.account.contactId, name: this.corp.account.name } : undefined;
  }

  async rooms(): Promise<readonly ChatRoom[]> {
    this.checkOnline();
    return [...this.corp.rooms.values()].map((room) => ({
      ...room,
      members: room.memberIds.map((id) => this.person(id)),
    }));
  }

  async members(roomId: string): Promise<readonly ChatContact[] | undefined> {
    this.checkOnline();
    return this.corp.rooms.get(roomId)?.memberIds.map((id) => this.person(id));
  }

  async say(roomId: string, text: string, mentionId?: string): Promise<string> {
    const mention = mentionId === undefined ? {} : { mentionIds: [mentionId] };
    const words = mentionId === undefined ? text : mentionText(this.person(mentionId).name, text);
    return this.write(`say ${roomId}`, () => this.corp.post({ roomId, text: words, ...mention }));
  }

  async dm(contactId: string, text: string): Promise<string> {
    return this.write(`dm ${contactId}`, () => this.corp.post({ contactId, text }));
  }

  async dmPicture(contactId: string, { bytes }: Picture): Promise<string> {
    const picture = Buffer.from(bytes).toString('base64');
    return this.write(`picture ${contactId}`, () => this.corp.post({ contactId, picture }));
  }

  async addToRoom(roomId: string, contactId: string): Promise<void> {
    return this.write(`add ${contactId} ${roomId}`, () => this.corp.add(roomId, contactId));
  }

  async removeFromRoom(roomId: string, contactId: string): Promise<void> {
    return this.write(`remove ${contactId} ${roomId}`, () => this.corp.remove(roomId, contactId));
  }

  private async write<T>(call: string, act: () => T): Promise<T> {
    this.checkOnline();
    this.calls.push(call);
    const ending = this.nextWrite;
    this.nextWrite = undefined;
    if (ending) await ending();
    try {
      return act();
    } catch (error) {
      const failure = failureOf(error);
      throw failure.kind === 'unknown' ? new ChatFailure('refused', failure.message) : failure;
    }
  }

  private checkOnline(): void {
    if (!this.online) throw new ChatFailure('not_sent', 'offline');
  }

  private async emitNew(): Promise<void> {
    const events = this.corp.events.filter((event) => event.seq > this.lastSeq);
    this.lastSeq = this.corp.lastSeq;
    await Promise.all(events.map((event) => this.emit(event)));
  }

  private async emit(event: CorpEvent): Promise<void> {
    const text = (key: string): string => (typeof event[key] === 'string' ? event[key] : '');
    const people = (key: string): ChatContact[] =>
      ((event[key] as string[] | undefined) ?? []).map((id) => this.person(id));
    const at = Number(event['at']);
    if (event.kind === 'message') {
      const room = event['roomId'] === undefined ? {} : { roomId: text('roomId') };
      const talker = this.person(text('talkerId'));
      await this.listener?.onMessage({
        id: text('id'),
        at,
        talker,
        text: text('text'),
        mentions: people('mentionIds'),
        self: talker.id === this.corp.account.contactId,
        ...room,
      });
      return;
    }
    const moved = people(event.kind === 'room-join' ? 'inviteeIds' : 'removeeIds');
    await this.listener?.onMembershipChange({
      direction: event.kind === 'room-join' ? 'join' : 'leave',
      roomId: text('roomId'),
      at,
      people: moved,
      byId: text('inviterId') || text('removerId') || (moved[0]?.id ?? ''),
    });
  }

  private person(id: string): ChatContact {
    const { name, friend, handle, staff } = this.corp.people.get(id) ?? aPerson({ id, name: '' });
    return { id, name, friend, staff, ...(handle ? { externalUserId: handle } : {}) };
  }
}
