import type { Day } from './day.js';
import type { MemberId } from './ids.js';
import type { DailyCount } from './metrics/daily-counts.js';
import type { MetricRow } from './metrics/index.js';
import type { Stage } from './stages/stage-policy.js';

/** What a member is called, where they live …: each told by several doors, and each with the time of its own change. */
export interface Profile {
  readonly name: string;
  readonly phone: string | null;
  readonly birthday: string | null;
  readonly gender: number;
  readonly region: string | null;
}

/** When each field became what it is, epoch ms; 0 where it never did. */
export type ProfileTimes = Readonly<Record<keyof Profile, number>>;

export const noProfileTimes: ProfileTimes = { name: 0, phone: 0, birthday: 0, gender: 0, region: 0 };

/** What is known of one member apart from counted figures. Times epoch ms; null where it never happened. */
export interface MemberState extends Profile {
  readonly id: MemberId;
  readonly profileAt: ProfileTimes;
  readonly externalUserId: string | null;
  /** The channel code (contact-way or join-way `state`) they first came by. */
  readonly source: string | null;
  /** When they came by it; 0 where that is not known, which is before any time that is. */
  readonly sourceAt: number;
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

/** A member's state before the first fact: what facts change, and nothing that is kept beside them. */
export const emptyMemberState: Omit<MemberState, 'id' | 'externalUserId' | 'lastOrderDay' | 'tierLock'> = {
  name: '',
  phone: null,
  birthday: null,
  gender: 0,
  region: null,
  profileAt: noProfileTimes,
  source: null,
  sourceAt: 0,
  isContact: false,
  contactChangedAt: 0,
  contactDay: null,
  optedOut: false,
  optChangedAt: 0,
  firstSeenAt: null,
  lastSeenAt: null,
  lastSeenDay: null,
  lastMessageDay: null,
  joinedAt: null,
  joinedDay: null,
};

/** What is added to a member's figures of one day. Money in cents, negative where an order is given back. */
export type DayCounts = Readonly<Partial<Record<DailyCount, number>>>;

/** The figures that a member carries, as columns of `member_metrics`: the others are counted. */
export const stateColumns = ({ state, tier, stage }: Pick<StoredMember, 'state' | 'tier' | 'stage'>) => ({
  tier,
  stage,
  region: state.region,
  source: state.source,
  is_contact: state.isContact ? 1 : 0,
  opted_out: state.optedOut ? 1 : 0,
  last_seen_day: state.lastSeenDay,
  last_message_day: state.lastMessageDay,
  last_order_day: state.lastOrderDay,
  joined_day: state.joinedDay,
  contact_day: state.contactDay,
});

/** One member as stored: state, figures, and where the policies stand. */
export interface StoredMember {
  readonly state: MemberState;
  readonly figures: MetricRow;
  readonly tier: string | null;
  readonly tierSince: number | null;
  readonly graceUntil: number | null;
  readonly graceTo: string | null;
  readonly stage: Stage | null;
  readonly stageSince: number | null;
  readonly probationUntil: number | null;
  readonly reviewedDay: number;
  readonly tagsVersion: number;
}
