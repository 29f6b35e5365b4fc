import { daysAgo, isoDay, type Day } from '../domain/day.js';
import type { LocalizedText } from '../domain/localized-text.js';
import { daysUntilFull } from '../domain/moves/foresight.js';
import type { PlacingAction } from '../domain/moves/placing-actions.js';
import type { MovePolicy, TierRules } from '../domain/ruleset.js';
import { inNumbers, inTexts } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { listGroups, type GroupInList } from './groups.js';
import { memberName } from './names.js';
import { pageOf, readCursor, type Page } from './page.js';
import {
  placementCauseKeys,
  placementCauses,
  places,
  type Place,
  type PlacementCause,
} from './words/placement-words.js';

export type PlaceCounts = Readonly<Record<Place, number>>;

export interface PlacementOfTier extends PlaceCounts {
  readonly tier: string;
}

export interface Placement {
  /** In the order of the tiers, with the places left in their groups and in how many days these are taken. */
  readonly tiers: readonly (PlacementOfTier & { readonly free: number; readonly fullInDays: number | null })[];
  /** Only causes that somebody has. */
  readonly causes: readonly {
    readonly code: PlacementCause;
    readonly label: LocalizedText;
    readonly hint: LocalizedText;
    readonly action: PlacingAction | null;
    readonly count: number;
  }[];
  /** At the end of each day, the oldest first. */
  readonly trend: readonly (PlacementOfTier & { readonly day: string })[];
}

export interface PlacementContext {
  readonly tiers: readonly Pick<TierRules, 'key' | 'groups'>[];
  readonly moves: Pick<MovePolicy, 'restAfterUndoDays'>;
  readonly today: Day;
  readonly now: number;
  readonly timeZone: string;
}

export interface MisplacedMember {
  readonly memberId: number;
  readonly memberName: string;
  readonly tier: string;
  readonly place: Place;
  readonly cause: PlacementCause;
  readonly causeLabel: LocalizedText;
  /** Since when the cause holds, as far as it is known. */
  readonly since: number | null;
  /** The tier groups that the member is in. */
  readonly groups: readonly { readonly id: string; readonly name: string; readonly tier: string }[];
  /** The open move. */
  readonly move: number | null;
}

export interface MisplacedFilter {
  readonly tier?: string | undefined;
  readonly place?: Place | undefined;
  readonly cause?: PlacementCause | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const TREND_DAYS = 30;

/** How many members are in the right group, by tier, and why the others are not. */
export async function placement(sql: Sql, context: PlacementContext): Promise<Placement> {
  const { text, params } = await memberPlaces(sql, context);
  const rows = await sql.all<{ tier: string; place: Place; cause: PlacementCause | null; n: number }>(
    `SELECT tier, place, cause, COUNT(*) AS n FROM (${text}) AS found GROUP BY tier, place, cause`,
    params,
  );
  const groups = await listGroups(sql, context.now);
  const countOf = (isMeant: (row: (typeof rows)[number]) => boolean): number =>
    rows.filter(isMeant).reduce((sum, { n }) => sum + Number(n), 0);
  return {
    tiers: context.tiers.map(({ key }) => ({
      tier: key,
      ...countsBy((place) => countOf((row) => row.tier === key && row.place === place)),
      ...foresightOf(groups.filter(({ tier, status }) => tier === key && status !== 'dismissed')),
    })),
    causes: placementCauseKeys.flatMap((code) => {
      const count = countOf(({ cause }) => cause === code);
      return count === 0 ? [] : [{ code, ...placementCauses[code], count }];
    }),
    trend: await trendOf(sql, context),
  };
}

function foresightOf(groups: readonly GroupInList[]): { readonly free: number; readonly fullInDays: number | null } {
  const free = groups.reduce((sum, group) => sum + group.free, 0);
  const netJoins = groups.reduce((sum, group) => sum + group.netJoins, 0);
  const ageDays = Math.max(0, ...groups.map((group) => group.ageDays));
  return { free, fullInDays: groups.length === 0 ? null : daysUntilFull(free, netJoins, ageDays) };
}

const countsBy = (count: (place: Place) => number): PlaceCounts =>
  Object.fromEntries(places.map((place) => [place, count(place)])) as Record<Place, number>;

async function trendOf(sql: Sql, { tiers, today }: PlacementContext): Promise<Placement['trend']> {
  const rows = await sql.all<{ day: number; tier: string; place: Place; members: number }>(
    'SELECT day, tier, place, members FROM placement_day WHERE day >= $1 ORDER BY day',
    [today - TREND_DAYS],
  );
  const days = [...new Set(rows.map(({ day }) => day))];
  return days.flatMap((day) =>
    tiers.map(({ key }) => ({
      day: isoDay(day),
      tier: key,
      ...countsBy((place) =>
        Number(rows.find((row) => row.day === day && row.tier === key && row.place === place)?.members ?? 0),
      ),
    })),
  );
}

/** Members who are not in the right group, those who wait longest first. */
export async function listMisplaced(
  sql: Sql,
  filter: MisplacedFilter,
  context: PlacementContext,
): Promise<Page<MisplacedMember>> {
  const after = readCursor(filter.cursor, 2);
  const { text, params } = await memberPlaces(sql, context);
  const place = (value: string | number): string => `$${params.push(value)}`;
  const where = [
    `place <> 'right'`,
    ...(filter.tier ? [`tier = ${place(filter.tier)}`] : []),
    ...(filter.place ? [`place = ${place(filter.place)}`] : []),
    ...(filter.cause ? [`cause = ${place(filter.cause)}`] : []),
  ];
  if (after) {
    const since = place(after[0]!);
    where.push(`(since > ${since} OR (since = ${since} AND id > ${place(after[1]!)}))`);
  }
  const rows = await sql.all<{
    id: number;
    name: string | null;
    tier: string;
    place: Place;
    cause: PlacementCause;
    since: number;
    move_id: number | null;
  }>(
    `SELECT * FROM (${text}) AS found WHERE ${where.join(' AND ')} ORDER BY since, id LIMIT ${filter.limit + 1}`,
    params,
  );
  const page = pageOf(rows, filter.limit, (row) => [Number(row.since), row.id]);
  const groups = await tierGroupsOf(
    sql,
    page.items.map(({ id }) => id),
  );
  const items = page.items.map((row): MisplacedMember => ({
    memberId: row.id,
    memberName: memberName(row),
    ...{ tier: row.tier, place: row.place, cause: row.cause, causeLabel: placementCauses[row.cause].label },
    since: Number(row.since) === 0 ? null : Number(row.since),
    groups: groups.get(row.id) ?? [],
    move: row.move_id,
  }));
  return { items, next: page.next };
}

async function tierGroupsOf(sql: Sql, members: readonly number[]) {
  const found = new Map<number, MisplacedMember['groups'][number][]>();
  if (members.length === 0) return found;
  const rows = await sql.all<{ member_id: number; id: number; name: string; tier: string }>(
    `SELECT gp.member_id, g.id, g.name, g.tier FROM group_person gp JOIN chat_group g ON g.id = gp.group_id
     WHERE gp.present = 1 AND g.tier IS NOT NULL AND g.status = 'active' AND gp.member_id IN ${inNumbers(sql, 1)} ORDER BY g.id`,
    [storableJson(members)],
  );
  for (const { member_id: member, id, name, tier } of rows)
    found.set(member, [...(found.get(member) ?? []), { id: String(id), name: name || `#${id}`, tier }]);
  return found;
}

/**
 * A query for everybody who is a contact or in a group: their place, and why it is not the right one. Tiers without groups
 * place nobody, so their members are left out.
 */
async function memberPlaces(
  sql: Sql,
  { tiers, moves, now, timeZone }: PlacementContext,
): Promise<{ readonly text: string; readonly params: (string | number)[] }> {
  const params: (string | number)[] = [];
  const place = (value: string | number): string => `$${params.push(value)}`;
  const placed = tiers.filter(({ groups }) => groups.length > 0).map(({ key }) => key);
  const open = (await listGroups(sql, now)).filter(({ status }) => status !== 'dismissed');
  const withGroup = placed.filter((key) => open.some(({ tier }) => tier === key));
  const full = withGroup.filter((key) => open.every(({ tier, free }) => tier !== key || free === 0));
  const among = (keys: readonly string[]): string => inTexts(sql, params.push(storableJson(keys)));
  const at = place(now);
  const restsSince = place(daysAgo(moves.restAfterUndoDays, { now, timeZone }));
  const own = `CASE WHEN p.member_id IS NULL THEN 'none' WHEN p.own = 0 THEN 'wrong' WHEN p.joined > 1 THEN 'two' ELSE 'right' END`;
  const rests = `l.undone_at IS NOT NULL AND l.undone_at > ${restsSince}`;
  const cause = `CASE
    WHEN p.own > 0 AND p.joined = 1 THEN NULL
    WHEN v.undoes IS NOT NULL THEN 'going_back'
    WHEN v.state IN ('joined', 'leaving') THEN CASE WHEN v.deadline_at <= ${at} THEN 'owner_idle' ELSE 'owner_asked' END
    WHEN mm.opted_out = 1 THEN 'opted_out'
    WHEN mm.stage = 'lost' THEN 'lost'
    WHEN p.own > 0 THEN CASE WHEN ${rests} THEN 'undone' ELSE 'two_groups' END
    WHEN EXISTS (SELECT 1 FROM operator_task t WHERE t.move_id = v.id AND t.kind = 'approve_move' AND t.state = 'open') THEN 'waits_for_approval'
    WHEN v.state = 'planned' THEN 'waits_for_staff'
    WHEN v.state = 'invited' THEN 'holds_a_code'
    WHEN p.member_id IS NULL AND mm.tier = ${place(tiers[0]?.key ?? '')} THEN 'comes_alone'
    WHEN mm.is_contact = 0 THEN 'not_a_contact'
    WHEN ${rests} THEN 'undone'
    WHEN mm.tier NOT IN ${among(withGroup)} THEN 'no_pool'
    WHEN mm.tier IN ${among(full)} THEN 'group_full'
    WHEN l.state = 'expired' THEN 'invitation_expired'
    WHEN l.state = 'done' OR (l.state = 'failed' AND l.joined_at IS NOT NULL) THEN 'left_again'
    WHEN l.state = 'failed' AND EXISTS (SELECT 1 FROM move_event e WHERE e.move_id = l.id AND e.note = 'refused_by_operator') THEN 'refused'
    WHEN l.state = 'failed' THEN 'never_sent'
    ELSE 'not_planned' END`;
  const text = `SELECT mb.id, mb.name, mm.tier, ${own} AS place, ${cause} AS cause, v.id AS move_id,
      COALESCE(v.changed_at, l.closed_at, mb.tier_since, 0) AS since
    FROM member_metrics mm JOIN member mb ON mb.id = mm.member_id
    LEFT JOIN (
      SELECT gp.member_id, COUNT(*) AS joined, SUM(CASE WHEN g.tier = o.tier THEN 1 ELSE 0 END) AS own
      FROM group_person gp JOIN chat_group g ON g.id = gp.group_id JOIN member_metrics o ON o.member_id = gp.member_id
      WHERE gp.present = 1 AND g.tier IS NOT NULL AND g.status = 'active' GROUP BY gp.member_id
    ) p ON p.member_id = mm.member_id
    LEFT JOIN move v ON v.member_id = mm.member_id AND v.closed_at IS NULL
    LEFT JOIN move l ON l.id = (SELECT MAX(c.id) FROM move c WHERE c.member_id = mm.member_id AND c.closed_at IS NOT NULL AND c.tier = mm.tier)
    WHERE mb.merged_into IS NULL AND mm.tier IN ${among(placed)}
      AND (mm.is_contact = 1 OR EXISTS (SELECT 1 FROM group_person i WHERE i.member_id = mm.member_id AND i.present = 1))`;
  return { text, params };
}
