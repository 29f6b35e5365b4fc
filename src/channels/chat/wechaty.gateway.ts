import type { Contact, Message, Wechaty } from 'wechaty';
import type { Puppet } from 'wechaty-puppet';
import { OperatorMistake } from '../../platform/errors.js';
import { ChatFailure } from './chat-gateway.js';
import type {
  ChatAccount,
  ChatContact,
  ChatGateway,
  ChatListener,
  ChatLogger,
  ChatMessage,
  ChatRoom,
  MembershipChange,
} from './chat-gateway.js';
import type { ChatSettings } from './chat-settings.js';
import { failureOf, firstLine, isSpurious, wordsOf } from './wechaty-errors.js';

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
  readonly puppet?: Puppet;
}

/** A chat account through Wechaty 1.20. */
export class WechatyGateway implements ChatGateway {
  private bot: Wechaty | undefined;
  private listener: ChatListener | undefined;
  private startedAt = 0;
  private ready = false;
  private online = false;
  private stopping = false;
  private readonly staff: ReadonlySet<string>;
  private readonly lookedUpAt = new Map<string, number>();

  constructor(
    private readonly settings: ChatSettings,
    private readonly deps: WechatyGatewayDeps,
  ) {
    this.staff = new Set(settings.staffContactIds);
  }

  async start(listener: ChatListener): Promise<void> {
    // A second bot over the same puppet would hear everything twice.
    if (this.bot) throw new Error('a Wechaty gateway starts once; make a new one');
    // Loading Wechaty takes most of a second, which a product without a chat account need not spend.
    const { WechatyBuilder, log } = await import('wechaty');
    if (log.level() === 'info') log.level('warn');
    this.listener = listener;
    this.startedAt = this.deps.now();
    const bot = WechatyBuilder.build(this.which() as Parameters<typeof WechatyBuilder.build>[0]);
    this.bot = bot;
    this.listen(bot);
    try {
      await bot.start();
    } catch (error) {
      throw new OperatorMistake(
        'chat_puppet_unusable',
        `the chat puppet cannot be used: ${firstLine(wordsOf(error))}`,
        { setting: 'puppet' },
      );
    }
  }

  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.online = false;
    await this.bot?.stop();
  }

  account(): ChatAccount | undefined {
    if (!this.bot || !this.online || !this.bot.isLoggedIn) return undefined;
    return { id: this.bot.puppet.currentUserId, name: this.bot.currentUser.name() };
  }

  async rooms(): Promise<readonly ChatRoom[]> {
    const { bot } = this.usable();
    const rooms: ChatRoom[] = [];
    for (const id of await attempted(() => bot.puppet.roomList())) {
      const members = await this.members(id);
      if (!members) continue;
      await bot.puppet.roomPayloadDirty(id);
      const { topic, ownerId } = await attempted(() => bot.puppet.roomPayload(id));
      rooms.push({ id, topic, members, ...(ownerId ? { ownerId } : {}) });
    }
    return this.withNewIds(rooms);
  }

  async members(roomId: string): Promise<readonly ChatContact[] | undefined> {
    const { bot } = this.usable();
    let ids: string[];
    try {
      ids = await bot.puppet.roomMemberList(roomId);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'refused') return undefined;
      throw failure;
    }
    return Promise.all(ids.map((id) => this.personWith(id)));
  }

  async say(roomId: string, text: string, mentionId?: string): Promise<string | undefined> {
    const { bot } = this.usable();
    if (mentionId === undefined) return this.sent(() => bot.puppet.messageSendText(roomId, text));
    const { name } = await this.personWith(mentionId);
    // U+2005 is what clients put behind a mention; without it the words after the name are taken for a part of it.
    return this.sent(() => bot.puppet.messageSendText(roomId, `@${name}\u2005${text}`, [mentionId]));
  }

  async dm(contactId: string, text: string): Promise<string | undefined> {
    const { bot } = this.usable();
    return this.sent(() => bot.puppet.messageSendText(contactId, text));
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

  private listen(bot: Wechaty): void {
    bot.on('error', (error) => {
      if (isSpurious(error)) return;
      this.deps.logger.warn({ error: firstLine(wordsOf(error)) }, 'the chat side reports an error');
    });
    bot.on('scan', (_qr, status) =>
      this.deps.logger.warn({ status }, 'the chat account waits for somebody to log it in'),
    );
    bot.on('logout', () => {
      this.ready = false;
      this.online = false;
      if (!this.stopping) this.deps.logger.warn({}, 'the chat account is logged out');
    });
    // `ready` may come before `login`: both are needed, in either order.
    bot.on('ready', () => {
      this.ready = true;
      this.comeOnline(bot);
    });
    bot.on('login', () => this.comeOnline(bot));
    bot.on('message', (message) => this.take(bot, () => this.said(bot, message)));
    bot.on('room-join', (room, people, inviter, date) =>
      this.take(bot, () => this.moved('join', room.id, people, inviter, date)),
    );
    bot.on('room-leave', (room, people, remover, date) =>
      this.take(bot, () => this.moved('leave', room.id, people, remover, date)),
    );
  }

  private comeOnline(bot: Wechaty): void {
    if (this.online || !this.ready || !bot.isLoggedIn) return;
    this.online = true;
    this.watch(this.tellOnline(bot));
  }

  private async tellOnline(bot: Wechaty): Promise<void> {
    await this.own(bot);
    await this.listener?.cameOnline();
  }

  /** Loads the account's own name, by which it is mentioned. */
  private async own(bot: Wechaty): Promise<void> {
    await bot.ContactSelf.find({ id: bot.puppet.currentUserId });
  }

  /** An async listener that rejects would end the process; and a puppet that can wait shall wait for it. */
  private take(bot: Wechaty, work: () => Promise<void>): void {
    const taken = work();
    if (canHold(bot.puppet)) bot.puppet.holdUntil(taken);
    this.watch(taken);
  }

  private watch(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.deps.logger.error({ error: firstLine(wordsOf(error)) }, 'news from the chat side could not be taken');
    });
  }

  private async said(bot: Wechaty, message: Message): Promise<void> {
    const at = message.date().getTime();
    const { forgetOlderThanMs } = this.settings;
    if (forgetOlderThanMs !== null && at < this.startedAt - forgetOlderThanMs) return;
    const { Type } = bot.Message;
    const type = message.type();
    if (type === Type.Recalled || type === Type.Unknown) return;
    const room = message.room();
    if (bot.isLoggedIn) await this.own(bot);
    const told: ChatMessage = {
      id: message.id,
      at,
      talker: this.person(message.talker()),
      self: message.self(),
      text: type === Type.Text ? message.text() : '',
      mentions: (await message.mentionList()).map((contact) => this.person(contact)),
      ...(room ? { roomId: room.id } : {}),
    };
    await this.listener?.said(told);
  }

  private async moved(
    direction: MembershipChange['direction'],
    roomId: string,
    people: readonly Contact[],
    by: Contact | undefined,
    date: Date | undefined,
  ): Promise<void> {
    const at = date?.getTime() ?? this.deps.now();
    await this.listener?.moved({
      direction,
      roomId,
      at,
      people: people.map((contact) => this.person(contact)),
      ...(by ? { byId: by.id } : {}),
    });
  }

  // --- people

  private person(contact: Contact): ChatContact {
    const self = this.bot?.isLoggedIn === true && contact.id === this.bot.puppet.currentUserId;
    const { payload } = contact;
    const staff = self || this.staff.has(contact.id) || payload?.coworker === true;
    const handle = payload?.handle;
    return {
      id: contact.id,
      name: payload?.name ?? '',
      friend: payload?.friend === true,
      staff,
      ...(handle ? { externalUserId: handle } : {}),
    };
  }

  private async personWith(id: string): Promise<ChatContact> {
    const contact = await this.usable().bot.Contact.find({ id });
    return contact ? this.person(contact) : { id, name: '', friend: false, staff: this.staff.has(id) };
  }

  /** An external_userid appears when somebody becomes a customer, and nobody tells: those without are looked up again, a few at a time. */
  private async withNewIds(rooms: readonly ChatRoom[]): Promise<readonly ChatRoom[]> {
    const { bot } = this.usable();
    const unknown = new Map(
      rooms
        .flatMap((room) => room.members)
        .filter((person) => !person.staff && !person.externalUserId)
        .map((person) => [person.id, person]),
    );
    const longestAgo = [...unknown.keys()].sort(
      (a, b) => (this.lookedUpAt.get(a) ?? 0) - (this.lookedUpAt.get(b) ?? 0),
    );
    const found = new Map<string, ChatContact>();
    for (const id of longestAgo.slice(0, this.settings.lookUpsPerReading)) {
      this.lookedUpAt.set(id, this.deps.now());
      const contact = await bot.Contact.find({ id });
      await contact?.sync();
      if (contact) found.set(id, this.person(contact));
    }
    return rooms.map((room) => ({ ...room, members: room.members.map((person) => found.get(person.id) ?? person) }));
  }

  // --- the way out

  private usable(): { readonly bot: Wechaty } {
    if (!this.bot || !this.online || !this.bot.isLoggedIn)
      throw new ChatFailure('not_sent', 'the chat account is not online');
    return { bot: this.bot };
  }

  private async sent(write: () => Promise<string | void>): Promise<string | undefined> {
    return (await attempted(write)) ?? undefined;
  }

  private which(): object {
    if (this.deps.puppet) return { puppet: this.deps.puppet };
    return { puppet: this.settings.puppet, puppetOptions: this.settings.puppetOptions };
  }
}

async function attempted<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw failureOf(error);
  }
}

const canHold = (puppet: object): puppet is Holding => 'holdUntil' in puppet && typeof puppet.holdUntil === 'function';
