/**
 * Types for a build without Wechaty, which is an optional dependency. TypeScript uses a wildcard module only when it does
 * not find the package, so an installed Wechaty brings its own types. Only what our code uses is declared here.
 */
declare module 'wechat*' {
  interface Contact {
    readonly id: string;
    readonly payload?: {
      readonly name?: string;
      readonly friend?: boolean;
      readonly coworker?: boolean;
      readonly handle?: string;
    };
    name(): string;
    sync(): Promise<void>;
  }
  interface Contacts {
    find(query: { readonly id: string }): Promise<Contact | undefined>;
  }
  interface Room {
    readonly id: string;
  }
  interface Message {
    readonly id: string;
    date(): Date;
    type(): number;
    room(): Room | undefined;
    talker(): Contact;
    self(): boolean;
    text(): string;
    mentionList(): Promise<Contact[]>;
  }
  interface Wechaty {
    readonly puppet: import('wechaty-puppet').Puppet;
    readonly isLoggedIn: boolean;
    readonly currentUser: Contact;
    readonly Contact: Contacts;
    readonly ContactSelf: Contacts;
    readonly Message: { readonly Type: Readonly<Record<string, number>> };
    start(): Promise<void>;
    stop(): Promise<void>;
    on(event: 'error', listener: (error: unknown) => void): void;
    on(event: 'scan', listener: (code: string, status: number) => void): void;
    on(event: 'logout' | 'ready' | 'login', listener: () => void): void;
    on(event: 'message', listener: (message: Message) => void): void;
    on(
      event: 'room-join' | 'room-leave',
      listener: (room: Room, people: Contact[], by: Contact | undefined, date: Date | undefined) => void,
    ): void;
  }
  interface WechatyOptions {
    readonly puppet?: unknown;
    readonly puppetOptions?: unknown;
  }
  const WechatyBuilder: { build(options: WechatyOptions): Wechaty };
  const log: { level(): string; level(next: string): void };
}

declare module 'wechaty-puppe*' {
  import { EventEmitter } from 'node:events';
  class Puppet extends EventEmitter {
    constructor(options?: object);
    readonly isLoggedIn: boolean;
    readonly currentUserId: string;
    readonly cache: Readonly<Record<'room' | 'roomMember', { delete(id: string): unknown }>>;
    login(id: string): void;
    name(): string;
    version(): string;
    onStart(): Promise<void>;
    onStop(): Promise<void>;
    ding(data?: string): void;
    contactList(): Promise<string[]>;
    contactRawPayload(id: string): Promise<unknown>;
    contactRawPayloadParser(raw: never): Promise<payloads.Contact>;
    contactPayloadDirty(id: string): Promise<void>;
    conversationReadMark(id: string): Promise<void>;
    messageSendText(to: string, text: string, mentionIds?: string[]): Promise<string | void>;
    messageSendFile(to: string, file: import('file-box').FileBoxInterface): Promise<string | void>;
    messageRawPayload(id: string): Promise<unknown>;
    messageRawPayloadParser(raw: never): Promise<payloads.Message>;
    roomList(): Promise<string[]>;
    roomPayload(id: string): Promise<payloads.Room>;
    roomRawPayload(id: string): Promise<unknown>;
    roomRawPayloadParser(raw: never): Promise<payloads.Room>;
    roomPayloadDirty(id: string): Promise<void>;
    roomTopic(id: string): Promise<string>;
    roomTopic(id: string, topic: string): Promise<void>;
    roomMemberList(id: string): Promise<string[]>;
    roomMemberRawPayload(id: string, contactId: string): Promise<unknown>;
    roomMemberRawPayloadParser(raw: never): Promise<payloads.RoomMember>;
    roomMemberPayloadDirty(id: string): Promise<void>;
    roomAdd(id: string, contactIds: string | string[]): Promise<void>;
    roomDel(id: string, contactIds: string | string[]): Promise<void>;
  }
  const types: Readonly<Record<'Contact' | 'ContactGender' | 'Message' | 'Dirty', Readonly<Record<string, number>>>>;
  namespace payloads {
    interface Contact {
      readonly [field: string]: unknown;
    }
    interface Message {
      readonly [field: string]: unknown;
    }
    interface Room {
      readonly topic: string;
      readonly ownerId?: string;
      readonly [field: string]: unknown;
    }
    interface RoomMember {
      readonly [field: string]: unknown;
    }
  }
}

declare module 'file-bo*' {
  interface FileBoxInterface {
    toBase64(): Promise<string>;
  }
  const FileBox: { fromBuffer(bytes: Buffer, name: string): FileBoxInterface };
}
