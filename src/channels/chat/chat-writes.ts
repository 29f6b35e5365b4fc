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
 * Writes to the chat account, one at a time. What may not be written yet is handed back with `RetryLater` and how long, so
 * that the outbox holds it and a restart forgets nothing. That is only ever said of an action of which nothing is written:
 * one of several writes begins when there is room for all of them, and waits for the short gaps between them.
 */
export class ChatWrites {
  readonly breaker: Breaker;
  readonly pace: Pace;
  private readonly pictures: DmPictures;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: ChatWritesDeps) {
    this.breaker = new Breaker(deps.pacing);
    this.pace = new Pace(deps.pacing, deps.random);
    this.pictures = new DmPictures(deps.fetchPicture ?? fetchPicture);
  }

  perform(action: ChatAction): Promise<ActionResult> {
    const turn = this.last.then(() => this.performNow(action));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** A message has no name by which the other side could tell whether it was sent; a membership can be read. */
  async reconcile(action: ChatAction): Promise<AttemptOutcome> {
    if (action.kind === 'chat_dm' || action.kind === 'group_say') return { outcome: 'unknown' };
    try {
      const inside = find(await this.membersOf(action.chatId), action.member) !== undefined;
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
        await this.checkIsThere(action);
        return done(await this.attempt(action, () => gateway.say(action.chatId, action.text, action.mention)));
      case 'room_add': {
        const members = await this.membersOf(action.chatId);
        if (find(members, action.member)) return { result: { state: 'already_in' } };
        const contactId = this.contactOf(action.member);
        await this.attempt(action, () => gateway.addToRoom(action.chatId, contactId));
        // Asked for, no more: a crowded room or a careful owner turns this into an invitation. The join is seen, or read.
        return { result: { state: 'requested' } };
      }
      case 'room_remove': {
        const member = find(await this.membersOf(action.chatId), action.member);
        if (!member) return { result: { state: 'already_out' } };
        await this.attempt(action, () => gateway.removeFromRoom(action.chatId, member.id));
        return { result: { state: 'requested' } };
      }
      default:
        return assertNever(action);
    }
  }

  /** Pictures first: should one not go, the words still can say where to find it. */
  private async dm(action: ActionOf<'chat_dm'>): Promise<string | undefined> {
    const { chatContactId: to, message } = action;
    const pictures = await this.pictures.among(message.attachments);
    const isPicture = ({ kind, url }: Attachment): boolean => kind === 'image' && pictures.has(url);
    this.checkMayWrite(action, message.attachments.filter(isPicture).length + 1);
    const unsent: Attachment[] = [];
    let mayHaveArrived = false;
    let isUnclear = false;
    try {
      for (const attachment of message.attachments) {
        const picture = isPicture(attachment) ? pictures.get(attachment.url) : undefined;
        // After one that did not come back, the words are due.
        const ending = picture && !isUnclear ? await this.sendPicture(action, picture) : 'not_sent';
        if (ending !== 'sent') unsent.push(attachment);
        if (ending !== 'not_sent') mayHaveArrived = true;
        if (ending === 'unknown') isUnclear = true;
      }
      return await this.writeNext(action, () => this.deps.gateway.dm(to, spokenText(message.text, unsent)));
    } catch (cause) {
      // To try again, or another way, would bring the pictures twice.
      if (mayHaveArrived && (cause instanceof RetryLater || cause instanceof GiveUp))
        throw new GiveUp('chat_outcome_unknown', { cause, message: `only a part of the message went: ${cause.code}` });
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
    const restMs = this.breaker.restMs(now);
    if (restMs > 0) throw new RetryLater('chat_resting', restMs, { countsAsAttempt: false });
    const wait = this.pace.before({ kind: action.kind, to: whereTo(action) }, now, writes);
    if (wait) throw new RetryLater(codeOf(wait), wait.waitMs, { countsAsAttempt: false });
  }

  private async checkIsThere({ chatId, mention }: ActionOf<'group_say'>): Promise<void> {
    if (mention === undefined) return;
    const members = await this.membersOf(chatId);
    // An answer meant for one person must not be read out to a room that the person has left.
    if (!members.some((person) => person.id === mention)) throw new GiveUp('chat_mention_left');
  }

  private async membersOf(roomId: string): Promise<readonly ChatContact[]> {
    let members: readonly ChatContact[] | undefined;
    try {
      members = await this.deps.gateway.members(roomId);
    } catch (error) {
      const failure = failureIn(error);
      if (failure.kind === 'throttled') throw this.rest(failure);
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

  /** The one write of an action. */
  private async attempt<T>(action: ChatAction, write: () => Promise<T>): Promise<T> {
    this.checkMayWrite(action);
    return this.write(action, write);
  }

  /** One of several writes of an action that there is room for. */
  private async writeNext<T>(action: ChatAction, write: () => Promise<T>): Promise<T> {
    const gapMs = this.pace.gapMs({ kind: action.kind, to: whereTo(action) }, this.deps.clock.now());
    if (gapMs > 0) await (this.deps.sleep ?? sleepInRealTime)(gapMs);
    return this.write(action, write);
  }

  private async write<T>(action: ChatAction, write: () => Promise<T>): Promise<T> {
    const wrote = (): void => this.pace.wrote({ kind: action.kind, to: whereTo(action) }, this.deps.clock.now());
    try {
      const result = await this.inTime(write());
      wrote();
      return result;
    } catch (error) {
      const failure = failureIn(error);
      if (failure.kind !== 'not_sent') wrote();
      switch (failure.kind) {
        case 'not_sent':
          throw new RetryLater('chat_not_sent', OFFLINE_AGAIN_MS, { cause: failure });
        case 'throttled':
          throw this.rest(failure);
        case 'refused':
          throw new GiveUp('chat_refused', { cause: failure, message: failure.message });
        case 'unknown':
          // Adding twice is harmless, saying twice is not: a message is tried once, and then a person may look.
          if (isRepeatable(action.kind))
            throw new RetryLater('chat_outcome_unknown', UNKNOWN_AGAIN_MS, { cause: failure });
          throw new GiveUp('chat_outcome_unknown', { cause: failure, message: failure.message });
        default:
          return assertNever(failure.kind);
      }
    }
  }

  private rest(failure: ChatFailure): RetryLater {
    const now = this.deps.clock.now();
    this.breaker.trip(now);
    return new RetryLater('chat_throttled', this.breaker.restMs(now), { cause: failure, countsAsAttempt: false });
  }

  private async inTime<T>(work: Promise<T>): Promise<T> {
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

export const isRepeatable = (kind: ChatWriteKind): boolean => kind === 'room_add' || kind === 'room_remove';

const whereTo = (action: ChatAction): string => (action.kind === 'chat_dm' ? action.chatContactId : action.chatId);

const codeOf = ({ because }: Wait): string => {
  if (because === 'gap') return 'chat_paced';
  return because === 'adds_per_hour' || because === 'adds_per_day' ? 'chat_add_limit' : 'chat_message_limit';
};

const done = (ref: string | undefined): ActionResult => (ref === undefined ? {} : { ref });

const failureIn = (error: unknown): ChatFailure =>
  error instanceof ChatFailure
    ? error
    : new ChatFailure('unknown', error instanceof Error ? error.message : String(error), { cause: error });

const find = (members: readonly ChatContact[], { chatContactId, externalUserId }: MemberIds): ChatContact | undefined =>
  members.find(
    (person) =>
      person.id === chatContactId || (externalUserId !== undefined && person.externalUserId === externalUserId),
  );
