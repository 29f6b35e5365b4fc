import type { Action } from '../../domain/action.js';
import { contactWayKey } from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import { setAsideStore } from '../../set-aside/set-aside.store.js';
import type { MemberId } from '../../domain/ids.js';
import { dayOf } from '../../domain/day.js';
import type { StoredFact } from '../../domain/fact.js';
import { staffOfWay, vipKey, type WayPolicy } from '../../domain/ways/contact-way.js';
import { type NewWay, type StoredWay, contactWayStore } from './contact-way.store.js';
import { identityStore } from '../members/identity.store.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import type { Sql } from '../../platform/database/sql.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { contactPairStore } from '../members/contact-pair.store.js';
import { staffStore } from '../members/staff.store.js';
import type { Run } from '../run.js';

/** How often a contact way is checked, in days: an admin may have deleted it in WeCom (41044). */
const CHECK_EVERY_DAYS = { channel: 1, link: 1, vip: 7 } as const;
/** WeCom's limit for the remark of a contact way, in characters (contract §6). */
const WAY_NAME_LENGTH = 30;

/** The contact ways of contact-ways.yaml. */
export const configuredWays = ({ channels }: WayPolicy): NewWay[] =>
  channels.map(({ key, name, staff, tags, skipVerify }) => ({
    key,
    kind: 'channel',
    name,
    staff,
    member: null,
    tags,
    skipVerify,
  }));

/** Actions for all contact ways that may differ from what WeCom has and that a channel can make. */
export async function contactWayActions(run: Run): Promise<NewOutboxRow[]> {
  const { tx, context, now } = run;
  const kinds = (['channel', 'link', 'vip'] as const).filter((kind) => context.abilities.has(ensuredBy(kind)));
  if (kinds.length === 0) return [];
  const planned: NewOutboxRow[] = [];
  for (let after: number | null = 0; after !== null;) {
    const due: Awaited<ReturnType<typeof contactWayStore.due>> = await contactWayStore.due(tx, { kinds, after });
    for (const { id, changedAt, problem } of due.unreadable) {
      await contactWayStore.recordProblem(tx, id, 'unreadable', changedAt);
      await setAsideStore.add(tx, [{ source: 'way', row: id, problem }], now);
    }
    planned.push(...(await actionsFor(run, due.ways)));
    after = due.last;
  }
  return planned;
}

async function actionsFor({ tx, context, now }: Run, due: readonly StoredWay[]): Promise<NewOutboxRow[]> {
  if (due.length === 0) return [];
  const left = await staffStore.left(tx);
  await setAsideStore.clear(
    tx,
    'way',
    due.map(({ id }) => id),
  );
  const staffOfVip = await staffOfVips(tx, due, left);
  const planned: NewOutboxRow[] = [];
  for (const way of due) {
    const named = way.kind === 'vip' ? (staffOfVip.get(way.id) ?? context.ways.vip.staff) : way.staff;
    const staff = staffOfWay(named, left);
    if (staff.length === 0) {
      await contactWayStore.recordProblem(tx, way.id, 'no_staff', way.changedAt);
      continue;
    }
    if (way.kind === 'vip' && staff.join() !== way.staff.join()) await contactWayStore.setStaff(tx, way.id, staff);
    planned.push({
      key: contactWayKey(way.id, way.changedAt),
      member: way.member ?? undefined,
      notBefore: now,
      priority: priorities.makeCode,
      action: ensureAction(way, staff, left),
    });
  }
  return planned;
}

const ensuredBy = (kind: StoredWay['kind']): 'ensure_acquisition_link' | 'ensure_contact_way' =>
  kind === 'link' ? 'ensure_acquisition_link' : 'ensure_contact_way';

function ensureAction(way: StoredWay, staff: readonly string[], left: ReadonlySet<string>): Action {
  const { id, changedAt: version, createdAt: openedAt, state, name, skipVerify, configId, priority } = way;
  const request = { way: id, version, state, staff, skipVerify, ...(configId === null ? {} : { configId }) };
  return way.kind === 'link'
    ? { kind: 'ensure_acquisition_link', ...request, openedAt, name, priority: staffOfWay(priority, left) }
    : { kind: 'ensure_contact_way', ...request, remark: name };
}

/**
 * For each member's contact way, by its id: the member of staff who has had that member as a contact longest, so that a
 * newcomer meets the same person. No entry for a member who is nobody's contact.
 */
async function staffOfVips(
  tx: Sql,
  ways: readonly StoredWay[],
  left: ReadonlySet<string>,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const vips = ways.filter(({ kind }) => kind === 'vip');
  const ids = await identityStore.externalIdsOf(
    tx,
    vips.flatMap(({ member }) => member ?? []),
  );
  const open = await contactPairStore.open(tx, [...ids.values()].flat());
  return new Map(
    vips.flatMap(({ id, member }): [number, readonly string[]][] => {
      const pairs = (member === null ? [] : (ids.get(member) ?? [])).flatMap((external) => open.get(external) ?? []);
      const own = pairs.find(({ staff }) => !left.has(staff));
      return own ? [[id, [own.staff]]] : [];
    }),
  );
}

/** Call it once a day. */
export async function markContactWaysForCheck({ tx, context, now }: Run): Promise<void> {
  const day = dayOf(now, context.timeZone);
  for (const kind of ['channel', 'link', 'vip'] as const)
    await contactWayStore.markShareForCheck(tx, { kind, everyDays: CHECK_EVERY_DAYS[kind], day }, now);
}

/** Marks the contact ways of staff who joined, left or have another userid. */
export async function markWaysOfStaffForCheck(tx: Sql, facts: readonly StoredFact[], now: number): Promise<void> {
  const staff = facts.flatMap((fact) => (fact.kind === 'staff_changed' ? [fact.data.staff] : []));
  await contactWayStore.markOfStaffForCheck(tx, staff, now);
}

/** Adds the contact ways of members who have none yet, because their tier gives one or somebody asked for it. */
export async function openVipWays(
  { tx, context, now }: Run,
  members: readonly { readonly id: MemberId; readonly name: string }[],
): Promise<void> {
  const { vip } = context.ways;
  const withWay = await contactWayStore.membersWithWay(
    tx,
    members.map(({ id }) => id),
  );
  await contactWayStore.open(
    tx,
    members
      .filter(({ id }) => !withWay.has(id))
      .map(({ id, name }) => ({
        key: vipKey(id),
        kind: 'vip',
        name: cutToCodePoints(name || `#${id}`, WAY_NAME_LENGTH),
        staff: [],
        member: id,
        tags: vip.tags,
        skipVerify: vip.skipVerify,
      })),
    now,
  );
}

export const hasVipTier = (evaluation: Evaluation, { vip }: WayPolicy): boolean =>
  vip.tiers.includes(String(evaluation.decision.values['tier']));
