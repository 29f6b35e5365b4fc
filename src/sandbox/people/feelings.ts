import { DAY, HOUR, MINUTE } from '../calendar.js';
import { leadsToStaffOrGroup } from '../corp/acts/arrive-at.js';
import { scanContactWay } from '../corp/acts/contact-ways.js';
import { addContact, customerDeletesStaff } from '../corp/acts/contacts.js';
import { scanGroupCode, scanJoinCode } from '../corp/acts/groups.js';
import { sayInGroup, sayToBot } from '../corp/acts/speech.js';
import type { Corp } from '../corp/corp.js';
import { linksIn } from '../corp/links-in.js';
import type { Content, GroupPost, Received } from '../corp/messages.js';
import type { Random } from '../random.js';
import type { Life } from './life.js';

/** Above this number of messages in 30 days, some people are annoyed. */
const PATIENT_WITH = 6;

type Codes = Pick<Received, 'joinWay' | 'contactWay' | 'groupChat' | 'staffCard'>;

/**
 * How one member reacts to messages. Has its own random stream, so that a message changes the reaction to it and nothing
 * else of the member's year.
 */
export class Feelings {
  private readonly got: number[] = [];

  constructor(
    private readonly corp: Corp,
    private readonly life: Life,
    private readonly random: Random,
  ) {}

  take(message: Received): void {
    this.considerCodes(message, 1);
    this.considerLinks(message, 1);
    this.life.assistant?.seeLink(message, 1);
    if (message.via === 'welcome') return;
    const now = this.corp.now();
    const isAnswer = this.life.assistant?.isAnswer(message) ?? false;
    if (message.via === 'kf') this.life.assistant?.seeMenu(message);
    // A mention in a group, often an answer to the member's own question, annoys nobody; nor does an answer of the assistant.
    if (message.via !== 'mention' && !isAnswer) this.got.push(now);
    if (this.life.isSilent && this.random.chance(this.life.persona.wakeShare)) {
      this.corp.timeline.after(this.random.between(0.5, 48) * HOUR, () => this.life.wake());
    }
    const lately = this.got.filter((at) => at > now - 30 * DAY).length;
    if (lately > PATIENT_WITH && this.random.chance(this.life.persona.temper)) {
      this.corp.timeline.after(this.random.between(1, 30) * MINUTE, () => this.loseTemper());
    }
  }

  /** For codes and links in a message to the whole group, which fewer people feel addressed by. */
  seePost(post: GroupPost): void {
    this.considerCodes(post, 0.4);
    this.considerLinks(post, 0.2);
    this.life.assistant?.seeLink(post, 0.2);
  }

  /**
   * Links to the product's pages, to staff and to groups. People who scan codes also tap links, a little less often. Links
   * to the assistant are in `AssistantHabits`.
   */
  private considerLinks(message: Content, weight: number): void {
    const { persona, isSilent, person } = this.life;
    const host = this.corp.signIns.trustedDomain;
    const links = linksIn(message).filter((one) => new URL(one).host === host || leadsToStaffOrGroup(this.corp, one));
    // Without links nothing is drawn, so that they do not change what is made of other messages.
    if (links.length === 0 || !this.random.chance(persona.scanShare * weight * (isSilent ? 0.1 : 0.6))) return;
    const hours = this.random.between(0.05, persona.scanHours[1] / 2);
    const url = this.random.pick(links);
    this.corp.timeline.after(hours * HOUR, () => {
      this.corp.recordActivity(person, 'link');
      this.corp.outlets.browse(person, url);
    });
  }

  private considerCodes({ joinWay, contactWay, groupChat, staffCard }: Codes, weight: number): void {
    if ([joinWay, contactWay, groupChat, staffCard].every((one) => one === undefined)) return;
    const { persona, isSilent, person } = this.life;
    if (!this.random.chance(persona.scanShare * weight * (isSilent ? 0.3 : 1))) return;
    const [soonest, latest] = persona.scanHours;
    // Most people scan soon: the square makes short waits more likely.
    const hours = soonest + this.random.next() ** 2 * (latest - soonest);
    this.corp.timeline.after(hours * HOUR, () => {
      const way = this.corp.joinWays.get(joinWay ?? '');
      if (way) scanJoinCode(this.corp, person, way);
      const staffCode = this.corp.contactWays.get(contactWay ?? '');
      if (staffCode) scanContactWay(this.corp, person, staffCode);
      const group = this.corp.groups.get(groupChat ?? '');
      if (group) scanGroupCode(this.corp, person, group);
      if (staffCard !== undefined) addContact(this.corp, person, staffCard, { addWay: 3, welcome: true });
    });
  }

  private loseTemper(): void {
    const { person } = this.life;
    const relations = this.corp.relations.ofPerson(person.externalUserId);
    const group = this.corp.groups.of(person.externalUserId)[0];
    if (relations.length > 0 && this.random.chance(0.35)) {
      for (const relation of relations) customerDeletesStaff(this.corp, relation);
    } else if (this.life.assistant) {
      this.life.assistant.write('退订');
    } else if (group) {
      sayInGroup(this.corp, person, group, { text: '退订' });
    } else {
      sayToBot(this.corp, person, '退订');
    }
  }
}
