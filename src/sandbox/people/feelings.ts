import { DAY, HOUR, MINUTE } from '../calendar.js';
import { scanContactWay } from '../corp/acts/contact-ways.js';
import { customerDeletesStaff } from '../corp/acts/contacts.js';
import { scanJoinCode } from '../corp/acts/groups.js';
import { sayInGroup, sayToBot } from '../corp/acts/speech.js';
import type { Corp } from '../corp/corp.js';
import type { Received } from '../corp/messages.js';
import type { Random } from '../random.js';
import type { Life } from './life.js';

/** Above this number of messages in 30 days, some people are annoyed. */
const PATIENT_WITH = 6;

type Codes = Pick<Received, 'joinWay' | 'contactWay'>;

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
    if (message.via === 'welcome') {
      this.considerCodes(message, 1);
      return;
    }
    const now = this.corp.now();
    this.considerCodes(message, 1);
    // A mention in a group, often an answer to the member's own question, annoys nobody.
    if (message.via !== 'mention') this.got.push(now);
    if (this.life.isSilent && this.random.chance(this.life.persona.wakeShare)) {
      this.corp.timeline.after(this.random.between(0.5, 48) * HOUR, () => this.life.wake());
    }
    const lately = this.got.filter((at) => at > now - 30 * DAY).length;
    if (lately > PATIENT_WITH && this.random.chance(this.life.persona.temper)) {
      this.corp.timeline.after(this.random.between(1, 30) * MINUTE, () => this.loseTemper());
    }
  }

  /** For a code in a message to the whole group, which fewer people feel addressed by. */
  seePost(post: Codes): void {
    this.considerCodes(post, 0.4);
  }

  private considerCodes({ joinWay, contactWay }: Codes, weight: number): void {
    if (joinWay === undefined && contactWay === undefined) return;
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
    });
  }

  private loseTemper(): void {
    const { person } = this.life;
    const relations = this.corp.relations.ofPerson(person.externalUserId);
    const group = this.corp.groups.of(person.externalUserId)[0];
    if (relations.length > 0 && this.random.chance(0.35)) {
      for (const relation of relations) customerDeletesStaff(this.corp, relation);
    } else if (group) {
      sayInGroup(this.corp, person, group, { text: '退订' });
    } else {
      sayToBot(this.corp, person, '退订');
    }
  }
}
