import { DAY, HOUR, MINUTE, SECOND, startOfDay } from '../calendar.js';
import { openAssistant, openByLink, textOf, writeToAssistant } from '../corp/acts/kf-customers.js';
import type { Corp } from '../corp/corp.js';
import type { KfAccount } from '../corp/kf/kf-account.js';
import { menuItemsOf } from '../corp/kf/kf-menu.js';
import { linksIn } from '../corp/links-in.js';
import type { Content, Received } from '../corp/messages.js';
import type { Person } from '../corp/person.js';
import type { Random } from '../random.js';
import type { Persona } from './personas.js';

/** What is asked beside 我的等级, and how often each compared with the others. */
const QUESTIONS: readonly { readonly text: string; readonly weight: number }[] = [
  { text: '我的等级', weight: 5 },
  { text: '换群', weight: 3 },
  { text: '为什么', weight: 1 },
  { text: '你好', weight: 2 },
  { text: '这周有什么活动', weight: 1 },
  { text: '人工', weight: 0.5 },
  { text: '少发点', weight: 0.2 },
];
/** Items of a menu that few tap without meaning it. */
const SERIOUS = /退订|不再|少发|人工/;
const LINK = /\/kf\/kfc\w+\?/;
/** An answer comes within this time; what comes later was sent unasked. */
const ANSWERS_WITHIN = 10 * MINUTE;

/**
 * How one person uses the corp's assistant in WeChat, in a corp that has no chat account in its groups. Has its own
 * random stream, so that the year with a chat account stays as it is.
 */
export class AssistantHabits {
  private lastTapAt = -Infinity;

  constructor(
    private readonly corp: Corp,
    private readonly person: Person,
    private readonly persona: Persona,
    private readonly random: Random,
  ) {}

  /** Opens the chat in the first days, from a poster or the shop. */
  begin(): void {
    if (!this.random.chance(this.persona.scanShare * 0.6)) return;
    const scene = this.random.chance(0.5) ? '' : 'store_poster';
    const { corp } = this;
    corp.timeline.at(this.eveningAfter(corp.now() + this.random.between(0, 48) * HOUR), () => {
      const account = this.account();
      if (!account) return;
      openAssistant(this.corp, account, this.person, { scene, sceneParam: '' });
      if (this.random.chance(0.3)) this.after([20, 150], () => this.write('你好'));
    });
  }

  /** `at` schedules an act for a moment of today. */
  planDay(at: (moment: number, act: () => void) => void, messagesPerDay: number): void {
    const { random, persona } = this;
    const today = (times: number, act: () => void): void => {
      for (let i = 0; i < times; i += 1) at(this.eveningAfter(this.corp.now()), act);
    };
    // Who talks a lot also asks more, but nobody asks every week.
    today(random.count(0.01 + 0.01 * Math.min(1, messagesPerDay)), () => this.askSomething());
    today(random.count(persona.checkInShare * 0.15), () => this.write('打卡'));
    const isHomeless = this.corp.groups.of(this.person.externalUserId).length === 0;
    if (isHomeless) today(random.count(0.01 * persona.scanShare), () => this.write('换群'));
  }

  write(text: string): void {
    const account = this.account();
    if (account) writeToAssistant(this.corp, account, this.person, textOf(text));
  }

  writeTonight(text: string): void {
    this.corp.timeline.at(this.eveningAfter(this.corp.now()), () => this.write(text));
  }

  /** Whether the message answers something the person wrote or came to. */
  isAnswer({ via, from, at }: Received): boolean {
    const session = via === 'kf' ? this.corp.kf.known(from, this.person.externalUserId) : undefined;
    const asked = Math.max(session?.lastWroteAt ?? -Infinity, session?.lastEntry?.at ?? -Infinity);
    return via === 'servicer' || at - asked <= ANSWERS_WITHIN;
  }

  /** Taps an item of a menu now and then, mostly of the first one. */
  seeMenu(message: Received): void {
    const { corp, random, person } = this;
    const line = corp.kf.talk.at(-1);
    if (line?.msgid !== message.ref || line.msgtype !== 'msgmenu' || corp.now() - this.lastTapAt < HOUR) return;
    if (!random.chance(line.via === 'welcome' ? 0.5 : 0.15)) return;
    const items = menuItemsOf(line.body).flatMap(({ click }) => click ?? []);
    const account = corp.kf.account(message.from);
    if (items.length === 0 || !account) return;
    this.lastTapAt = corp.now();
    const { id, content } = random.weighted(items, (item) => (SERIOUS.test(item.content) ? 0.03 : 1));
    this.after([5, 90], () => writeToAssistant(corp, account, person, textOf(content, id)));
  }

  /** Follows a link to the assistant in a message. */
  seeLink(message: Content, weight: number): void {
    const url = linksIn(message).find((one) => LINK.test(one));
    if (url === undefined || !this.random.chance(this.persona.scanShare * 0.3 * weight)) return;
    this.corp.timeline.at(this.eveningAfter(this.corp.now()), () => {
      if (openByLink(this.corp, this.person, url) && this.random.chance(0.5))
        this.after([10, 120], () => this.write('我的等级'));
    });
  }

  /** People turn to a service in the same quiet minutes after dinner. */
  private eveningAfter(moment: number): number {
    const evening = startOfDay(moment) + 20.5 * HOUR - this.random.between(0.2, 3.8) * MINUTE;
    return evening > moment ? evening : evening + DAY;
  }

  private askSomething(): void {
    this.write(this.random.weighted(QUESTIONS, ({ weight }) => weight).text);
  }

  private after([least, most]: readonly [number, number], act: () => void): void {
    this.corp.timeline.after(this.random.between(least, most) * SECOND, act);
  }

  private account(): KfAccount | undefined {
    return this.corp.kf.accounts()[0];
  }
}
