import { contactWayKey } from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import { setAsideStore } from '../../set-aside/set-aside.store.js';
import type { MemberId } from '../../domain/ids.js';
import { dayOf } from '../../domain/day.js';
import type { StoredFact } from '../../domain/fact.js';
import { staffOfWay, vipKey, type WayPolicy } from '../../domain/ways/contact-way.js';
import { type NewWay, type StoredWay, contactWayStore } from './contact-way.store.js';
import { identityStore } from '../members/identity.store.js';
import type { NewOutboxRow } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { contactPairStore } from '../members/contact-pair.store.js';
import { staffStore } from '../members/staff.store.js';
import type { Run } from '../run.js';

/** A member's code is looked at once a week, a channel's every day: one was perhaps deleted behind our back (41044). */
const VIP_SHARE = 7;
/** As many as WeCom takes for the remark of a contact way (contract §6). */
const WAY_NAME_LENGTH = 30;
/** The codes the file asks for. */
export const seededWays = ({ channels }: WayPolicy): NewWay[] =>
  channels.map(({ key, name, staff, tags, skipVerify }) => ({
    key,
    kind: 'channel',
    name,
    staff,
    member: null,
    tags,
    skipVerify,
  }));

/** What WeCom must be told of the ways that may differ from what is wanted. */
export async function contactWayActions({ tx, context, now }: Run): Promise<NewOutboxRow[]> {
  if (!context.abilities.has('ensure_contact_way')) return [];
  const { ways: due, unreadable } = await contactWayStore.due(tx);
  for (const { id, changedAt, problem } of unreadable) {
    await contactWayStore.failed(tx, id, 'unreadable', changedAt);
    await setAsideStore.add(tx, [{ source: 'way', row: id, problem }], now);
  }
  if (due.length === 0) return [];
  await setAsideStore.clear(
    tx,
    'way',
    due.map(({ id }) => id),
  );
  const left = await staffStore.left(tx);
  const own = await staffOfVips(tx, due, left);
  const planned: NewOutboxRow[] = [];
  for (const way of due) {
    const named = way.kind === 'vip' ? (own.get(way.id) ?? context.ways.vip.staff) : way.staff;
    const staff = staffOfWay(named, left);
    if (staff.length === 0) {
      await contactWayStore.failed(tx, way.id, 'no_staff', way.changedAt);
      continue;
    }
    if (way.kind === 'vip' && staff.join() !== way.staff.join()) await contactWayStore.staffed(tx, way.id, staff);
    planned.push({
      key: contactWayKey(way.id, way.changedAt),
      member: way.member ?? undefined,
      notBefore: now,
      priority: priorities.makeCode,
      action: {
        kind: 'ensure_contact_way',
        way: way.id,
        version: way.changedAt,
        state: way.state,
        remark: way.name,
        staff,
        skipVerify: way.skipVerify,
        ...(way.configId === null ? {} : { configId: way.configId }),
      },
    });
  }
  return planned;
}

/**
 * Whoever has had the member as a contact longest: the newcomer meets the member's own colleague. By the way's number;
 * none for who is nobody's contact.
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

/** Once a day. */
export async function markContactWaysForCheck({ tx, context, now }: Run): Promise<void> {
  const day = dayOf(now, context.timeZone);
  await contactWayStore.markSomeForCheck(tx, 'channel', 1, day, now);
  await contactWayStore.markSomeForCheck(tx, 'vip', VIP_SHARE, day, now);
}

/** Somebody came, left or was renamed: the ways that lead to them are seen to. */
export async function markWaysOfStaffForCheck(tx: Sql, facts: readonly StoredFact[], now: number): Promise<void> {
  const staff = facts.flatMap((fact) => (fact.kind === 'staff_changed' ? [fact.data.staff] : []));
  await contactWayStore.markThoseOfForCheck(tx, staff, now);
}

/** Makes the codes of members who are to have one, because their tier gives it or somebody asked. */
export async function openVipWays(
  { tx, context, now }: Run,
  members: readonly { readonly id: MemberId; readonly name: string }[],
): Promise<void> {
  const { vip } = context.ways;
  const had = await contactWayStore.owners(
    tx,
    members.map((one) => one.id),
  );
  await contactWayStore.open(
    tx,
    members
      .filter((one) => !had.has(one.id))
      .map((one) => ({
        key: vipKey(one.id),
        kind: 'vip',
        name: cutToCodePoints(one.name || `#${one.id}`, WAY_NAME_LENGTH),
        staff: [],
        member: one.id,
        tags: vip.tags,
        skipVerify: vip.skipVerify,
      })),
    now,
  );
}

export const hasVipTier = (evaluation: Evaluation, { vip }: WayPolicy): boolean =>
  vip.tiers.includes(String(evaluation.decision.values['tier']));
