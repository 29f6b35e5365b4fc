import type { Day } from './day.js';
import type { MemberId } from './ids.js';

/** What is known of one member apart from counted figures. Times epoch ms; null where it never happened. */
export interface MemberState {
  readonly id: MemberId;
  readonly name: string;
  readonly externalUserId: string | null;
  readonly phone: string | null;
  readonly birthday: string | null;
  readonly gender: number;
  readonly region: string | null;
  /** The channel code (contact-way or join-way `state`) they first came by. */
  readonly source: string | null;
  readonly isContact: boolean;
  readonly contactChangedAt: number;
  readonly contactDay: Day | null;
  readonly optedOut: boolean;
  readonly optChangedAt: number;
  readonly firstSeenAt: number | null;
  readonly lastSeenAt: number | null;
  readonly lastSeenDay: Day | null;
  readonly lastMessageDay: Day | null;
  readonly lastOrderDay: Day | null;
  readonly joinedAt: number | null;
  readonly joinedDay: Day | null;
  readonly tierLock: { readonly tier: string; readonly by: string } | null;
}

/** What one fact adds to the member's figures of one day. Money in cents, refunds negative. */
export interface DayCounts {
  readonly messages?: number;
  readonly mentions?: number;
  readonly orders?: number;
  readonly spend_cents?: number;
  readonly checkins?: number;
  readonly visits?: number;
  readonly views?: number;
  readonly invites?: number;
  readonly ads?: number;
  /** 1 when the member did something that day (a mention by others is not it). */
  readonly seen?: number;
}
