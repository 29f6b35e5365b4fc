import type { GroupId } from '../domain/ids.js';
import { goesToGroups } from '../domain/sending/mass-send-receivers.js';
import { groupStore } from '../features/groups/group.store.js';
import { contactPairStore } from '../features/members/contact-pair.store.js';
import { staffStore } from '../features/members/staff.store.js';
import type { MassSendRules } from '../outbox/delivery-hooks.js';
import type { OutboxRow } from '../outbox/outbox-row.js';
import type { Sql } from '../platform/database/sql.js';
import type { Engine } from './engine.js';
import { loadEvaluationsById } from './load-evaluations.js';
import { reachableByFallback } from '../features/messages/fallback-delivery.js';

/** Policy and staff lookups that the mass-send workers need. */
export class EngineMassSendRules implements MassSendRules {
  constructor(private readonly engine: Engine) {}

  get policy(): MassSendRules['policy'] {
    return this.engine.rules.massSends;
  }

  get timeZone(): string {
    return this.engine.timeZone;
  }

  readonly isGone = (sql: Sql, staff: string): Promise<boolean> => staffStore.hasLeft(sql, staff);

  readonly otherChannels = async (sql: Sql, rows: readonly OutboxRow[], now: number): Promise<ReadonlySet<number>> => {
    const context = await this.engine.context();
    const members = [...new Set(rows.flatMap((row) => row.member ?? []))];
    const evaluations = await loadEvaluationsById(sql, members, context, now);
    return reachableByFallback(sql, rows, { context, campaigns: this.engine.campaigns, evaluations }, now);
  };

  readonly otherSenders = async (sql: Sql, rows: readonly OutboxRow[]): Promise<ReadonlyMap<number, string>> => {
    const left = await staffStore.left(sql);
    const pairs = await contactPairStore.open(
      sql,
      rows.flatMap(({ action }) => (action.kind === 'mass_send' ? action.externalUserIds : [])),
    );
    const owners = await groupOwners(sql, rows);
    return new Map(
      rows.flatMap(({ id, action, group }): [number, string][] => {
        if (action.kind !== 'mass_send') return [];
        const triedSenders = new Set([...(action.formerSenders ?? []), action.sender]);
        if (goesToGroups(action)) {
          // Only the owner can post in a group, so only a new owner can take it over.
          const owner = group === null ? undefined : owners.get(group);
          return owner === undefined || owner === '' || triedSenders.has(owner) || left.has(owner) ? [] : [[id, owner]];
        }
        const other = (pairs.get(action.externalUserIds[0] ?? '') ?? []).find(
          ({ staff }) => !triedSenders.has(staff) && !left.has(staff),
        );
        return other === undefined ? [] : [[id, other.staff]];
      }),
    );
  };
}

/** The owners of the groups of those rows that go to groups. */
async function groupOwners(sql: Sql, rows: readonly OutboxRow[]): Promise<ReadonlyMap<GroupId, string>> {
  const isToGroups = rows.some(({ action }) => action.kind === 'mass_send' && goesToGroups(action));
  return isToGroups ? new Map((await groupStore.all(sql)).map(({ id, owner }) => [id, owner])) : new Map();
}
