import { type MetricRow, countedColumns } from '../../domain/metrics/index.js';
import { noProfileTimes, type MemberState, type Profile, type StoredMember } from '../../domain/member.js';

/**
 * The stored member that two records of one person become. The higher tier is kept with its dates. Each figure is the higher
 * of the two, so that no mark is congratulated twice; the next evaluation computes the true sums from the daily counts.
 */
export function mergedMember(kept: StoredMember, other: StoredMember, tierOrder: readonly string[]): StoredMember {
  const rank = ({ tier }: StoredMember) => (tier === null ? -2 : tierOrder.indexOf(tier));
  const tier = rank(other) > rank(kept) ? other : kept;
  const stage = kept.stage === null ? other : kept;
  return {
    ...kept,
    state: mergedState(kept.state, other.state),
    figures: mergedFigures(kept.figures, other.figures),
    tier: tier.tier,
    tierSince: tier.tierSince,
    graceUntil: tier.graceUntil,
    graceTo: tier.graceTo,
    heldUntil: tier.heldUntil,
    heldTo: tier.heldTo,
    stage: stage.stage,
    stageSince: stage.stageSince,
    probationUntil: stage.probationUntil,
    reviewedDay: Math.max(kept.reviewedDay, other.reviewedDay),
    dueDay: 0,
  };
}

function mergedFigures(kept: MetricRow, other: MetricRow): MetricRow {
  const merged: Record<string, MetricRow[string]> = { ...kept };
  for (const column of countedColumns) {
    const [own, others] = [kept[column] ?? null, other[column] ?? null];
    merged[column] = typeof own === 'number' && typeof others === 'number' ? Math.max(own, others) : (own ?? others);
  }
  return merged;
}

/** The merged state: what either record knows; where both know something, the kept record's value. */
export function mergedState(kept: MemberState, other: MemberState): MemberState {
  const earliest = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.min(a, b));
  const latest = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));
  const contact = laterContact(kept, other);
  const opt = other.optChangedAt > kept.optChangedAt ? other : kept;
  return {
    ...kept,
    ...mergedProfile(kept, other),
    externalUserId: kept.externalUserId ?? other.externalUserId,
    ...earlierSource(kept, other),
    isContact: contact.isContact,
    contactChangedAt: contact.contactChangedAt,
    contactDay: earliest(kept.contactDay, other.contactDay),
    optedOut: opt.optedOut,
    optChangedAt: opt.optChangedAt,
    firstSeenAt: earliest(kept.firstSeenAt, other.firstSeenAt),
    lastSeenAt: latest(kept.lastSeenAt, other.lastSeenAt),
    lastSeenDay: latest(kept.lastSeenDay, other.lastSeenDay),
    lastMessageDay: latest(kept.lastMessageDay, other.lastMessageDay),
    lastOrderDay: latest(kept.lastOrderDay, other.lastOrderDay),
    joinedAt: earliest(kept.joinedAt, other.joinedAt),
    joinedDay: earliest(kept.joinedDay, other.joinedDay),
    tierLock: kept.tierLock ?? other.tierLock,
    heldReleasedAt: Math.max(kept.heldReleasedAt, other.heldReleasedAt),
  };
}

function earlierSource(kept: MemberState, other: MemberState): Pick<MemberState, 'source' | 'sourceAt'> {
  const isOther = other.source !== null && (kept.source === null || other.sourceAt < kept.sourceAt);
  const { source, sourceAt } = isOther ? other : kept;
  return { source, sourceAt };
}

/** The later change decides. Without one (a first read stores no time of change) a contact of either is a contact. */
function laterContact(kept: MemberState, other: MemberState): MemberState {
  if (kept.contactChangedAt !== other.contactChangedAt)
    return kept.contactChangedAt > other.contactChangedAt ? kept : other;
  return kept.isContact ? kept : other;
}

/** Each field from the record where it was reported later; on a tie from the kept record, unless it has no value. */
function mergedProfile(kept: MemberState, other: MemberState): Profile & Pick<MemberState, 'profileAt'> {
  const from = (field: keyof Profile): MemberState => {
    if (kept.profileAt[field] !== other.profileAt[field])
      return kept.profileAt[field] > other.profileAt[field] ? kept : other;
    return kept[field] ? kept : other;
  };
  const fields = Object.keys(noProfileTimes) as (keyof Profile)[];
  return {
    name: from('name').name,
    phone: from('phone').phone,
    birthday: from('birthday').birthday,
    gender: from('gender').gender,
    region: from('region').region,
    profileAt: Object.fromEntries(
      fields.map((field) => [field, from(field).profileAt[field]]),
    ) as unknown as MemberState['profileAt'],
  };
}
