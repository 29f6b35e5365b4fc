import type { Day } from './day.js';
import type { MemberId } from './ids.js';
import type { DailyCount } from './metrics/daily-counts.js';
import type { MetricRow } from './metrics/index.js';
import type { Stage } from './stages/stage-policy.js';

/** Profile fields. Each has several sources and its own time of change (`ProfileTimes`). */
export interface Profile {
  readonly name: string;
  readonly phone: string | null;
  readonly birthday: string | null;
  readonly gender: number;
  readonly region: string | null;
}

/** Time of the last change of each profile field, epoch ms; 0 for never. */
export type ProfileTimes = Readonly<Record<keyof Profile, number>>;

export const noProfileTimes: ProfileTimes = { name: 0, phone: 0, birthday: 0, gender: 0, region: 0 };

/** What is known of one member, without counted figures. Times are epoch ms, null for never. */
export interface MemberState extends Profile {
  readonly id: MemberId;
  readonly profileAt: ProfileTimes;
  readonly externalUserId: string | null;
  /** The channel code (`state` of a contact or join code) the member first came by. */
  readonly source: string | null;
  /** When the member came by `source`; 0 for unknown, which counts as earlier than any known time. */
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
  /** Epoch ms: an operator has let the member go on; earlier changes of tier hold them no longer. 0 for never. */
  readonly heldReleasedAt: number;
}

/** State of a member before the first fact. */
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
  heldReleasedAt: 0,
};

/** Changes of a member's daily counts. Money in cents; negative when an order is refunded. */
export type DayCounts = Readonly<Partial<Record<DailyCount, number>>>;

const genders: Readonly<Record<number, string>> = { 1: 'male', 2: 'female' };

/** 1–12, of a date like `1990-05-17`. */
function monthOf(birthday: string | null): number | null {
  const month = Number(/^\d{4}-(\d{2})-\d{2}$/u.exec(birthday ?? '')?.[1] ?? 0);
  return month >= 1 && month <= 12 ? month : null;
}

/** Columns of `member_metrics` that are copied from the member's state; the others are counted. */
export const stateColumns = ({ state, tier, stage }: Pick<StoredMember, 'state' | 'tier' | 'stage'>) => ({
  tier,
  stage,
  region: state.region,
  source: state.source,
  gender: genders[state.gender] ?? null,
  birthday_month: monthOf(state.birthday),
  is_contact: state.isContact ? 1 : 0,
  opted_out: state.optedOut ? 1 : 0,
  last_seen_day: state.lastSeenDay,
  last_message_day: state.lastMessageDay,
  last_order_day: state.lastOrderDay,
  joined_day: state.joinedDay,
  contact_day: state.contactDay,
});

/** One stored member: state, figures, and the tier and stage with their times. */
export interface StoredMember {
  readonly state: MemberState;
  readonly figures: MetricRow;
  readonly tier: string | null;
  readonly tierSince: number | null;
  readonly graceUntil: number | null;
  readonly graceTo: string | null;
  /** Epoch ms: the member swings and is held in their tier until then (`flapHold`). */
  readonly heldUntil: number | null;
  readonly heldTo: string | null;
  readonly stage: Stage | null;
  readonly stageSince: number | null;
  readonly probationUntil: number | null;
  readonly reviewedDay: number;
  /** The next day on which the outcome can change without a fact (`dueDayOf`); 0 when the member is due at once. */
  readonly dueDay: Day;
  readonly tagsVersion: number;
}
