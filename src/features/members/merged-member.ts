import { type MetricRow, countedColumns } from '../../domain/metrics/index.js';
import { noProfileTimes, type MemberState, type Profile, type StoredMember } from '../../domain/member.js';

/**
 * Two stored members as one. The higher tier stands, with its days; figures are the higher of both, so that a mark
 * either had reached before is not reached once more: the true sums come from the buckets.
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
    stage: stage.stage,
    stageSince: stage.stageSince,
    probationUntil: stage.probationUntil,
    // Figures of one never looked at are not those of a last look.
    reviewedDay: Math.max(kept.reviewedDay, other.reviewedDay),
  };
}

function mergedFigures(kept: MetricRow, other: MetricRow): MetricRow {
  const merged: Record<string, MetricRow[string]> = { ...kept };
  for (const column of countedColumns) merged[column] = Math.max(Number(kept[column] ?? 0), Number(other[column] ?? 0));
  return merged;
}

/** Two records of one person as one: what is known in either, the kept one's word where both speak. */
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
  };
}

function earlierSource(kept: MemberState, other: MemberState): Pick<MemberState, 'source' | 'sourceAt'> {
  const isOther = other.source !== null && (kept.source === null || other.sourceAt < kept.sourceAt);
  const { source, sourceAt } = isOther ? other : kept;
  return { source, sourceAt };
}

/** Where neither changed later (a first read leaves no time of change), who is a contact of either is one. */
function laterContact(kept: MemberState, other: MemberState): MemberState {
  if (kept.contactChangedAt !== other.contactChangedAt)
    return kept.contactChangedAt > other.contactChangedAt ? kept : other;
  return kept.isContact ? kept : other;
}

/** Field by field what was told later; the kept one's where neither is known to be later, unless it has none. */
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
