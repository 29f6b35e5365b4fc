import { DAY, startOfDay } from '../calendar.js';

interface ContactDay {
  newContacts: number;
  /** Customers who deleted the staff member. */
  deletedBy: number;
  messages: number;
  readonly spokenTo: Set<string>;
}

export type ContactFigures = Readonly<Omit<ContactDay, 'spokenTo'>> & { readonly chats: number };

/** Counts, for each staff member and day, new contacts, deletions, messages and chats. */
export class ContactDiary {
  private readonly days = new Map<string, ContactDay>();

  met(userid: string, at: number): void {
    this.day(userid, at).newContacts += 1;
  }

  deletedBy(userid: string, at: number): void {
    this.day(userid, at).deletedBy += 1;
  }

  wrote(userid: string, externalUserId: string, at: number): void {
    const day = this.day(userid, at);
    day.messages += 1;
    day.spokenTo.add(externalUserId);
  }

  /** Sums over several staff, for the day that begins at `start`. */
  figures(userids: readonly string[], start: number): ContactFigures {
    const days = userids.flatMap((userid) => this.days.get(keyOf(userid, start)) ?? []);
    const sum = (of: (day: ContactDay) => number): number => days.reduce((total, day) => total + of(day), 0);
    return {
      newContacts: sum((day) => day.newContacts),
      deletedBy: sum((day) => day.deletedBy),
      messages: sum((day) => day.messages),
      chats: sum((day) => day.spokenTo.size),
    };
  }

  private day(userid: string, at: number): ContactDay {
    const key = keyOf(userid, startOfDay(at));
    const known = this.days.get(key) ?? { newContacts: 0, deletedBy: 0, messages: 0, spokenTo: new Set() };
    this.days.set(key, known);
    return known;
  }
}

const keyOf = (userid: string, start: number): string => `${userid} ${Math.floor(start / DAY)}`;
