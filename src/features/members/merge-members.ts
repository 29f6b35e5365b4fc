import { asMoveId, type MemberId, type MoveId } from '../../domain/ids.js';
import { noProfileTimes, type MemberState, type Profile, type StoredMember } from '../../domain/member.js';
import { amongNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { exchangeStore } from './exchange.store.js';
import { storableJson } from '../../platform/database/storable.js';
import { bucketStore } from './daily-count.store.js';
import { mergeOccasions } from './merge-occasions.js';
import { orderStore } from './order.store.js';
import { type MetricRow, countedColumns } from '../../domain/metrics/index.js';

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

const summed = [
  'messages',
  'mentions',
  'orders',
  'spend_cents',
  'checkins',
  'visits',
  'views',
  'invites',
  'ads',
  'seen',
];

/**
 * Everything that hangs on `from` now hangs on `to`, an open move included; who is in which group is the caller's. Answers the moves that were closed because both
 * had one, for what else was to be done about them.
 */
export async function mergeMembers(tx: Sql, from: MemberId, to: MemberId, now: number): Promise<MoveId[]> {
  await tx.run('UPDATE identity SET member_id = $1 WHERE member_id = $2', [to, from]);
  await tx.run('UPDATE fact SET member_id = $1 WHERE member_id = $2', [to, from]);
  await tx.run(`INSERT INTO member_day (member_id, day, ${summed.join(', ')}) SELECT ${to}, day, ${summed.join(', ')} FROM member_day WHERE member_id = ${from}
    ON CONFLICT (member_id, day) DO UPDATE SET ${summed.map((column) => `${column} = member_day.${column} + excluded.${column}`).join(', ')}`);
  await tx.run('DELETE FROM member_day WHERE member_id = $1', [from]);
  // An order both of them knew was counted twice, and a refund told of one of them now finds its order.
  await bucketStore.add(tx, await orderStore.merge(tx, from, to));
  await tx.run(`INSERT INTO member_tag (member_id, name, grp, origin, want, confirmed, confirmed_at, since)
    SELECT ${to}, name, grp, origin, want, confirmed, confirmed_at, since FROM member_tag WHERE member_id = ${from}
    ON CONFLICT (member_id, name) DO UPDATE SET grp = excluded.grp, origin = excluded.origin, want = excluded.want, confirmed = excluded.confirmed,
      confirmed_at = excluded.confirmed_at, since = excluded.since WHERE excluded.confirmed > member_tag.confirmed`);
  await tx.run('DELETE FROM member_tag WHERE member_id = $1', [from]);
  await exchangeStore.merge(tx, from, to);
  const open = await tx.all<{ id: number; member_id: number; state: string }>(
    'SELECT id, member_id, state FROM move WHERE member_id IN ($1, $2) AND closed_at IS NULL',
    [from, to],
  );
  // One invitation is enough: of two open moves the one that was told further goes on, and a single one is taken over.
  const untold = open.find((move) => move.member_id === to && move.state === 'planned');
  const moves = open.length < 2 ? [] : [untold ?? open.find((move) => move.member_id === from)!];
  await tx.run(
    `UPDATE move SET state = 'cancelled', closed_at = $1, changed_at = $1, reason = 'merged' WHERE id IN ${amongNumbers(tx, 2)}`,
    [now, storableJson(moves.map(({ id }) => id))],
  );
  await tx.insert(
    'move_event',
    moves.map(({ id }) => ({ move_id: id, at: now, state: 'cancelled', note: 'merged' })),
  );
  await mergeOccasions(tx, from, to, now);
  for (const table of [
    'move',
    'outbox',
    'decision',
    'operator_task',
    'command_request',
    'contact_way',
    'member_reply',
  ]) {
    await tx.run(`UPDATE ${table} SET member_id = $1 WHERE member_id = $2`, [to, from]);
  }
  await tx.run('DELETE FROM member_metrics WHERE member_id = $1', [from]);
  await tx.run('UPDATE member SET merged_into = $1, external_userid = NULL WHERE id = $2', [to, from]);
  return moves.map(({ id }) => asMoveId(id));
}
