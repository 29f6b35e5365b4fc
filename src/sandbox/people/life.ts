import { DAY, HOUR, MINUTE, startOfDay, weekdayOf } from '../calendar.js';
import { customerDeletesStaff } from '../corp/acts/contacts.js';
import { leaveGroup } from '../corp/acts/groups.js';
import { buy, refund, register, report } from '../corp/acts/shopping.js';
import { sayInGroup, sayToBot } from '../corp/acts/speech.js';
import type { Corp } from '../corp/corp.js';
import type { CustomerGroup } from '../corp/customer-group.js';
import type { Person } from '../corp/person.js';
import type { Random } from '../random.js';
import { between, momentOfDay } from './day-shape.js';
import type { AssistantHabits } from './assistant-habits.js';
import type { Persona } from './personas.js';
import { advert, answerLine, comeback, opener, rudeness } from './talk.js';

const CATEGORIES = ['水果', '茶饮', '零食', '粮油', '生鲜', '母婴'];
const REGIONS = ['杭州', '上海', '成都', '广州', '武汉', '西安'];

/** The last speaker of each group, so that people answer each other. */
export type LastSpeakers = Map<string, Person>;

interface LifeParts {
  readonly random: Random;
  readonly lastSpeakers: LastSpeakers;
  /** Absent where the chat account is. */
  readonly assistant: AssistantHabits | undefined;
}

/** Simulates one member's days. Each day is planned in the morning from the member's own random stream. */
export class Life {
  readonly person: Person;
  readonly persona: Persona;
  readonly assistant: AssistantHabits | undefined;
  /** Inactive: neither speaks nor buys nor views content. */
  isSilent = false;
  private readonly messagesPerDay: number;
  private readonly ordersPerMonth: number;
  private readonly basketCents: number;
  private readonly tastes: readonly string[];
  private isRegistered = false;
  private readonly random: Random;
  private readonly lastSpeakers: LastSpeakers;

  constructor(
    private readonly corp: Corp,
    { person, persona }: { readonly person: Person; readonly persona: Persona },
    { random, lastSpeakers, assistant }: LifeParts,
  ) {
    this.random = random;
    this.lastSpeakers = lastSpeakers;
    this.assistant = assistant;
    this.person = person;
    this.persona = persona;
    this.messagesPerDay = Math.max(0, random.between(...persona.messagesPerDay));
    // Few people buy a lot: the exponent makes low figures more likely.
    const eagerness = random.next() ** 1.5;
    this.ordersPerMonth =
      persona.ordersPerMonth[0] + eagerness * (persona.ordersPerMonth[1] - persona.ordersPerMonth[0]);
    this.basketCents = random.between(...persona.basketCents);
    this.tastes = random.shuffled(CATEGORIES).slice(0, 2);
  }

  begin(): void {
    if (this.random.chance(0.4)) this.registerOnce();
    this.assistant?.begin();
    this.planFading();
    this.liveDay();
  }

  /** Becomes active again after silence, for any reason. */
  wake(): void {
    if (!this.isSilent) return;
    this.isSilent = false;
    this.speak(comeback(this.random));
    if (this.random.chance(0.5)) this.order();
    this.planFading();
  }

  private liveDay(): void {
    if (!this.isSilent) this.planDay();
    this.corp.timeline.at(startOfDay(this.corp.now()) + DAY + 5 * MINUTE, () => this.liveDay());
  }

  private planDay(): void {
    const { random, persona } = this;
    const weekend = weekdayOf(this.corp.now()) % 6 === 0;
    this.today(random.count(this.messagesPerDay * (weekend ? 1.25 : 0.9)), () => this.chat());
    this.today(random.count(this.ordersPerMonth / 30.4), () => this.order());
    this.today(random.count(persona.visitsPerDay), () => report(this.corp, this.person, 'visited'));
    this.today(random.count(persona.viewsPerDay), () => this.view());
    if (random.chance(persona.checkInShare)) {
      this.at(between(this.corp.now(), random, 7, 11), () => report(this.corp, this.person, 'checked_in'));
    }
    if (random.chance(0.004 * Math.min(1, this.messagesPerDay))) this.today(1, () => this.askLevel());
    if (persona.key === 'troll') this.planMischief();
    this.assistant?.planDay((moment, act) => this.at(moment, act), this.messagesPerDay);
  }

  /** Schedules acts at the usual hours of today, without those whose moment has passed. */
  private today(times: number, act: () => void): void {
    for (let i = 0; i < times; i += 1) this.at(momentOfDay(this.corp.now(), this.random), act);
  }

  private at(moment: number, act: () => void): void {
    if (moment <= this.corp.now()) return;
    this.corp.timeline.at(moment, () => {
      if (!this.isSilent) act();
    });
  }

  private chat(): void {
    const group = this.someGroup();
    if (!group) return;
    const last = this.lastSpeakers.get(group.chatId);
    const answers = last !== undefined && last !== this.person && this.random.chance(0.35);
    if (answers && group.members.has(last.externalUserId)) {
      // The platform puts a narrow space behind a mention.
      sayInGroup(this.corp, this.person, group, {
        text: `@${last.name}\u2005${answerLine(this.random)}`,
        mentions: [last.chatContactId],
      });
    } else {
      const text = this.random.chance(0.4) ? answerLine(this.random) : opener(this.random);
      sayInGroup(this.corp, this.person, group, { text });
    }
    this.lastSpeakers.set(group.chatId, this.person);
  }

  /** Asks for no more messages in a place that the product reads. */
  private optOut(): void {
    if (this.assistant) this.assistant.write('退订');
    else this.speak('退订');
  }

  private speak(text: string): void {
    const group = this.someGroup();
    if (group) sayInGroup(this.corp, this.person, group, { text });
  }

  /** Asks the assistant; where there is a chat account, in a group, or (a contact) sometimes in private. */
  private askLevel(): void {
    if (this.assistant) return this.assistant.writeTonight('我的等级');
    const isContact = this.corp.relations.ofPerson(this.person.externalUserId).length > 0;
    if (isContact && this.random.chance(0.25)) sayToBot(this.corp, this.person, '我的等级');
    else this.speak('我的等级');
  }

  /** The newest group is the most likely. */
  private someGroup(): CustomerGroup | undefined {
    const groups = this.corp.groups.of(this.person.externalUserId);
    if (groups.length === 0) return undefined;
    return this.random.weighted(groups, (group) => (group === groups.at(-1) ? 2 : 1));
  }

  private order(): void {
    this.registerOnce();
    const amountCents = Math.max(900, Math.round(this.basketCents * Math.exp(0.35 * this.random.bell())));
    const orderId = buy(this.corp, this.person, { amountCents, category: this.random.pick(this.tastes) });
    if (this.random.chance(0.03)) {
      this.corp.timeline.after(this.random.between(1, 6) * DAY, () =>
        refund(this.corp, this.person, orderId, amountCents),
      );
    }
  }

  private view(): void {
    const category = this.random.pick(this.tastes);
    report(this.corp, this.person, 'content_viewed', { contentId: `article-${this.random.int(1, 60)}`, category });
  }

  private registerOnce(): void {
    if (this.isRegistered) return;
    this.isRegistered = true;
    const [month, day] = [this.random.int(1, 12), this.random.int(1, 28)].map((part) => String(part).padStart(2, '0'));
    register(this.corp, this.person, {
      region: this.random.pick(REGIONS),
      birthday: `${this.random.int(1965, 2004)}-${month}-${day}`,
    });
  }

  private planFading(): void {
    const { fadesAfterDays } = this.persona;
    if (fadesAfterDays) this.corp.timeline.after(this.random.between(...fadesAfterDays) * DAY, () => this.fade());
  }

  private fade(): void {
    if (this.isSilent) return;
    this.isSilent = true;
    const { leavesShare, returnsAfterDays } = this.persona;
    if (this.random.chance(leavesShare)) this.walkOut();
    if (returnsAfterDays) this.corp.timeline.after(this.random.between(...returnsAfterDays) * DAY, () => this.wake());
  }

  private walkOut(): void {
    for (const group of this.corp.groups.of(this.person.externalUserId))
      leaveGroup(this.corp, group, this.person.externalUserId);
    for (const relation of this.corp.relations.ofPerson(this.person.externalUserId)) {
      if (this.random.chance(0.6)) customerDeletesStaff(this.corp, relation);
    }
  }

  private planMischief(): void {
    const { random } = this;
    if (random.chance(0.05)) this.today(1, () => this.speak(advert(random)));
    if (random.chance(0.03)) this.today(1, () => this.speak(rudeness(random)));
    if (random.chance(0.004)) this.today(1, () => this.optOut());
    if (random.chance(0.008)) {
      const start = momentOfDay(this.corp.now(), random);
      const flood = random.int(8, 15);
      for (let i = 0; i < flood; i += 1)
        this.at(start + (i * HOUR) / 400, () => this.speak(i % 3 === 0 ? advert(random) : '顶'));
    }
  }
}
