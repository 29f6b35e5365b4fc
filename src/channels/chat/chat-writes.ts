import { setTimeout as sleepInRealTime } from 'node:timers/promises';
import type { ActionOf, Attachment } from '../../domain/action.js';
import type { MemberIds } from '../../domain/fact.js';
import { assertNever } from '../../domain/assert-never.js';
import type { Clock } from '../../platform/clock.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { ActionResult, AttemptOutcome } from '../channel.js';
import { fetchPicture, type Picture } from '../fetch-picture.js';
import { Breaker } from './breaker.js';
import { ChatFailure } from './chat-gateway.js';
import type { ChatContact, ChatGateway } from './chat-gateway.js';
import type { ChatPacing } from './chat-settings.js';
import { DmPictures } from './dm-pictures.js';
import { Pace } from './pace.js';
import type { ChatWriteKind, Wait } from './pace.js';
import { spokenText } from './spoken-text.js';

export type ChatAction = ActionOf<ChatWriteKind>;

export interface ChatWritesDeps {
  readonly gateway: ChatGateway;
  readonly clock: Clock;
  readonly pacing: ChatPacing;
  readonly contactIdOf: (externalUserId: string) => string | undefined;
  readonly random: () => number;
  readonly fetchPicture?: ((url: string) => Promise<Picture>) | undefined;
  readonly sleep?: ((ms: number) => Promise<unknown>) | undefined;
}

const OFFLINE_AGAIN_MS = 30_000;
const UNKNOWN_AGAIN_MS = 60_000;

/**
 * Performs the writes of the chat account one at a time. An action that must wait is handed back with `RetryLater` and the
 * time, so the outbox keeps it over a restart. This happens only before its first write: an action with several writes starts
 * when the limits allow all of them, and sleeps through the short gaps between them.
 */
export class ChatWrites {
  readonly breaker: Breaker;
  readonly pace: Pace;
  private readonly pictures: DmPictures;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: ChatWritesDeps) {
    this.breaker = new Breaker(deps.pacing);
    this.pace = new Pace(deps.pacing, deps.random);
    this.pictures = new DmPictures(deps.fetchPicture ?? fetchPicture);
  }

  perform(action: ChatAction): Promise<ActionResult> {
    const turn = this.queue.then(() => this.performNow(action));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** A membership can be read. Whether a message was sent cannot: the platform takes no key for it. */
  async findOutcome(action: ChatAction): Promise<AttemptOutcome> {
    if (action.kind === 'chat_dm' || action.kind === 'group_say') return { outcome: 'unknown' };
    try {
      const inside = findMember(await this.membersOf(action.chatId), action.member) !== undefined;
      return inside === (action.kind === 'room_add') ? { outcome: 'done', done: {} } : { outcome: 'not_done' };
    } catch (error) {
      if (error instanceof RetryLater || error instanceof GiveUp) return { outcome: 'unknown' };
      throw error;
    }
  }

  private async performNow(action: ChatAction): Promise<ActionResult> {
    this.checkMayWrite(action);
    const { gateway } = this.deps;
    switch (action.kind) {
      case 'chat_dm':
        return done(await this.dm(action));
      case 'group_say':
        await this.checkMentionedIsInRoom(action);
        return done(await this.writeOnce(action, () => gateway.say(action.chatId, action.text, action.mention)));
      case 'room_add': {
        const members = await this.membersOf(action.chatId);
        if (findMember(members, action.member)) return { result: { state: 'already_in' } };
        const contactId = this.contactOf(action.member);
        await this.writeOnce(action, () => gateway.addToRoom(action.chatId, contactId));
        // Only requested: a large room or its owner may turn this into an invitation. A join event or a read shows the join.
        return { result: { state: 'requested' } };
      }
      case 'room_remove': {
        const member = findMember(await this.membersOf(action.chatId), action.member);
        if (!member) return { result: { state: 'already_out' } };
        await this.writeOnce(action, () => gateway.removeFromRoom(action.chatId, member.id));
        return { result: { state: 'requested' } };
      }
      default:
        return assertNever(action);
    }
  }

  /** Sends the pictures first: when one fails, the text can contain its link. */
  private async dm(action: ActionOf<'chat_dm'>): Promise<string | undefined> {
    const { chatContactId: to, message } = action;
    const pictures = await this.pictures.fetchAvailable(message.attachments);
    const isPicture = ({ kind, url }: Attachment): boolean => kind === 'image' && pictures.has(url);
    this.checkMayWrite(action, message.attachments.filter(isPicture).length + 1);
    const unsent: Attachment[] = [];
    let mayHaveArrived = false;
    let hasUnknownOutcome = false;
    try {
      for (const attachment of message.attachments) {
        const picture = isPicture(attachment) ? pictures.get(attachment.url) : undefined;
        // After a picture with an unknown outcome only the text is sent.
        const ending = picture && !hasUnknownOutcome ? await this.sendPicture(action, picture) : 'not_sent';
        if (ending !== 'sent') unsent.push(attachment);
        if (ending !== 'not_sent') mayHaveArrived = true;
        if (ending === 'unknown') hasUnknownOutcome = true;
      }
      return await this.writeNext(action, () => this.deps.gateway.dm(to, spokenText(message.text, unsent)));
    } catch (cause) {
      // A retry or a fallback would send the pictures twice.
      if (mayHaveArrived && (cause instanceof RetryLater || cause instanceof GiveUp))
        throw new GiveUp('chat_outcome_unknown', {
          cause,
          message: `only a part of the message was sent: ${cause.code}`,
        });
      throw cause;
    }
  }

  private async sendPicture(action: ActionOf<'chat_dm'>, picture: Picture): Promise<'sent' | 'not_sent' | 'unknown'> {
    try {
      await this.writeNext(action, () => this.deps.gateway.dmPicture(action.chatContactId, picture));
      return 'sent';
    } catch (error) {
      if (error instanceof GiveUp) return error.code === 'chat_outcome_unknown' ? 'unknown' : 'not_sent';
      throw error;
    }
  }

  private checkMayWrite(action: ChatAction, writes = 1): void {
    if (!this.deps.gateway.account())
      throw new RetryLater('chat_offline', OFFLINE_AGAIN_MS, { countsAsAttempt: false });
    const now = this.deps.clock.now();
    const cooldownMs = this.breaker.remainingMs(now);
    if (cooldownMs > 0) throw new RetryLater('chat_resting', cooldownMs, { countsAsAttempt: false });
    const wait = this.pace.waitBefore({ kind: action.kind, to: targetOf(action) }, now, writes);
    if (wait) throw new RetryLater(codeOf(wait), wait.waitMs, { countsAsAttempt: false });
  }

  private async checkMentionedIsInRoom({ chatId, mention }: ActionOf<'group_say'>): Promise<void> {
    if (mention === undefined) return;
    const members = await this.membersOf(chatId);
    // A personal answer must not be posted in a room that the person has left.
    if (!members.some((person) => person.id === mention)) throw new GiveUp('chat_mention_left');
  }

  private async membersOf(roomId: string): Promise<readonly ChatContact[]> {
    let members: readonly ChatContact[] | undefined;
    try {
      members = await this.deps.gateway.members(roomId);
    } catch (error) {
      const failure = asChatFailure(error);
      if (failure.kind === 'throttled') throw this.startCooldown(failure);
      throw new RetryLater('chat_unreachable', OFFLINE_AGAIN_MS, { cause: failure });
    }
    if (!members) throw new GiveUp('chat_room_unknown', { message: `the chat account is not in room ${roomId}` });
    return members;
  }

  private contactOf({ chatContactId, externalUserId }: MemberIds): string {
    const contactId =
      chatContactId ?? (externalUserId === undefined ? undefined : this.deps.contactIdOf(externalUserId));
    if (contactId === undefined)
      throw new GiveUp('chat_contact_unknown', { message: 'the chat account knows nobody by these ids' });
    return contactId;
  }

  /** For an action with one write. */
  private async writeOnce<T>(action: ChatAction, write: () => Promise<T>): Promise<T> {
    this.checkMayWrite(action);
    return this.write(action, write);
  }

  /** For an action with several writes, after `checkMayWrite` allowed all of them. */
  private async writeNext<T>(action: ChatAction, write: () => Promise<T>): Promise<T> {
    const gapMs = this.pace.gapMs({ kind: action.kind, to: targetOf(action) }, this.deps.clock.now());
    if (gapMs > 0) await (this.deps.sleep ?? sleepInRealTime)(gapMs);
    return this.write(action, write);
  }

  private async write<T>(action: ChatAction, write: () => Promise<T>): Promise<T> {
    const record = (): void =>
      this.pace.recordWrite({ kind: action.kind, to: targetOf(action) }, this.deps.clock.now());
    try {
      const result = await this.withTimeout(write());
      record();
      return result;
    } catch (error) {
      const failure = asChatFailure(error);
      if (failure.kind !== 'not_sent') record();
      switch (failure.kind) {
        case 'not_sent':
          throw new RetryLater('chat_not_sent', OFFLINE_AGAIN_MS, { cause: failure });
        case 'throttled':
          throw this.startCooldown(failure);
        case 'refused':
          throw new GiveUp('chat_refused', { cause: failure, message: failure.message });
        case 'unknown':
          // Adding twice is harmless, a message twice is not: it is tried once, and then an operator decides.
          if (isRepeatableWrite(action.kind))
            throw new RetryLater('chat_outcome_unknown', UNKNOWN_AGAIN_MS, { cause: failure });
          throw new GiveUp('chat_outcome_unknown', { cause: failure, message: failure.message });
        default:
          return assertNever(failure.kind);
      }
    }
  }

  private startCooldown(failure: ChatFailure): RetryLater {
    const now = this.deps.clock.now();
    this.breaker.trip(now);
    return new RetryLater('chat_throttled', this.breaker.remainingMs(now), { cause: failure, countsAsAttempt: false });
  }

  private async withTimeout<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const { writeTimeoutMs } = this.deps.pacing;
      timer = setTimeout(
        () => reject(new ChatFailure('unknown', `no answer within ${writeTimeoutMs} ms`)),
        writeTimeoutMs,
      );
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }
}

export const isRepeatableWrite = (kind: ChatWriteKind): boolean => kind === 'room_add' || kind === 'room_remove';

const targetOf = (action: ChatAction): string => (action.kind === 'chat_dm' ? action.chatContactId : action.chatId);

const codeOf = ({ because }: Wait): string => {
  if (because === 'gap') return 'chat_paced';
  return because === 'adds_per_hour' || because === 'adds_per_day' ? 'chat_add_limit' : 'chat_message_limit';
};

const done = (ref: string | undefined): ActionResult => (ref === undefined ? {} : { ref });

const asChatFailure = (error: unknown): ChatFailure =>
  error instanceof ChatFailure
    ? error
    : new ChatFailure('unknown', error instanceof Error ? error.message : String(error), { cause: error });

const findMember = (
  members: readonly ChatContact[],
  { chatContactId, externalUserId }: MemberIds,
): ChatContact | undefined =>
  members.find(
    (person) =>
      person.id === chatContactId || (externalUserId !== undefined && person.externalUserId === externalUserId),
  );
