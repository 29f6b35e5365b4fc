import { DAY_MS, HOUR_MS } from '../../domain/day.js';
import type { ChatPacing } from './chat-settings.js';

export type ChatWriteKind = 'chat_dm' | 'group_say' | 'room_add' | 'room_remove';

/** A write to the chat account, past or planned. `to` is the room or the person. */
export interface ChatWrite {
  readonly kind: ChatWriteKind;
  readonly to: string;
}

export type Wait = {
  readonly waitMs: number;
  readonly because: 'gap' | 'adds_per_hour' | 'adds_per_day' | 'messages_per_room' | 'messages_per_hour';
};

const isMembership = (kind: ChatWriteKind): boolean => kind === 'room_add' || kind === 'room_remove';

/** When the account may write next, so that it looks like somebody with a phone and stays under the limits. */
export class Pace {
  private membershipFrom = 0;
  private messagesFrom = 0;
  private sameFrom = 0;
  private lastTo = '';
  private adds: number[] = [];
  private messages: { readonly to: string; readonly at: number }[] = [];

  /** `random` is in [0, 1). */
  constructor(
    private readonly pacing: ChatPacing,
    private readonly random: () => number,
  ) {}

  /** Undefined when the write may go now. */
  before({ kind, to }: ChatWrite, now: number): Wait | undefined {
    const from = isMembership(kind) ? this.membershipFrom : to === this.lastTo ? this.sameFrom : this.messagesFrom;
    if (from > now) return { waitMs: from - now, because: 'gap' };
    if (!isMembership(kind)) return this.beforeMessage(to, now);
    if (kind !== 'room_add') return undefined;
    const hour = untilRoom(this.adds, this.pacing.addsPerHour, HOUR_MS, now);
    if (hour > 0) return { waitMs: hour, because: 'adds_per_hour' };
    const day = untilRoom(this.adds, this.pacing.addsPerDay, DAY_MS, now);
    return day > 0 ? { waitMs: day, because: 'adds_per_day' } : undefined;
  }

  private beforeMessage(to: string, now: number): Wait | undefined {
    const inRoom = this.messages.filter((message) => message.to === to).map(({ at }) => at);
    const room = untilRoom(inRoom, this.pacing.messagesPerRoomAndHour, HOUR_MS, now);
    if (room > 0) return { waitMs: room, because: 'messages_per_room' };
    const all = untilRoom(
      this.messages.map(({ at }) => at),
      this.pacing.messagesPerHour,
      HOUR_MS,
      now,
    );
    return all > 0 ? { waitMs: all, because: 'messages_per_hour' } : undefined;
  }

  /** Counts a write that reached, or may have reached, the other side. */
  wrote({ kind, to }: ChatWrite, at: number): void {
    if (isMembership(kind))
      this.membershipFrom = Math.max(this.membershipFrom, at + this.between(this.pacing.membershipGapMs));
    else {
      this.messagesFrom = Math.max(this.messagesFrom, at + this.between(this.pacing.messageGapMs));
      this.sameFrom = Math.max(this.sameFrom, at + this.between(this.pacing.sameRoomGapMs));
      this.lastTo = to;
      this.messages = this.messages.filter((message) => message.at > at - HOUR_MS);
      this.messages.push({ to, at });
    }
    if (kind !== 'room_add') return;
    this.adds = this.adds.filter((add) => add > at - DAY_MS);
    this.adds.push(at);
  }

  private between([from, to]: readonly [number, number]): number {
    return Math.round(from + this.random() * (to - from));
  }
}

/** How long until the oldest of the last `limit` writes leaves the window; a limit of 0 forbids them. */
function untilRoom(writes: readonly number[], limit: number, windowMs: number, now: number): number {
  if (limit === 0) return windowMs;
  const within = writes.filter((at) => at > now - windowMs).sort((a, b) => a - b);
  const blocking = within[within.length - limit];
  return blocking === undefined ? 0 : blocking + windowMs - now;
}
