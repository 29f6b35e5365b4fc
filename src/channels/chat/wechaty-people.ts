import type { Contact, Wechaty } from 'wechaty';
import type { ChatContact, ChatRoom } from './chat-gateway.js';

export interface WechatyPeopleOptions {
  /** Colleagues whom the chat platform does not mark as such. */
  readonly staff: ReadonlySet<string>;
  readonly lookUpsPerReading: number;
  readonly now: () => number;
}

/** Converts the contacts of Wechaty. */
export class WechatyPeople {
  private readonly lookedUpAt = new Map<string, number>();

  constructor(
    private readonly bot: Wechaty,
    private readonly options: WechatyPeopleOptions,
  ) {}

  contactOf({ id, payload }: Contact): ChatContact {
    const self = this.bot.isLoggedIn && id === this.bot.puppet.currentUserId;
    return {
      id,
      name: payload?.name ?? '',
      friend: payload?.friend === true,
      staff: self || this.options.staff.has(id) || payload?.coworker === true,
      ...(isExternalUserId(payload?.handle) ? { externalUserId: payload.handle } : {}),
    };
  }

  /** A person whom Wechaty cannot load has no name. */
  async contactById(id: string): Promise<ChatContact> {
    const contact = await this.bot.Contact.find({ id });
    return contact ? this.contactOf(contact) : { id, name: '', friend: false, staff: this.options.staff.has(id) };
  }

  /**
   * A person gets an external_userid when they become a customer, without an event. So people without one are looked up
   * again, a few per read, because each look-up costs a call.
   */
  async withRefreshedIds(rooms: readonly ChatRoom[]): Promise<readonly ChatRoom[]> {
    const without = rooms
      .flatMap(({ members }) => members)
      .filter(({ staff, externalUserId }) => !staff && !externalUserId);
    const longestAgo = [...new Set(without.map(({ id }) => id))].sort(
      (a, b) => this.lastLookUpAt(a) - this.lastLookUpAt(b),
    );
    const found = new Map<string, ChatContact>();
    for (const id of longestAgo.slice(0, this.options.lookUpsPerReading)) {
      this.lookedUpAt.set(id, this.options.now());
      const contact = await this.bot.Contact.find({ id });
      await contact?.sync();
      if (contact) found.set(id, this.contactOf(contact));
    }
    return rooms.map((room) => ({ ...room, members: room.members.map((person) => found.get(person.id) ?? person) }));
  }

  private lastLookUpAt(id: string): number {
    return this.lookedUpAt.get(id) ?? 0;
  }
}

/**
 * Some puppets put the external_userid into the handle; with the others the handle is the WeChat id, which people choose.
 * An external_userid is `wm` (WeChat) or `wo` (WeCom) and 30 more characters. Accepting another shape could merge two people.
 */
const isExternalUserId = (handle: string | undefined): handle is string =>
  handle !== undefined && /^w[mo][A-Za-z0-9_-]{26,62}$/u.test(handle);
