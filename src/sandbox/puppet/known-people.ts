import { DoorRefused } from './chat-door.js';
import type { ChatDoor, ChatEvent, ChatPerson } from './chat-door.js';

/** People are re-read at most this often while events flow. */
const FRESH_MS = 250;

/** The people whom the chat account can see, as of the last read. */
export class KnownPeople {
  private readonly people = new Map<string, ChatPerson>();
  private readAt = 0;

  constructor(private readonly door: ChatDoor) {}

  async withId(contactId: string): Promise<ChatPerson> {
    const known = this.people.get(contactId);
    if (known) return known;
    const person = await this.door.person(contactId);
    this.people.set(contactId, person);
    return person;
  }

  forget(contactId: string): void {
    this.people.delete(contactId);
  }

  /**
   * Loads the people whom these events name, because Wechaty drops an event about somebody it cannot load. Handles appear and
   * names change without an event, so everybody is compared on the way; resolves to those who changed.
   */
  async load(events: readonly ChatEvent[]): Promise<readonly string[]> {
    const changed = Date.now() - this.readAt < FRESH_MS ? [] : await this.compare();
    for (const contactId of new Set(events.flatMap(peopleIn))) {
      await this.withId(contactId).catch((error: unknown) => {
        if (!(error instanceof DoorRefused)) throw error;
      });
    }
    return changed;
  }

  private async compare(): Promise<readonly string[]> {
    const people = await this.door.people();
    this.readAt = Date.now();
    const changed = people.filter((person) => {
      const known = this.people.get(person.id);
      return known && !isSame(known, person);
    });
    for (const person of people) this.people.set(person.id, person);
    return changed.map((person) => person.id);
  }
}

const isSame = (a: ChatPerson, b: ChatPerson): boolean =>
  a.name === b.name && a.handle === b.handle && a.friend === b.friend && a.staff === b.staff;

function peopleIn(event: ChatEvent): readonly string[] {
  switch (event.kind) {
    case 'message':
      return [event.talkerId, ...event.mentionIds];
    case 'room-join':
      return event.inviterId ? [event.inviterId, ...event.inviteeIds] : event.inviteeIds;
    case 'room-leave':
      return event.removerId ? [event.removerId, ...event.removeeIds] : event.removeeIds;
  }
}
