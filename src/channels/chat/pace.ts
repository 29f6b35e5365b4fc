import { DAY_MS, HOUR_MS } from '../../domain/day.js';
import type { ChatPacing } from './chat-settings.js';

export type ChatWriteKind = 'chat_dm' | 'group_say' | 'room_add' | 'room_remove';

/** A past or planned write of the chat account. `to` is the room or the person. */
export interface ChatWrite {
  readonly kind: ChatWriteKind;
  readonly to: string;
}

export type Wait = {
  readonly waitMs: number;
  readonly because: 'gap' | 'adds_per_hour' | 'adds_per_day' | 'messages_per_room' | 'messages_per_hour';
};

const isMembership = (kind: ChatWriteKind): boolean => kind === 'room_add' || kind === 'room_remove';

/** Decides when the account may write next, so that it behaves like a person with a phone and stays within the limits. */
export class Pace {
  private nextMembershipAt = 0;
  private nextMessageAt = 0;
  private nextSameTargetAt = 0;
  private lastTo = '';
  private adds: number[] = [];
  private messages: { readonly to: string; readonly at: number }[] = [];

  /** `random` is in [0, 1). */
  constructor(
    private readonly pacing: ChatPacing,
    private readonly random: () => number,
  ) {}

  /**
   * Undefined when this many writes, with the gaps between them, may start now. An action with more writes than the hourly
   * limit starts when the whole hour is unused: it cannot be split.
   */
  waitBefore({ kind, to }: ChatWrite, now: number, writes = 1): Wait | undefined {
    const gapMs = this.gapMs({ kind, to }, now);
    if (gapMs > 0) return { waitMs: gapMs, because: 'gap' };
    if (!isMembership(kind)) return this.beforeMessage(to, now, writes);
    if (kind !== 'room_add') return undefined;
    const hour = msUntilRoom(this.adds, { writes, limit: this.pacing.addsPerHour, windowMs: HOUR_MS }, now);
    if (hour > 0) return { waitMs: hour, because: 'adds_per_hour' };
    const day = msUntilRoom(this.adds, { writes, limit: this.pacing.addsPerDay, windowMs: DAY_MS }, now);
    return day > 0 ? { waitMs: day, because: 'adds_per_day' } : undefined;
  }

  /** Time until the pause before the next write is over. */
  gapMs({ kind, to }: ChatWrite, now: number): number {
    const from = isMembership(kind)
      ? this.nextMembershipAt
      : to === this.lastTo
        ? this.nextSameTargetAt
        : this.nextMessageAt;
    return Math.max(0, from - now);
  }

  private beforeMessage(to: string, now: number, writes: number): Wait | undefined {
    const inRoom = this.messages.filter((message) => message.to === to).map(({ at }) => at);
    const { messagesPerRoomAndHour, messagesPerHour } = this.pacing;
    const room = msUntilRoom(inRoom, { writes, limit: messagesPerRoomAndHour, windowMs: HOUR_MS }, now);
    if (room > 0) return { waitMs: room, because: 'messages_per_room' };
    const everywhere = this.messages.map(({ at }) => at);
    const all = msUntilRoom(everywhere, { writes, limit: messagesPerHour, windowMs: HOUR_MS }, now);
    return all > 0 ? { waitMs: all, because: 'messages_per_hour' } : undefined;
  }

  /** Counts a write that reached, or may have reached, the platform. */
  recordWrite({ kind, to }: ChatWrite, at: number): void {
    if (isMembership(kind))
      this.nextMembershipAt = Math.max(this.nextMembershipAt, at + this.randomBetween(this.pacing.membershipGapMs));
    else {
      this.nextMessageAt = Math.max(this.nextMessageAt, at + this.randomBetween(this.pacing.messageGapMs));
      this.nextSameTargetAt = Math.max(this.nextSameTargetAt, at + this.randomBetween(this.pacing.sameRoomGapMs));
      this.lastTo = to;
      this.messages = this.messages.filter((message) => message.at > at - HOUR_MS);
      this.messages.push({ to, at });
    }
    if (kind !== 'room_add') return;
    this.adds = this.adds.filter((add) => add > at - DAY_MS);
    this.adds.push(at);
  }

  private randomBetween([from, to]: readonly [number, number]): number {
    return Math.round(from + this.random() * (to - from));
  }
}

/** Time until the window has room for `writes` more. A limit of 0 forbids all writes. */
function msUntilRoom(
  past: readonly number[],
  { writes, limit, windowMs }: { readonly writes: number; readonly limit: number; readonly windowMs: number },
  now: number,
): number {
  if (limit === 0) return windowMs;
  const within = past.filter((at) => at > now - windowMs).sort((a, b) => a - b);
  const blocking = within[within.length - 1 - Math.max(0, limit - writes)];
  return blocking === undefined ? 0 : blocking + windowMs - now;
}
