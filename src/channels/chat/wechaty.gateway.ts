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
 * A puppet that can tell its other side "received" later offers this; most cannot, and lose what was on the way when the
 * process ends.
 */
interface Holding {
  holdUntil(work: Promise<unknown>): void;
}

export interface WechatyGatewayDeps {
  readonly logger: ChatLogger;
  readonly now: () => number;
  /** Ready-made; without it the settings name one. */
  readonly puppet?: Puppet | undefined;
}

interface Running {
  readonly bot: Wechaty;
  readonly people: WechatyPeople;
  readonly listener: ChatListener;
  readonly startedAt: number;
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
    // A second bot over the same puppet would hear everything twice.
    if (this.running) throw new Error('a Wechaty gateway starts once; make a new one');
    // Loading Wechaty takes most of a second, which a product without a chat account need not spend.
    const { WechatyBuilder, log } = await import('wechaty');
    if (log.level() === 'info' || log.level() === 'silent') log.level('warn');
    const { staffContactIds, lookUpsPerReading } = this.settings;
    const { now } = this.deps;
    const bot = WechatyBuilder.build(this.which());
    const people = new WechatyPeople(bot, { staff: new Set(staffContactIds), lookUpsPerReading, now });
    this.running = { bot, people, listener, startedAt: now() };
    this.listen(this.running);
    try {
      await bot.start();
    } catch (error) {
      const why = `the chat puppet cannot be used: ${firstLine(wordsOf(error))}`;
      throw new OperatorMistake('chat_puppet_unusable', why, { setting: 'puppet' });
    }
  }

  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.online = false;
    if (!this.running) return;
    // Whatever Wechaty is just reading is refused by an account that leaves; it warns of each, and nobody has to act.
    const { log } = await import('wechaty');
    if (log.level() === 'warn') log.level('silent');
    await this.running.bot.stop();
  }

  account(): ChatAccount | undefined {
    const bot = this.running?.bot;
    if (!bot || !this.online || !bot.isLoggedIn) return undefined;
    return { id: bot.puppet.currentUserId, name: bot.currentUser.name() };
  }

  async rooms(): Promise<readonly ChatRoom[]> {
    const { bot, people } = this.usable();
    const rooms: ChatRoom[] = [];
    for (const id of await attempted(() => bot.puppet.roomList())) {
      const members = await this.members(id);
      if (!members) continue;
      await bot.puppet.roomPayloadDirty(id);
      const { topic, ownerId } = await attempted(() => bot.puppet.roomPayload(id));
      rooms.push({ id, topic, members, ...(ownerId ? { ownerId } : {}) });
    }
    return people.withNewIds(rooms);
  }

  async members(roomId: string): Promise<readonly ChatContact[] | undefined> {
    const { bot, people } = this.usable();
    let ids: readonly string[];
    try {
      ids = await bot.puppet.roomMemberList(roomId);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'refused') return undefined;
      throw failure;
    }
    return Promise.all(ids.map((id) => people.withId(id)));
  }

  async say(roomId: string, text: string, mentionId?: string): Promise<string | undefined> {
    const { bot, people } = this.usable();
    if (mentionId === undefined) return sent(await attempted(() => bot.puppet.messageSendText(roomId, text)));
    const { name } = await people.withId(mentionId);
    return sent(await attempted(() => bot.puppet.messageSendText(roomId, mentionText(name, text), [mentionId])));
  }

  async dm(contactId: string, text: string): Promise<string | undefined> {
    const { bot } = this.usable();
    return sent(await attempted(() => bot.puppet.messageSendText(contactId, text)));
  }

  async dmPicture(contactId: string, { bytes, type }: Picture): Promise<string | undefined> {
    const { bot } = this.usable();
    const { FileBox } = await import('file-box');
    const file = FileBox.fromBuffer(Buffer.from(bytes), type === 'image/png' ? 'picture.png' : 'picture.jpg');
    return sent(await attempted(() => bot.puppet.messageSendFile(contactId, file)));
  }

  async addToRoom(roomId: string, contactId: string): Promise<void> {
    const { bot } = this.usable();
    await attempted(() => bot.puppet.roomAdd(roomId, contactId));
  }

  async removeFromRoom(roomId: string, contactId: string): Promise<void> {
    const { bot } = this.usable();
    await attempted(() => bot.puppet.roomDel(roomId, contactId));
  }

  // --- what Wechaty tells

  private listen(running: Running): void {
    const { bot } = running;
    const { logger } = this.deps;
    bot.on('error', (error) => {
      // What is asked of an account that is just leaving fails, and nobody has to act.
      if (this.stopping || isSpurious(error)) return;
      logger.warn({ error: firstLine(wordsOf(error)) }, 'the chat side reports an error');
    });
    bot.on('scan', (_qr, status) => logger.warn({ status }, 'the chat account waits for somebody to log it in'));
    bot.on('logout', () => {
      this.ready = false;
      this.online = false;
      if (!this.stopping) logger.warn({}, 'the chat account is logged out');
    });
    // `ready` may come before `login`: both are needed, in either order.
    bot.on('ready', () => {
      this.ready = true;
      this.comeOnline(running);
    });
    bot.on('login', () => this.comeOnline(running));
    bot.on('message', (message) => this.take(bot, this.said(running, message)));
    bot.on('room-join', (room, people, by, date) =>
      this.take(bot, this.moved(running, 'join', room, people, by, date)),
    );
    bot.on('room-leave', (room, people, by, date) =>
      this.take(bot, this.moved(running, 'leave', room, people, by, date)),
    );
  }

  private comeOnline({ bot, listener }: Running): void {
    if (this.online || !this.ready || !bot.isLoggedIn) return;
    this.online = true;
    this.watch(knowOneself(bot).then(() => listener.cameOnline()));
  }

  /** An async listener that rejects would end the process; and a puppet that can wait shall wait for it. */
  private take(bot: Wechaty, taken: Promise<void>): void {
    if (canHold(bot.puppet)) bot.puppet.holdUntil(taken);
    this.watch(taken);
  }

  private watch(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (this.stopping) return;
      this.deps.logger.error({ error: firstLine(wordsOf(error)) }, 'news from the chat side could not be taken');
    });
  }

  private async said({ bot, people, listener, startedAt }: Running, message: Message): Promise<void> {
    const at = message.date().getTime();
    const { forgetOlderThanMs } = this.settings;
    // A message without a time of its own is one of now.
    if (forgetOlderThanMs !== null && plausibleTime(at, this.deps.now()) < startedAt - forgetOlderThanMs) return;
    const { Type } = bot.Message;
    const type = message.type();
    if (type === Type.Recalled || type === Type.Unknown) return;
    await knowOneself(bot);
    const room = message.room();
    await listener.said({
      id: message.id,
      at,
      talker: people.person(message.talker()),
      self: message.self(),
      text: type === Type.Text ? message.text() : '',
      mentions: (await message.mentionList()).map((contact) => people.person(contact)),
      ...(room ? { roomId: room.id } : {}),
    });
  }

  private async moved(
    { people, listener }: Running,
    direction: MembershipChange['direction'],
    room: Room,
    who: readonly Contact[],
    by: Contact | undefined,
    date: Date | undefined,
  ): Promise<void> {
    await listener.moved({
      direction,
      roomId: room.id,
      at: date?.getTime() ?? this.deps.now(),
      people: who.map((contact) => people.person(contact)),
      ...(by ? { byId: by.id } : {}),
    });
  }

  private usable(): Running {
    const { running } = this;
    if (!running || !this.online || !running.bot.isLoggedIn) {
      throw new ChatFailure('not_sent', 'the chat account is not online');
    }
    return running;
  }

  private which(): WechatyOptions {
    if (this.deps.puppet) return { puppet: this.deps.puppet };
    // Wechaty's own type lists the puppets of its day; any npm name will do.
    return { puppet: this.settings.puppet, puppetOptions: this.settings.puppetOptions } as WechatyOptions;
  }
}

/** Loads the account's own name, by which it is mentioned; free once it is loaded. */
async function knowOneself(bot: Wechaty): Promise<void> {
  if (bot.isLoggedIn) await bot.ContactSelf.find({ id: bot.puppet.currentUserId });
}

async function attempted<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw failureOf(error);
  }
}

const sent = (id: unknown): string | undefined => (typeof id === 'string' ? id : undefined);

const canHold = (puppet: object): puppet is Holding => 'holdUntil' in puppet && typeof puppet.holdUntil === 'function';
