import { DAY, daysInMonthOf, monthOf, SECOND } from '../calendar.js';
import type { IdMint } from './ids.js';
import type { Content } from './messages.js';

/** 0 waiting, 1 sent, 2 not a contact any more, 3 the customer already got as many as the platform allows. */
export interface SendTarget {
  readonly id: string;
  status: 0 | 1 | 2 | 3;
  sentAt?: number;
}

/** The task of one staff member: nothing is sent until they confirm. */
export interface SendTask {
  readonly userid: string;
  status: 0 | 2;
  sentAt?: number;
  readonly targets: readonly SendTarget[];
}

export interface MassSend {
  readonly msgid: string;
  readonly chatType: 'single' | 'group';
  readonly createdAt: number;
  readonly content: Content;
  readonly tasks: readonly SendTask[];
  readonly remindedAt: number[];
  cancelledAt: number | undefined;
}

/** A lower cap set by an administrator; the platform's own cap is the number of days in the month. */
export interface MassSendCap {
  readonly perDay?: number;
  readonly perWeek?: number;
  readonly perMonth?: number;
}

const DISPATCH = 10 * SECOND;

export class MassSends {
  private readonly byMsgid = new Map<string, MassSend>();
  private readonly reached = new Map<string, number[]>();

  constructor(
    private readonly ids: IdMint,
    private readonly cap: MassSendCap,
  ) {}

  create(
    chatType: 'single' | 'group',
    content: Content,
    targets: ReadonlyMap<string, readonly string[]>,
    at: number,
  ): MassSend {
    const tasks = [...targets].map(([userid, ids]): SendTask => ({
      userid,
      status: 0,
      targets: ids.map((id): SendTarget => ({ id, status: 0 })),
    }));
    const send: MassSend = {
      msgid: this.ids.letters('msg', 33),
      chatType,
      createdAt: at,
      content,
      tasks,
      remindedAt: [],
      cancelledAt: undefined,
    };
    this.byMsgid.set(send.msgid, send);
    return send;
  }

  get(msgid: string): MassSend | undefined {
    return this.byMsgid.get(msgid);
  }

  all(): MassSend[] {
    return [...this.byMsgid.values()];
  }

  /** For a short time after its creation the platform is still distributing the task. */
  isDispatching(send: MassSend, at: number): boolean {
    return at - send.createdAt < DISPATCH;
  }

  /** Whether this customer or group may get one more mass-send now. */
  mayReach(id: string, at: number): boolean {
    const times = this.reached.get(id) ?? [];
    const within = (span: number): number => times.filter((time) => time > at - span).length;
    const { perDay, perWeek, perMonth } = this.cap;
    if (perDay !== undefined && within(DAY) >= perDay) return false;
    if (perWeek !== undefined && within(7 * DAY) >= perWeek) return false;
    const month = monthOf(at);
    return times.filter((time) => monthOf(time) === month).length < (perMonth ?? daysInMonthOf(at));
  }

  countReach(id: string, at: number): void {
    const times = this.reached.get(id) ?? [];
    times.push(at);
    this.reached.set(id, times);
  }
}
