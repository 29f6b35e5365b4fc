import { MINUTE } from '../calendar.js';
import { textOf, writeToAssistant } from '../corp/acts/kf-customers.js';
import { endSession, pressUpgrade, takeFromQueue, writeAsServicer } from '../corp/acts/kf-servicers.js';
import { servicersOf } from '../corp/acts/kf-who-serves.js';
import type { Corp } from '../corp/corp.js';
import { stateOf, type KfSession } from '../corp/kf/kf-session.js';
import type { Staff } from '../corp/person.js';
import type { Random } from '../random.js';
import { inWorkingHours } from './day-shape.js';

/** Simulates servicers: they take customers from the queue in working hours, write, press the button, and mostly end the session. */
export class ServicerLife {
  constructor(
    private readonly corp: Corp,
    private readonly random: Random,
  ) {}

  /** The app handed a customer to the queue or to a servicer. */
  handedOver(session: KfSession): void {
    const soon = inWorkingHours(this.corp.now() + this.random.between(1, 20) * MINUTE, this.random);
    this.corp.timeline.at(soon, () => this.serve(session));
  }

  private serve(session: KfSession): void {
    const { corp, random } = this;
    const state = stateOf(session, corp.now());
    const staff =
      state === 3 ? corp.staff.get(session.servicer ?? '') : state === 2 ? this.someone(session) : undefined;
    if (!staff || staff.hasLeft) return;
    if (state === 2) takeFromQueue(corp, session, staff);
    writeAsServicer(corp, session, staff, `您好，我是${staff.name}，请说`);
    pressUpgrade(corp, session, staff);
    if (random.chance(0.6))
      this.after([1, 10], () => writeToAssistant(corp, session.account, session.person, textOf('好的，谢谢')));
    // Some forget to end it; the clock does after 48 hours.
    if (random.chance(0.9)) this.after([12, 60], () => endSession(corp, session, staff));
  }

  private someone({ account }: KfSession): Staff | undefined {
    const serving = servicersOf(this.corp, account).filter(({ status }) => status === 'serving');
    return serving.length > 0 ? this.corp.staff.get(this.random.pick(serving).userid) : undefined;
  }

  private after([least, most]: readonly [number, number], act: () => void): void {
    this.corp.timeline.after(this.random.between(least, most) * MINUTE, act);
  }
}
