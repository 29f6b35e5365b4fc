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

  /**
   * Undefined when so many writes, one after the other with the gaps between them, may begin now. What needs more than an
   * hour allows takes all of it: in pieces its end would never go.
   */
  before({ kind, to }: ChatWrite, now: number, writes = 1): Wait | undefined {
    const gapMs = this.gapMs({ kind, to }, now);
    if (gapMs > 0) return { waitMs: gapMs, because: 'gap' };
    if (!isMembership(kind)) return this.beforeMessage(to, now, writes);
    if (kind !== 'room_add') return undefined;
    const hour = untilRoom(this.adds, { writes, limit: this.pacing.addsPerHour, windowMs: HOUR_MS }, now);
    if (hour > 0) return { waitMs: hour, because: 'adds_per_hour' };
    const day = untilRoom(this.adds, { writes, limit: this.pacing.addsPerDay, windowMs: DAY_MS }, now);
    return day > 0 ? { waitMs: day, because: 'adds_per_day' } : undefined;
  }

  /** How long until the next write, as far as the pauses go. */
  gapMs({ kind, to }: ChatWrite, now: number): number {
    const from = isMembership(kind) ? this.membershipFrom : to === this.lastTo ? this.sameFrom : this.messagesFrom;
    return Math.max(0, from - now);
  }

  private beforeMessage(to: string, now: number, writes: number): Wait | undefined {
    const inRoom = this.messages.filter((message) => message.to === to).map(({ at }) => at);
    const { messagesPerRoomAndHour, messagesPerHour } = this.pacing;
    const room = untilRoom(inRoom, { writes, limit: messagesPerRoomAndHour, windowMs: HOUR_MS }, now);
    if (room > 0) return { waitMs: room, because: 'messages_per_room' };
    const everywhere = this.messages.map(({ at }) => at);
    const all = untilRoom(everywhere, { writes, limit: messagesPerHour, windowMs: HOUR_MS }, now);
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

/** How long until so many past writes have left the window that `writes` more fit; a limit of 0 forbids them. */
function untilRoom(
  past: readonly number[],
  { writes, limit, windowMs }: { readonly writes: number; readonly limit: number; readonly windowMs: number },
  now: number,
): number {
  if (limit === 0) return windowMs;
  const within = past.filter((at) => at > now - windowMs).sort((a, b) => a - b);
  const blocking = within[within.length - 1 - Math.max(0, limit - writes)];
  return blocking === undefined ? 0 : blocking + windowMs - now;
}
