import { DAY, startOfDay } from '../calendar.js';
import type { CustomerGroup } from './customer-group.js';

interface GroupDay {
  joined: number;
  left: number;
  messages: number;
  readonly speakers: Set<string>;
}

/** WeCom's figures of groups, for whole days. */
export interface GroupFigures {
  readonly newGroups: number;
  readonly groups: number;
  readonly groupsWithMessages: number;
  readonly newMembers: number;
  readonly members: number;
  readonly speakers: number;
  readonly messages: number;
}

/** Counts the events of each group on each day. */
export class GroupDiary {
  private readonly days = new Map<string, Map<number, GroupDay>>();

  joined(chatId: string, at: number): void {
    this.day(chatId, at).joined += 1;
  }

  left(chatId: string, at: number): void {
    this.day(chatId, at).left += 1;
  }

  said(chatId: string, who: string, at: number): void {
    const day = this.day(chatId, at);
    day.messages += 1;
    day.speakers.add(who);
  }

  /**
   * From the day that begins at `from` to the one that begins at `until`, both included. Totals (groups, members) are those
   * at the end of the last day; messages and speakers are those of the days themselves (?).
   */
  figures(groups: readonly CustomerGroup[], from: number, until: number): GroupFigures {
    const end = until + DAY;
    const standing = groups.filter((group) => group.createdAt < end && (group.dismissedAt ?? Infinity) >= end);
    const span = standing.map((group) => this.between(group.chatId, from, end));
    const ever = standing.map((group) => this.between(group.chatId, -Infinity, end));
    const sum = (days: readonly GroupDay[], of: 'joined' | 'left' | 'messages'): number =>
      days.reduce((total, day) => total + day[of], 0);
    return {
      newGroups: standing.filter((group) => group.createdAt >= from).length,
      groups: standing.length,
      groupsWithMessages: span.filter((day) => day.messages > 0).length,
      newMembers: sum(span, 'joined'),
      members: sum(ever, 'joined') - sum(ever, 'left'),
      speakers: new Set(span.flatMap((day) => [...day.speakers])).size,
      messages: sum(span, 'messages'),
    };
  }

  private between(chatId: string, from: number, end: number): GroupDay {
    const total = emptyDay();
    for (const [day, counted] of this.days.get(chatId) ?? []) {
      if (day < from || day >= end) continue;
      total.joined += counted.joined;
      total.left += counted.left;
      total.messages += counted.messages;
      for (const speaker of counted.speakers) total.speakers.add(speaker);
    }
    return total;
  }

  private day(chatId: string, at: number): GroupDay {
    const days = this.days.get(chatId) ?? new Map<number, GroupDay>();
    this.days.set(chatId, days);
    const start = startOfDay(at);
    const known = days.get(start) ?? emptyDay();
    days.set(start, known);
    return known;
  }
}

const emptyDay = (): GroupDay => ({ joined: 0, left: 0, messages: 0, speakers: new Set() });
