import { DAY, HOUR, SECOND, startOfDay, weekdayOf } from '../calendar.js';
import { createTagByHand, renameTagByHand } from '../corp/acts/administration.js';
import { acceptContact } from '../corp/acts/accept-contact.js';
import { editByHand } from '../corp/acts/contacts.js';
import { confirmMassSend } from '../corp/acts/deliver.js';
import { removeFromGroup } from '../corp/acts/groups.js';
import { sayInGroup, writeToApp } from '../corp/acts/speech.js';
import { isPerson, type Corp } from '../corp/corp.js';
import type { CustomerGroup } from '../corp/customer-group.js';
import type { MassSend } from '../corp/mass-sends.js';
import type { Person, Staff } from '../corp/person.js';
import { Random, streamSeed } from '../random.js';
import { between, inWorkingHours, momentOfDay } from './day-shape.js';
import { topic } from './talk.js';

/** Simulates what one staff member does unasked, and how they act on requests of the app. */
export class StaffLife {
  private readonly habits: Random;
  private readonly tasks: Random;

  constructor(
    private readonly corp: Corp,
    private readonly staff: Staff,
    private readonly seed: number,
  ) {
    this.habits = new Random(streamSeed(seed, `habits ${staff.userid}`));
    this.tasks = new Random(streamSeed(seed, `tasks ${staff.userid}`));
  }

  begin(): void {
    this.liveDay();
  }

  /** Confirms a mass-send within minutes to hours when at work, or never. */
  takeMassSend(send: MassSend): void {
    this.perhaps(1, () => {
      const task = send.tasks.find((one) => one.userid === this.staff.userid);
      if (task) confirmMassSend(this.corp, send, task);
    });
  }

  /** A customer scanned a code and waits to be accepted as a contact. */
  acceptLater(person: Person): void {
    this.perhaps(1, () => void acceptContact(this.corp, person, this.staff.userid));
  }

  /** The app asks this staff member to remove a member from a group they own. */
  takeRemoval(chatId: string, externalUserId: string): void {
    this.perhaps(0.95, () => {
      const group = this.corp.groups.get(chatId);
      if (group) removeFromGroup(this.corp, group, externalUserId, this.staff.userid);
    });
  }

  private perhaps(weight: number, act: () => void): void {
    if (this.staff.hasLeft) return;
    const { diligence, slownessHours } = this.staff.habits;
    if (!this.tasks.chance(diligence * weight)) return;
    const hours = 0.1 + this.tasks.next() ** 2 * slownessHours;
    this.corp.timeline.at(this.whenAtWork(this.corp.now() + hours * HOUR), act);
  }

  private whenAtWork(at: number): number {
    const moment = inWorkingHours(at, this.tasks);
    return this.isAway(moment) ? between(startOfWeek(moment) + 7 * DAY, this.tasks, 9, 18) : moment;
  }

  /** Holidays in whole weeks, planned in advance. */
  private isAway(at: number): boolean {
    const week = new Random(streamSeed(this.seed, `away ${this.staff.userid} ${startOfWeek(at)}`));
    return week.chance(this.staff.habits.awayShare);
  }

  private liveDay(): void {
    if (this.staff.hasLeft) return;
    const now = this.corp.now();
    const isWorkday = weekdayOf(now) % 6 !== 0;
    if (!this.isAway(now)) {
      if (isWorkday) this.planQuestions();
      if (isWorkday && this.staff.habits.reportShare > 0 && this.habits.chance(0.015))
        this.at(between(now, this.habits, 14, 17), () => this.tendTags());
      if (this.habits.chance(0.35)) this.at(momentOfDay(now, this.habits), () => this.raiseTopic());
      if (isWorkday && this.staff.followsCustomers && this.habits.chance(0.12))
        this.at(between(now, this.habits, 9, 18), () => this.handTag());
      if (isWorkday && this.staff.followsCustomers && this.habits.chance(0.06))
        this.at(between(now, this.habits, 9, 18), () => this.notePhone());
    }
    this.corp.timeline.at(startOfDay(now) + DAY + 10 * SECOND, () => this.liveDay());
  }

  private at(moment: number, act: () => void): void {
    if (moment > this.corp.now()) this.corp.timeline.at(moment, act);
  }

  /** Only staff who run the community ask the app. */
  private planQuestions(): void {
    const { reportShare } = this.staff.habits;
    const { habits } = this;
    const now = this.corp.now();
    if (habits.chance(reportShare))
      this.at(between(now, habits, 9, 9.7), () => writeToApp(this.corp, this.staff, '日报'));
    if (!habits.chance(reportShare * 0.2)) return;
    const ask = habits.pick(['查', '为什么']);
    this.at(between(now, habits, 10, 18), () => {
      const someone = this.someCustomer();
      if (someone) writeToApp(this.corp, this.staff, `${ask} ${someone.person.name}`);
    });
  }

  /** Every month or two an administrator adds a tag or renames one of the corp's own. */
  private tendTags(): void {
    const group = this.corp.tags.groups().find((one) => !one.byApp && one.name === '喜好');
    if (!group) return;
    const made = group.tags.filter((tag) => tag.name.startsWith('新品'));
    const last = made.at(-1);
    if (last && this.habits.chance(0.4) && !last.name.endsWith('（老）'))
      renameTagByHand(this.corp, last, `${last.name}（老）`);
    else createTagByHand(this.corp, group, `新品${made.length + 1}`);
  }

  private raiseTopic(): void {
    const own = this.corp.groups.all().filter((group) => group.owner === this.staff.userid);
    if (own.length > 0) sayInGroup(this.corp, this.staff, this.habits.pick(own), { text: topic(this.habits) });
  }

  private handTag(): void {
    const relation = this.someCustomer();
    const tags = this.corp.tags
      .groups()
      .filter((group) => !group.byApp)
      .flatMap((group) => group.tags.filter((tag) => !tag.deleted));
    if (!relation || tags.length === 0) return;
    const tag = this.habits.pick(tags);
    editByHand(this.corp, relation, () => {
      if (relation.tags.has(tag.id)) relation.tags.delete(tag.id);
      else relation.tags.add(tag.id);
    });
  }

  private notePhone(): void {
    const relation = this.someCustomer();
    if (!relation || relation.mobiles.length > 0) return;
    editByHand(this.corp, relation, () => relation.mobiles.push(relation.person.phone));
  }

  private someCustomer() {
    const relations = this.corp.relations.ofStaff(this.staff.userid).filter((relation) => relation.bond === 'mutual');
    return relations.length > 0 ? this.habits.pick(relations) : undefined;
  }
}

/** Finds the requested removals in a message of the app: lines with 移出, a nickname, and a group's name in 「」. */
export function removalsIn(
  corp: Corp,
  text: string,
): { readonly chatId: string; readonly externalUserId: string; readonly owner: string }[] {
  return text.split('\n').flatMap((line) => {
    const cut = line.indexOf('移出');
    if (cut < 0) return [];
    const quoted = (part: string): string[] => [...part.matchAll(/「(.+?)」/g)].map((match) => match[1] ?? '');
    const groupIn = (part: string): CustomerGroup | undefined =>
      quoted(part).flatMap((name) => corp.groups.named(name) ?? [])[0];
    // A line may also name the new group; the group to leave follows directly after the word, if it is named.
    const group = groupIn(line.slice(cut)) ?? groupIn(line);
    if (!group) return [];
    const people = quoted(line)
      .map((name) => corp.who(name))
      .filter(isPerson);
    return people.map((person) => ({
      chatId: group.chatId,
      externalUserId: person.externalUserId,
      owner: group.owner,
    }));
  });
}

const startOfWeek = (at: number): number => {
  const weekday = (weekdayOf(at) + 6) % 7;
  return startOfDay(at) - weekday * DAY;
};
