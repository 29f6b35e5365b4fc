import type { Contact, Message, Room, Wechaty, WechatyOptions } from 'wechaty';
import type { Puppet } from 'wechaty-puppet';
import { OperatorMistake } from '../../platform/errors.js';
import type { Picture } from '../fetch-picture.js';
import { plausibleTime } from '../../domain/plausible-time.js';
import { ChatFailure } from './chat-gateway.js';
import type {
  ChatAccount,
  ChatContact,
  ChatGateway,
  ChatListener,
  ChatLogger,
  ChatRoom,
  MembershipChange,
} from './chat-gateway.js';
import type { ChatSettings } from './chat-settings.js';
import { mentionText } from './mention-text.js';
import { failureOf, firstLine, isSpurious, wordsOf } from './wechaty-errors.js';
import { WechatyPeople } from './wechaty-people.js';

/**
 * A puppet that can delay its acknowledgement. Most puppets cannot, and lose the events in progress when the process
 * ends.
 */
interface AcknowledgingPuppet {
  holdUntil(work: Promise<unknown>): void;
}

export interface WechatyGatewayDeps {
  readonly logger: ChatLogger;
  readonly now: () => number;
  /** A puppet object; without it the settings name a package. */
  readonly puppet?: Puppet | undefined;
}

/** The logger of Wechaty, which all gateways of the process share. */
interface WechatyLog {
  level(): string;
  level(to: 'warn' | 'silent'): unknown;
}
/** Whether a stop has silenced it, and not the operator (`BROLOG_LEVEL`). */
let silencedByStop = false;

interface Running {
  readonly bot: Wechaty;
  readonly log: WechatyLog;
  readonly people: WechatyPeople;
  readonly listener: ChatListener;
  readonly startedAt: number;
}

interface RoomEvent {
  readonly direction: MembershipChange['direction'];
  readonly room: Room;
  readonly who: readonly Contact[];
  readonly by: Contact | undefined;
  readonly date: Date | undefined;
}

/** A chat account through Wechaty 1.20. */
export class WechatyGateway implements ChatGateway {
  private running: Running | undefined;
  private ready = false;
  private online = false;
  private stopping = false;

  constructor(
    private readonly settings: ChatSettings,
    private readonly deps: WechatyGatewayDeps,
  ) {}

  async start(listener: ChatListener): Promise<void> {
    // A second bot over the same puppet would receive every event twice.
    if (this.running) throw new Error('a Wechaty gateway starts once; make a new one');
    // Loading Wechaty takes most of a second, which a product without a chat account saves.
    const { WechatyBuilder, log } = await import('wechaty');
    // Otherwise a gateway that was stopped meanwhile would go online and never stop.
    if (this.stopping) return;
    if (log.level() === 'info' || silencedByStop) log.level('warn');
    silencedByStop = false;
    const { staffContactIds, lookUpsPerReading } = this.settings;
    const { now } = this.deps;
    const bot = WechatyBuilder.build(this.wechatyOptions());
    const people = new WechatyPeople(bot, { staff: new Set(staffContactIds), lookUpsPerReading, now });
    this.running = { bot, log, people, listener, startedAt: now() };
    this.listen(this.running);
    try {
      await bot.start();
    } catch (error) {
      const problem = `the chat puppet cannot be used: ${firstLine(wordsOf(error))}`;
      throw new OperatorMistake('chat_puppet_unusable', problem, { setting: 'puppet' });
    }
  }

  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.online = false;
    if (!this.running) return;
    const { bot, log } = this.running;
    // Reads in progress fail when the account goes offline. Wechaty would warn of each, and nobody has to act.
    if (log.level() === 'warn') {
      log.level('silent');
      silencedByStop = true;
    }
    await bot.stop();
  }

  account(): ChatAccount | undefined {
    const bot = this.running?.bot;
    if (!bot || !this.online || !bot.isLoggedIn) return undefined;
    return { id: bot.puppet.currentUserId, name: bot.currentUser.name() };
  }

  async rooms(): Promise<readonly ChatRoom[]> {
    const { bot, people } = this.onlineBot();
    const rooms: ChatRoom[] = [];
    for (const id of await withChatFailure(() => bot.puppet.roomList())) {
      const members = await this.members(id);
      if (!members) continue;
      await bot.puppet.roomPayloadDirty(id);
      const { topic, ownerId } = await withChatFailure(() => bot.puppet.roomPayload(id));
      rooms.push({ id, topic, members, ...(ownerId ? { ownerId } : {}) });
    }
    return people.withRefreshedIds(rooms);
  }

  async members(roomId: string): Promise<readonly ChatContact[] | undefined> {
    const { bot, people } = this.onlineBot();
    let ids: readonly string[];
    try {
      ids = await bot.puppet.roomMemberList(roomId);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'refused') return undefined;
      throw failure;
    }
    return Promise.all(ids.map((id) => people.contactById(id)));
  }

  async say(roomId: string, text: string, mentionId?: string): Promise<string | undefined> {
    const { bot, people } = this.onlineBot();
    if (mentionId === undefined)
      return messageIdIn(await withChatFailure(() => bot.puppet.messageSendText(roomId, text)));
    const { name } = await people.contactById(mentionId);
    return messageIdIn(
      await withChatFailure(() => bot.puppet.messageSendText(roomId, mentionText(name, text), [mentionId])),
    );
  }

  async dm(contactId: string, text: string): Promise<string | undefined> {
    const { bot } = this.onlineBot();
    return messageIdIn(await withChatFailure(() => bot.puppet.messageSendText(contactId, text)));
  }

  async dmPicture(contactId: string, { bytes, type }: Picture): Promise<string | undefined> {
    const { bot } = this.onlineBot();
    const { FileBox } = await import('file-box');
    const file = FileBox.fromBuffer(Buffer.from(bytes), type === 'image/png' ? 'picture.png' : 'picture.jpg');
    return messageIdIn(await withChatFailure(() => bot.puppet.messageSendFile(contactId, file)));
  }

  async addToRoom(roomId: string, contactId: string): Promise<void> {
    const { bot } = this.onlineBot();
    await withChatFailure(() => bot.puppet.roomAdd(roomId, contactId));
  }

  async removeFromRoom(roomId: string, contactId: string): Promise<void> {
    const { bot } = this.onlineBot();
    await withChatFailure(() => bot.puppet.roomDel(roomId, contactId));
  }

  // --- events of Wechaty

  private listen(running: Running): void {
    const { bot } = running;
    const { logger } = this.deps;
    bot.on('error', (error) => {
      // Calls in progress fail when the account goes offline, and nobody has to act.
      if (this.stopping || isSpurious(error)) return;
      logger.warn({ error: firstLine(wordsOf(error)) }, 'the chat platform reports an error');
    });
    bot.on('scan', (_qr, status) => logger.warn({ status }, 'the chat account waits for a login'));
    bot.on('logout', () => {
      this.ready = false;
      this.online = false;
      if (!this.stopping) logger.warn({}, 'the chat account is logged out');
    });
    // Both `ready` and `login` are needed; they arrive in either order.
    bot.on('ready', () => {
      this.ready = true;
      this.announceOnline(running);
    });
    bot.on('login', () => this.announceOnline(running));
    bot.on('message', (message) => this.handleEvent(bot, this.onMessage(running, message)));
    bot.on('room-join', (room, who, by, date) =>
      this.handleEvent(bot, this.onMembershipChange(running, { direction: 'join', room, who, by, date })),
    );
    bot.on('room-leave', (room, who, by, date) =>
      this.handleEvent(bot, this.onMembershipChange(running, { direction: 'leave', room, who, by, date })),
    );
  }

  private announceOnline({ bot, listener }: Running): void {
    if (this.online || !this.ready || !bot.isLoggedIn) return;
    this.online = true;
    this.logFailure(loadOwnContact(bot).then(() => listener.onOnline()));
  }

  /** Catches rejections, which would end the process, and delays the acknowledgement where the puppet can. */
  private handleEvent(bot: Wechaty, work: Promise<void>): void {
    if (canDelayAcknowledgement(bot.puppet)) bot.puppet.holdUntil(work);
    this.logFailure(work);
  }

  private logFailure(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (this.stopping) return;
      this.deps.logger.error({ error: firstLine(wordsOf(error)) }, 'an event of the chat platform could not be stored');
    });
  }

  private async onMessage({ bot, people, listener, startedAt }: Running, message: Message): Promise<void> {
    const at = message.date().getTime();
    const { forgetOlderThanMs } = this.settings;
    // A message without a valid time counts as current.
    if (forgetOlderThanMs !== null && plausibleTime(at, this.deps.now()) < startedAt - forgetOlderThanMs) return;
    const { Type } = bot.Message;
    const type = message.type();
    if (type === Type.Recalled || type === Type.Unknown) return;
    await loadOwnContact(bot);
    const room = message.room();
    await listener.onMessage({
      id: message.id,
      at,
      talker: people.contactOf(message.talker()),
      self: message.self(),
      text: type === Type.Text ? message.text() : '',
      mentions: (await message.mentionList()).map((contact) => people.contactOf(contact)),
      ...(room ? { roomId: room.id } : {}),
    });
  }

  private async onMembershipChange(
    { people, listener }: Running,
    { direction, room, who, by, date }: RoomEvent,
  ): Promise<void> {
    await listener.onMembershipChange({
      direction,
      roomId: room.id,
      at: date?.getTime() ?? this.deps.now(),
      people: who.map((contact) => people.contactOf(contact)),
      ...(by ? { byId: by.id } : {}),
    });
  }

  private onlineBot(): Running {
    const { running } = this;
    if (!running || !this.online || !running.bot.isLoggedIn) {
      throw new ChatFailure('not_sent', 'the chat account is not online');
    }
    return running;
  }

  private wechatyOptions(): WechatyOptions {
    if (this.deps.puppet) return { puppet: this.deps.puppet };
    // The type of Wechaty lists the puppets known when it was released; any npm name works.
    return { puppet: this.settings.puppet, puppetOptions: this.settings.puppetOptions } as WechatyOptions;
  }
}

/** Loads the account's own name, which mentions contain. Wechaty caches it. */
async function loadOwnContact(bot: Wechaty): Promise<void> {
  if (bot.isLoggedIn) await bot.ContactSelf.find({ id: bot.puppet.currentUserId });
}

async function withChatFailure<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw failureOf(error);
  }
}

const messageIdIn = (id: unknown): string | undefined => (typeof id === 'string' ? id : undefined);

const canDelayAcknowledgement = (puppet: object): puppet is AcknowledgingPuppet =>
  'holdUntil' in puppet && typeof puppet.holdUntil === 'function';
