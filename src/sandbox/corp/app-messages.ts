import { HOUR, MINUTE } from '../calendar.js';
import type { IdMint } from './ids.js';
import type { StaffMessage } from './messages.js';

const CODE_LIFE = 72 * HOUR;
const RECALLABLE = 24 * HOUR;
const PER_MINUTE = 30;
const PER_HOUR = 1_000;

interface ResponseCode {
  readonly msgid: string;
  readonly madeAt: number;
}

/** The app's messages to staff, its cards, and the response codes, each of which changes a card once (contract §7.5). */
export class AppMessages {
  private readonly byMsgid = new Map<string, StaffMessage[]>();
  private readonly taskIds = new Set<string>();
  private readonly codes = new Map<string, ResponseCode>();
  private readonly sentTo = new Map<string, number[]>();

  constructor(private readonly ids: IdMint) {}

  /** Above 30 a minute or 1000 an hour to one staff member, the platform drops messages without an error (§1.3). */
  mayReach(userid: string, at: number): boolean {
    const times = (this.sentTo.get(userid) ?? []).filter((time) => time > at - HOUR);
    const fits = times.length < PER_HOUR && times.filter((time) => time > at - MINUTE).length < PER_MINUTE;
    this.sentTo.set(userid, fits ? [...times, at] : times);
    return fits;
  }

  keep(message: StaffMessage): void {
    const copies = this.byMsgid.get(message.msgid) ?? [];
    copies.push(message);
    this.byMsgid.set(message.msgid, copies);
  }

  /** The copies that can still be recalled. */
  recallable(msgid: string, at: number): readonly StaffMessage[] {
    return (this.byMsgid.get(msgid) ?? []).filter((copy) => at - copy.at <= RECALLABLE);
  }

  copies(msgid: string): readonly StaffMessage[] {
    return this.byMsgid.get(msgid) ?? [];
  }

  /** False when the app has used this task id before. */
  claimTask(taskId: string): boolean {
    if (this.taskIds.has(taskId)) return false;
    this.taskIds.add(taskId);
    return true;
  }

  makeCode(msgid: string, at: number): string {
    const code = this.ids.letters('response-', 49).slice(9);
    this.codes.set(code, { msgid, madeAt: at });
    return code;
  }

  /** The msgid of the code; undefined after 72 hours and after use. */
  messageOf(code: string, at: number): string | undefined {
    const known = this.codes.get(code);
    return known && at - known.madeAt <= CODE_LIFE ? known.msgid : undefined;
  }

  use(code: string): void {
    this.codes.delete(code);
  }
}
