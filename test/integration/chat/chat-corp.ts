export interface Person {
  readonly id: string;
  readonly name: string;
  readonly friend: boolean;
  readonly handle: string;
  readonly staff: boolean;
}

export interface Room {
  readonly id: string;
  readonly topic: string;
  readonly ownerId: string;
  readonly memberIds: string[];
}

export type CorpEvent = { readonly seq: number; readonly kind: 'message' | 'room-join' | 'room-leave' } & Readonly<
  Record<string, unknown>
>;

/** Five people and two rooms, with a chat account among them, in memory. */
export class ChatCorp {
  readonly account = { contactId: '1680000000000001', name: '群小助' };
  readonly people = new Map<string, Person>();
  readonly rooms = new Map<string, Room>();
  readonly posts: {
    readonly roomId?: string;
    readonly contactId?: string;
    readonly text?: string;
    /** In base64. */
    readonly picture?: string;
    readonly mentionIds: readonly string[];
  }[] = [];
  events: CorpEvent[] = [];
  refusal: string | undefined;
  private seq = 0;
  private listeners: (() => void)[] = [];

  constructor(readonly at = Date.UTC(2026, 2, 2, 9)) {
    for (const person of [
      aPerson({ id: '7881', name: '小鹿', friend: true, handle: 'wmDeerQBAAAW9Zu9GtgKApHUlXB5Dox' }),
      aPerson({ id: '7882', name: '阿豪' }),
      aPerson({ id: '7883', name: '栗子', friend: true, handle: 'wmChestnutAW9Zu9GtgKApHUlXB5Dox' }),
      aPerson({ id: '1688', name: '客服小周', staff: true }),
      aPerson({ id: this.account.contactId, name: this.account.name, staff: true }),
    ])
      this.people.set(person.id, person);
    this.rooms.set('R:1', {
      id: 'R:1',
      topic: '潜在交流群①',
      ownerId: '1688',
      memberIds: ['1688', this.account.contactId, '7881', '7882'],
    });
    this.rooms.set('R:2', {
      id: 'R:2',
      topic: '会员群①',
      ownerId: '1688',
      memberIds: ['1688', this.account.contactId, '7883'],
    });
  }

  says(
    talkerId: string,
    text: string,
    {
      roomId,
      mentionIds = [],
      id,
      at = this.at,
    }: { roomId?: string; mentionIds?: string[]; id?: string; at?: number } = {},
  ): void {
    this.emit('message', {
      id: id ?? `m${this.seq + 1}`,
      at,
      talkerId,
      text,
      mentionIds,
      ...(roomId ? { roomId } : { listenerId: this.account.contactId }),
    });
  }

  joins(roomId: string, contactId: string, inviterId = '', at = this.at): void {
    const room = this.roomOf(roomId);
    if (!room.memberIds.includes(contactId)) room.memberIds.push(contactId);
    this.emit('room-join', { at, roomId, inviteeIds: [contactId], inviterId });
  }

  leaves(roomId: string, contactId: string, removerId = '', at = this.at): void {
    const room = this.roomOf(roomId);
    room.memberIds.splice(room.memberIds.indexOf(contactId), 1);
    this.emit('room-leave', { at, roomId, removeeIds: [contactId], removerId });
  }

  post(utterance: {
    roomId?: string;
    contactId?: string;
    text?: string;
    picture?: string;
    mentionIds?: string[];
  }): string {
    this.checkNotRefused();
    if (utterance.roomId) this.roomOf(utterance.roomId);
    this.posts.push({ mentionIds: [], ...utterance });
    return `sent${this.posts.length}`;
  }

  add(roomId: string, contactId: string): void {
    this.checkNotRefused();
    this.roomOf(roomId);
    if (!this.people.has(contactId)) throw new Error('no such contact');
    this.joins(roomId, contactId, this.account.contactId);
  }

  remove(roomId: string, contactId: string): void {
    this.checkNotRefused();
    if (!this.roomOf(roomId).memberIds.includes(contactId)) throw new Error('not in the room');
    this.leaves(roomId, contactId, this.account.contactId);
  }

  roomOf(roomId: string): Room {
    const room = this.rooms.get(roomId);
    if (!room) throw new Error('no such room');
    return room;
  }

  /** Called at every event. */
  onEvent(listener: () => void): void {
    this.listeners.push(listener);
  }

  get lastSeq(): number {
    return this.seq;
  }

  private checkNotRefused(): void {
    if (this.refusal !== undefined) throw new Error(this.refusal);
  }

  private emit(kind: CorpEvent['kind'], what: Readonly<Record<string, unknown>>): void {
    this.seq += 1;
    this.events.push({ ...what, seq: this.seq, kind });
    for (const listener of this.listeners) listener();
  }
}

export function aPerson(about: Partial<Person> & Pick<Person, 'id' | 'name'>): Person {
  return { friend: false, handle: '', staff: false, ...about };
}
