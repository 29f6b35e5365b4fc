import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../platform/clock.js';
import { RetryLater } from '../../platform/errors.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import type { Fact, FactOf } from '../../domain/fact.js';
import type { CommandRequest, Receive, Received } from '../channel.js';
import { memberIdsOf, membershipFacts, messageFacts, nameFact } from './chat-facts.js';
import { plausibleTime } from '../../domain/plausible-time.js';
import { ChatFailure } from './chat-gateway.js';
import type {
  ChatContact,
  ChatGateway,
  ChatListener,
  ChatLogger,
  ChatMessage,
  MembershipChange,
} from './chat-gateway.js';
import { commandText } from './command-text.js';
import { RoomReadings } from './room-readings.js';

export interface ChatEventsDeps {
  readonly gateway: ChatGateway;
  readonly clock: Clock;
  readonly logger: ChatLogger;
  readonly isMemberCommand: (text: string) => boolean;
}

const STORE_AGAIN_MS = 1_000;
const READ_AGAIN_MS = 5_000;
const NAMES_KEPT = 50_000;

/** Turns events of the chat account into facts and commands. An event is done when these are durable. */
export class ChatEvents implements ChatListener {
  private readonly roomReadings = new RoomReadings();
  /** The last reported name of each person, by chat contact id. */
  private readonly lastNames = new Map<string, string>();
  private readonly contactByExternalUserId = new Map<string, string>();
  private readonly stopSignal = new AbortController();

  constructor(
    private readonly receive: Receive,
    private readonly deps: ChatEventsDeps,
  ) {}

  stop(): void {
    this.stopSignal.abort();
  }

  /** The chat contact id of a person, if the chat platform has reported their external_userid. */
  contactIdOf(externalUserId: string): string | undefined {
    return this.contactByExternalUserId.get(externalUserId);
  }

  async onOnline(): Promise<void> {
    while (!this.stopSignal.signal.aborted && this.deps.gateway.account()) {
      try {
        const { rooms, reported } = await this.readRooms();
        this.deps.logger.info({ rooms, reported }, 'chat rooms read');
        return;
      } catch (error) {
        if (!(error instanceof ChatFailure)) throw error;
        // The account went offline. The rooms are read when it is back.
        if (this.stopSignal.signal.aborted || !this.deps.gateway.account()) return;
        this.deps.logger.warn(
          { kind: error.kind, error: error.message },
          'reading the chat rooms failed; trying again',
        );
        await this.pause(READ_AGAIN_MS);
      }
    }
  }

  /** Reads every room and reports those that may have changed. */
  async readRooms(): Promise<{ readonly rooms: number; readonly reported: number }> {
    const rooms = await this.deps.gateway.rooms();
    const readAt = this.deps.clock.now();
    for (const person of rooms.flatMap((room) => room.members)) this.rememberContact(person);
    const facts = rooms
      .map((room) => this.roomReadings.factIfChanged(room, readAt))
      .filter((fact): fact is FactOf<'group_read'> => fact !== undefined);
    try {
      await this.deliver(facts);
    } catch (error) {
      for (const fact of facts) this.roomReadings.forget(fact.data.chatId);
      throw error;
    }
    return { rooms: rooms.length, reported: facts.length };
  }

  async onMessage(original: ChatMessage): Promise<void> {
    const message = { ...original, at: plausibleTime(original.at, this.deps.clock.now()) };
    const facts = messageFacts(message);
    const seen = facts.length === 0 ? [] : [message.talker, ...message.mentions];
    await this.deliver([...this.nameChanges(seen, message.at), ...facts], this.commandIn(message));
  }

  async onMembershipChange(change: MembershipChange): Promise<void> {
    this.roomReadings.forget(change.roomId);
    const at = plausibleTime(change.at, this.deps.clock.now());
    await this.deliver([...this.nameChanges(change.people, at), ...membershipFacts(change, at)]);
  }

  private commandIn(message: ChatMessage): CommandRequest | undefined {
    const { id, at, talker, roomId, mentions } = message;
    if (message.self || talker.staff) return undefined;
    const bot = this.deps.gateway.account();
    const text = commandText(message.text, {
      botName: bot?.name ?? '',
      mentioned: mentions.some((person) => person.id === bot?.id),
    });
    // Every direct message is for the bot; a group message only when it is a command.
    const words = roomId === undefined ? privateWords(text) : this.deps.isMemberCommand(text) ? text : '';
    if (words === '') return undefined;
    return {
      key: `chat:msg:${id}`,
      at,
      text: words,
      from: { kind: 'member', ids: memberIdsOf(talker) },
      replyTo:
        roomId === undefined
          ? { kind: 'dm', chatContactId: talker.id }
          : { kind: 'group', chatId: roomId, mention: talker.id },
    };
  }

  private nameChanges(people: readonly ChatContact[], at: number): readonly Fact[] {
    const facts: Fact[] = [];
    if (this.lastNames.size > NAMES_KEPT) this.lastNames.clear();
    for (const person of people) {
      this.rememberContact(person);
      const fact = nameFact(person, at);
      if (!fact || this.lastNames.get(person.id) === fact.data.name) continue;
      // Remembered before it is stored: a second message may arrive while the first is being stored.
      this.lastNames.set(person.id, fact.data.name ?? '');
      facts.push(fact);
    }
    return facts;
  }

  private rememberContact(person: ChatContact): void {
    if (person.externalUserId && !person.staff) this.contactByExternalUserId.set(person.externalUserId, person.id);
  }

  /** Resolves when everything is stored. It waits and tries again, because most chat platforms never repeat an event. */
  private async deliver(facts: readonly Fact[], command?: CommandRequest): Promise<void> {
    const received: Received[] = facts.map((fact) => ({ kind: 'fact', fact }));
    if (command) received.push({ kind: 'command', command });
    if (received.length === 0) return;
    for (;;) {
      try {
        await this.receive(received);
        break;
      } catch (error) {
        if (!(error instanceof RetryLater) || this.stopSignal.signal.aborted) {
          for (const { kind, member } of facts)
            if (kind === 'profile_updated') this.lastNames.delete(member.chatContactId ?? '');
          throw error;
        }
        await this.pause(error.retryAfterMs ?? STORE_AGAIN_MS);
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopSignal.signal }).catch(() => undefined);
  }
}

const PRIVATE_WORDS_KEPT = 2_000;

/** The text of a member. A picture or a file gets a placeholder, because it needs an answer, too. */
const privateWords = (text: string): string => {
  if (text === '') return '［图片、语音或文件］';
  // The client sends this by itself when somebody becomes a friend.
  return /^我通过了你的(?:朋友|联系人)验证请求/u.test(text) ? '' : cutToCodePoints(text, PRIVATE_WORDS_KEPT);
};
