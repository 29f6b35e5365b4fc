import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../platform/clock.js';
import { RetryLater } from '../../platform/errors.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import type { Fact, FactOf } from '../../domain/fact.js';
import type { CommandRequest, Receive, Received } from '../channel.js';
import { idsOf, membershipFacts, messageFacts, nameFact } from './chat-facts.js';
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

export interface ChatNewsDeps {
  readonly gateway: ChatGateway;
  readonly clock: Clock;
  readonly logger: ChatLogger;
  readonly isMemberCommand: (text: string) => boolean;
}

const STORE_AGAIN_MS = 1_000;
const READ_AGAIN_MS = 5_000;
const NAMES_KEPT = 50_000;

/** Turns what the chat account sees into facts and commands, and lets go of a piece of news only when it is durable. */
export class ChatNews implements ChatListener {
  private readonly readings = new RoomReadings();
  /** The name last told of each person, by the id of the chat side. */
  private readonly names = new Map<string, string>();
  private readonly contactByExternalUserId = new Map<string, string>();
  private readonly ending = new AbortController();

  constructor(
    private readonly receive: Receive,
    private readonly deps: ChatNewsDeps,
  ) {}

  stop(): void {
    this.ending.abort();
  }

  /** The chat contact of somebody known by external_userid, as far as the chat side has told one. */
  contactIdOf(externalUserId: string): string | undefined {
    return this.contactByExternalUserId.get(externalUserId);
  }

  async cameOnline(): Promise<void> {
    while (!this.ending.signal.aborted && this.deps.gateway.account()) {
      try {
        const { rooms, told } = await this.readRooms();
        this.deps.logger.info({ rooms, told }, 'the chat rooms were read');
        return;
      } catch (error) {
        if (!(error instanceof ChatFailure)) throw error;
        // Gone or going: the rooms are read when the account is back, and not again now.
        if (this.ending.signal.aborted || !this.deps.gateway.account()) return;
        this.deps.logger.warn(
          { kind: error.kind, error: error.message },
          'the chat rooms could not be read; trying again',
        );
        await this.pause(READ_AGAIN_MS);
      }
    }
  }

  /** Reads every room and tells those that may have changed. */
  async readRooms(): Promise<{ readonly rooms: number; readonly told: number }> {
    const rooms = await this.deps.gateway.rooms();
    const readAt = this.deps.clock.now();
    for (const person of rooms.flatMap((room) => room.members)) this.meet(person);
    const facts = rooms
      .map((room) => this.readings.read(room, readAt))
      .filter((fact): fact is FactOf<'group_read'> => fact !== undefined);
    try {
      await this.tell(facts);
    } catch (error) {
      for (const fact of facts) this.readings.forget(fact.data.chatId);
      throw error;
    }
    return { rooms: rooms.length, told: facts.length };
  }

  async said(told: ChatMessage): Promise<void> {
    const message = { ...told, at: plausibleTime(told.at, this.deps.clock.now()) };
    const facts = messageFacts(message);
    const seen = facts.length === 0 ? [] : [message.talker, ...message.mentions];
    await this.tell([...this.newNames(seen, message.at), ...facts], this.commandIn(message));
  }

  async moved(change: MembershipChange): Promise<void> {
    this.readings.forget(change.roomId);
    const at = plausibleTime(change.at, this.deps.clock.now());
    await this.tell([...this.newNames(change.people, at), ...membershipFacts(change, at)]);
  }

  private commandIn(message: ChatMessage): CommandRequest | undefined {
    const { id, at, talker, roomId, mentions } = message;
    if (message.self || talker.staff) return undefined;
    const bot = this.deps.gateway.account();
    const text = commandText(message.text, {
      botName: bot?.name ?? '',
      mentioned: mentions.some((person) => person.id === bot?.id),
    });
    // In private every word is for us; in a group only what is said to the bot.
    const words = roomId === undefined ? privateWords(text) : this.deps.isMemberCommand(text) ? text : '';
    if (words === '') return undefined;
    return {
      key: `chat:msg:${id}`,
      at,
      text: words,
      from: { kind: 'member', ids: idsOf(talker) },
      replyTo:
        roomId === undefined
          ? { kind: 'dm', chatContactId: talker.id }
          : { kind: 'group', chatId: roomId, mention: talker.id },
    };
  }

  private newNames(people: readonly ChatContact[], at: number): readonly Fact[] {
    const facts: Fact[] = [];
    if (this.names.size > NAMES_KEPT) this.names.clear();
    for (const person of people) {
      this.meet(person);
      const fact = nameFact(person, at);
      if (!fact || this.names.get(person.id) === fact.data.name) continue;
      // Counts as told at once: a second message of theirs may come while the first is being stored.
      this.names.set(person.id, fact.data.name ?? '');
      facts.push(fact);
    }
    return facts;
  }

  private meet(person: ChatContact): void {
    if (person.externalUserId && !person.staff) this.contactByExternalUserId.set(person.externalUserId, person.id);
  }

  /** Resolves when all is stored. While it cannot be stored it waits: most chat sides never tell a thing twice. */
  private async tell(facts: readonly Fact[], command?: CommandRequest): Promise<void> {
    const received: Received[] = facts.map((fact) => ({ kind: 'fact', fact }));
    if (command) received.push({ kind: 'command', command });
    if (received.length === 0) return;
    for (;;) {
      try {
        await this.receive(received);
        break;
      } catch (error) {
        if (!(error instanceof RetryLater) || this.ending.signal.aborted) {
          for (const { kind, member } of facts)
            if (kind === 'profile_updated') this.names.delete(member.chatContactId ?? '');
          throw error;
        }
        await this.pause(error.retryAfterMs ?? STORE_AGAIN_MS);
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.ending.signal }).catch(() => undefined);
  }
}

const PRIVATE_WORDS_KEPT = 2_000;

/** A member's own words; a picture or a file is named, for it wants an answer, too. */
const privateWords = (text: string): string => {
  if (text === '') return '［图片、语音或文件］';
  // The client itself writes this when somebody becomes a friend.
  return /^我通过了你的(?:朋友|联系人)验证请求/u.test(text) ? '' : cutToCodePoints(text, PRIVATE_WORDS_KEPT);
};
