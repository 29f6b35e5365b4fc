import { z } from 'zod';

const id = z.string().min(1);
const account = z.object({ contactId: id, name: z.string() });
const person = z.object({
  id,
  name: z.string(),
  friend: z.boolean().default(false),
  handle: z.string().default(''),
  staff: z.boolean().default(false),
});
const room = z.object({ id, topic: z.string().default(''), ownerId: z.string().optional(), memberIds: z.array(id) });
const event = z.discriminatedUnion('kind', [
  z.object({
    seq: z.number().int(),
    kind: z.literal('message'),
    id,
    at: z.number(),
    talkerId: id,
    roomId: id.optional(),
    listenerId: id.optional(),
    text: z.string(),
    mentionIds: z.array(id).default([]),
  }),
  z.object({
    seq: z.number().int(),
    kind: z.literal('room-join'),
    at: z.number(),
    roomId: id,
    inviteeIds: z.array(id),
    inviterId: z.string().default(''),
  }),
  z.object({
    seq: z.number().int(),
    kind: z.literal('room-leave'),
    at: z.number(),
    roomId: id,
    removeeIds: z.array(id),
    removerId: z.string().default(''),
  }),
]);
const events = z.object({ events: z.array(event), last: z.number().int() });

export type ChatAccount = z.output<typeof account>;
export type ChatPerson = z.output<typeof person>;
export type ChatRoomView = z.output<typeof room>;
export type ChatEvent = z.output<typeof event>;
export type ChatEventOf<K extends ChatEvent['kind']> = Extract<ChatEvent, { kind: K }>;

export interface Utterance {
  readonly roomId?: string;
  readonly contactId?: string;
  readonly text?: string;
  /** In base64. */
  readonly picture?: string;
  readonly mentionIds?: readonly string[];
}

/** The door refused the request: the same request would be refused again. */
export class DoorRefused extends Error {
  constructor(
    readonly status: number,
    why: string,
  ) {
    super(`refused (${status}): ${why}`);
  }
}

const CALL_TIMEOUT_MS = 10_000;

/** A client of the sandbox's chat door. Calls fail when the sandbox is unreachable; the caller waits and tries again. */
export class ChatDoor {
  constructor(private readonly url: string) {}

  account(): Promise<ChatAccount> {
    return this.call('GET', '/chat/account', account);
  }

  async people(): Promise<readonly ChatPerson[]> {
    const shape = z.union([z.object({ contacts: z.array(person) }), z.array(person)]);
    const answer = await this.call('GET', '/chat/contacts', shape);
    return Array.isArray(answer) ? answer : answer.contacts;
  }

  person(contactId: string): Promise<ChatPerson> {
    return this.call('GET', `/chat/contacts/${encodeURIComponent(contactId)}`, person);
  }

  async rooms(): Promise<readonly ChatRoomView[]> {
    return (await this.call('GET', '/chat/rooms', z.object({ rooms: z.array(room) }))).rooms;
  }

  room(roomId: string): Promise<ChatRoomView> {
    return this.call('GET', `/chat/rooms/${encodeURIComponent(roomId)}`, room);
  }

  /** Waits up to `waitMs` for events after `after`. The request acknowledges everything up to `after`. */
  events(after: number, waitMs: number, signal?: AbortSignal): Promise<z.output<typeof events>> {
    return this.call('GET', `/chat/events?after=${after}&wait=${waitMs}`, events, {
      signal,
      timeoutMs: waitMs + CALL_TIMEOUT_MS,
    });
  }

  async say(utterance: Utterance): Promise<string> {
    return (await this.call('POST', '/chat/say', z.object({ id }), { body: utterance })).id;
  }

  async add(roomId: string, contactId: string): Promise<void> {
    await this.call('POST', `/chat/rooms/${encodeURIComponent(roomId)}/add`, z.unknown(), { body: { contactId } });
  }

  async remove(roomId: string, contactId: string): Promise<void> {
    await this.call('POST', `/chat/rooms/${encodeURIComponent(roomId)}/remove`, z.unknown(), { body: { contactId } });
  }

  private async call<S extends z.ZodType>(
    method: 'GET' | 'POST',
    path: string,
    shape: S,
    { body, signal, timeoutMs = CALL_TIMEOUT_MS }: { body?: unknown; signal?: AbortSignal; timeoutMs?: number } = {},
  ): Promise<z.output<S>> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const response = await fetch(new URL(path, this.url), {
      method,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (response.status >= 400 && response.status < 500) throw new DoorRefused(response.status, reasonIn(text));
    if (!response.ok) throw new Error(`the chat door answered ${response.status} to ${method} ${path}`);
    return shape.parse(text === '' ? {} : JSON.parse(text));
  }
}

function reasonIn(text: string): string {
  try {
    const parsed = z.object({ error: z.string() }).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.error : text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
