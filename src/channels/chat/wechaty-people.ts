import type { Contact, Wechaty } from 'wechaty';
import type { ChatContact, ChatRoom } from './chat-gateway.js';

export interface WechatyPeopleOptions {
  /** Colleagues whom the chat side does not flag. */
  readonly staff: ReadonlySet<string>;
  readonly lookUpsPerReading: number;
  readonly now: () => number;
}

/** Wechaty's contacts in our words. */
export class WechatyPeople {
  private readonly lookedUpAt = new Map<string, number>();

  constructor(
    private readonly bot: Wechaty,
    private readonly options: WechatyPeopleOptions,
  ) {}

  person({ id, payload }: Contact): ChatContact {
    const self = this.bot.isLoggedIn && id === this.bot.puppet.currentUserId;
    return {
      id,
      name: payload?.name ?? '',
      friend: payload?.friend === true,
      staff: self || this.options.staff.has(id) || payload?.coworker === true,
      ...(isExternalUserId(payload?.handle) ? { externalUserId: payload.handle } : {}),
    };
  }

  /** Somebody Wechaty cannot load is still somebody: without a name. */
  async withId(id: string): Promise<ChatContact> {
    const contact = await this.bot.Contact.find({ id });
    return contact ? this.person(contact) : { id, name: '', friend: false, staff: this.options.staff.has(id) };
  }

  /**
   * An external_userid appears when somebody becomes a customer, and nobody tells. Those without one are looked up
   * again, a few at each reading, because each costs a call to the account.
   */
  async withNewIds(rooms: readonly ChatRoom[]): Promise<readonly ChatRoom[]> {
    const without = rooms
      .flatMap(({ members }) => members)
      .filter(({ staff, externalUserId }) => !staff && !externalUserId);
    const longestAgo = [...new Set(without.map(({ id }) => id))].sort((a, b) => this.lastLook(a) - this.lastLook(b));
    const found = new Map<string, ChatContact>();
    for (const id of longestAgo.slice(0, this.options.lookUpsPerReading)) {
      this.lookedUpAt.set(id, this.options.now());
      const contact = await this.bot.Contact.find({ id });
      await contact?.sync();
      if (contact) found.set(id, this.person(contact));
    }
    return rooms.map((room) => ({ ...room, members: room.members.map((person) => found.get(person.id) ?? person) }));
  }

  private lastLook(id: string): number {
    return this.lookedUpAt.get(id) ?? 0;
  }
}

/**
 * Only some puppets tell an external_userid, as the handle; with the others it is the WeChat id that somebody has chosen.
 * `wm` (WeChat) or `wo` (WeCom) and 30 more characters: an id of any other shape would make two people one.
 */
const isExternalUserId = (handle: string | undefined): handle is string =>
  handle !== undefined && /^w[mo][A-Za-z0-9_-]{26,62}$/u.test(handle);
